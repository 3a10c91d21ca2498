import * as vscode from 'vscode';
import { ago } from '../act/ages.ts';
import { incidentName } from '../act/incidentText.ts';
import { forTree } from '../base/safeText.ts';
import { servicesOf } from '../diagnose/incidentView.ts';
import type { IncidentState, KnownIncident } from '../model/incident.ts';
import type { Label } from '../model/prediction.ts';
import { Advice, type Commands, type Deck } from './deck.ts';
import { idOf } from './pick.ts';

export function incidentCommands(deck: Deck): Commands {
  return {
    'dozor.acknowledge': item => attend(deck, item, 'open'),
    'dozor.reopenIncident': item => attend(deck, item, 'acknowledged'),
    'dozor.labelIncident': item => label(deck, item),
  };
}

/** What is asked, said and done for incidents of a state. */
const attended = {
  open: { title: 'Acknowledge an incident', none: 'No incident is open.', by: 'person', said: 'Acknowledged' },
  acknowledged: { title: 'Reopen an incident', none: 'No incident is acknowledged.', by: 'nobody', said: 'Counts again' },
} as const;

async function attend(deck: Deck, item: unknown, state: keyof typeof attended): Promise<void> {
  const { title, none, by, said } = attended[state];
  const incident = await incidentFor(deck, item, { title, none, states: [state] }, deck.engine.beliefs().incidents);
  if (incident === undefined) return;
  if (!deck.engine.acknowledge(incident.id, by)) throw new Advice('That incident is over by now.');
  const name = incidentName(incident, deck.engine.beliefs().world);
  vscode.window.setStatusBarMessage(`$(check) ${forTree(`${said}: ${name}`, 120)}`, 5000);
}

const answers: readonly (vscode.QuickPickItem & { readonly answer: Label })[] = [
  { label: '$(check) Right', description: 'That was the cause', answer: 'right' },
  { label: '$(x) Wrong cause', description: 'Something else was the cause', answer: 'wrong-cause' },
  { label: '$(circle-slash) Not an issue', description: 'Nothing was wrong', answer: 'not-an-issue' },
];

/** Resolved ones can be judged as well: often one knows only afterwards. */
async function label(deck: Deck, item: unknown): Promise<void> {
  const all = deck.engine.incidents({ limit: 50 }).filter(({ root }) => root !== undefined);
  const asked = { title: 'Was the cause right?', none: 'No incident with a known cause is remembered.' };
  const incident = await incidentFor(deck, item, { ...asked, states: ['open', 'acknowledged', 'recovering', 'resolved'] }, all);
  if (incident === undefined) return;
  const [top] = incident.hypotheses;
  const placeHolder = forTree(`${incidentName(incident, deck.engine.beliefs().world)}: ${top?.category ?? 'unknown'}`, 120);
  const chosen = await vscode.window.showQuickPick(answers, { title: asked.title, placeHolder });
  if (chosen === undefined) return;
  if (!deck.engine.label(incident.id, chosen.answer, 'person')) throw new Advice('Nothing was said of the cause of that incident.');
  vscode.window.setStatusBarMessage('$(check) Dozor learns from that', 5000);
}

interface Asked {
  readonly title: string;
  readonly none: string;
  readonly states: readonly IncidentState[];
}

/** The incident of the service that was clicked, else the one that is picked; a single one is not asked about. */
async function incidentFor(
  deck: Deck,
  item: unknown,
  { title, none, states }: Asked,
  all: readonly KnownIncident[],
): Promise<KnownIncident | undefined> {
  const service = idOf(item);
  const fitting = all.filter(each => states.includes(each.state) && (service === undefined || servicesOf(each).includes(service)));
  const [only, another] = fitting;
  if (only === undefined) throw new Advice(none);
  if (another === undefined) return only;
  const { world } = deck.engine.beliefs();
  const rows = fitting.toReversed().map(incident => ({
    label: forTree(incidentName(incident, world)),
    description: forTree(`${incident.severity}, ${incident.state}, began ${ago(incident.opened, deck.clock.now())}`),
    incident,
  }));
  return (await vscode.window.showQuickPick(rows, { title, placeHolder: 'Choose an incident' }))?.incident;
}
