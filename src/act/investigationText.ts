import { redact } from '../base/redact.ts';
import { displaySafe } from '../base/safeText.ts';
import type { Issue } from '../model/issue.ts';
import { clockTime } from './ages.ts';
import { bandWords } from './bandWords.ts';
import { type Cause, causesOf } from './causes.ts';
import type { CheckResult, Investigation, Place } from './investigation.ts';
import { drawn } from './message.ts';
import { nextStep } from './nextStep.ts';
import { type Block, gradeOf, plural } from './reportDoc.ts';
import { boundedForModel } from './reportForModel.ts';
import { serviceLabel, statusLine } from './statusLine.ts';
import { summaryOf } from './summary.ts';
import { standings } from './symptoms.ts';

/** Where an issue stands in its incident: the symptom of another, the root of others, or neither. */
function placeOf(issue: Issue, { incidents, world }: Investigation): string {
  const symptom = standings(incidents, world).get(issue.key);
  if (symptom !== undefined) return `; ${symptom.text}`;
  const below = incidents.find(({ root }) => root?.issue === issue.key)?.symptoms.length ?? 0;
  return below === 0 ? '' : `; root of ${plural(below, 'symptom')}`;
}

function issueLine(issue: Issue, investigation: Investigation): string {
  const { subject, claim } = summaryOf(issue, investigation.world, investigation.now);
  const since = issue.firstSeen > 0 ? `, since ${clockTime(issue.firstSeen)}` : '';
  return `${subject} ${claim}: ${issue.category}, ${gradeOf(issue, investigation.incidents)}${since}${placeOf(issue, investigation)}`;
}

/** The whole investigation in one line, our words only: the worst issue, or how the service stands when it has none. */
export function investigationVerdict(investigation: Investigation): string {
  const { issues, view, world, now, health } = investigation;
  const [worst] = issues;
  if (worst !== undefined) return `${issueLine(worst, investigation)}${issues.length > 1 ? ` (and ${issues.length - 1} more)` : ''}.`;
  const status = statusLine(view, world.servers.get(view.service.server), now);
  return `${serviceLabel(view.service)}: ${health === 'unknown' ? 'unknown, not everything could be looked at' : 'no issue found'}; ${status}.`;
}

/** What a person does next, as far as known lines of its issues and of its log tell. */
export function nextStepsOf({ issues, checks, world }: Investigation): string[] {
  const all = [...issues.flatMap(issue => nextStep(issue, world) ?? []), ...checks.flatMap(({ next = [] }) => next)];
  return [...new Set(all)].slice(0, 3);
}

const because = ({ issues }: Investigation): string[] =>
  (issues[0]?.evidence ?? [])
    .map(piece => displaySafe(piece.what, 160))
    .filter(text => text !== '')
    .slice(0, 6);

/** A cause as a model may cite it. */
const causeLine = ({ text, ids }: Cause, i: number): string => `cause ${i + 1}: ${text}${ids.length === 0 ? '' : ` [${ids.join(', ')}]`}`;

const titles: Record<CheckResult['check'], string> = {
  state: 'State',
  logs: 'Logs',
  dependencies: 'Dependencies',
  changes: 'Changes',
  usage: 'Usage',
  memory: 'Memory',
};

const headOf = ({ check, status, why, ms }: CheckResult): string =>
  `${titles[check]}: ${status}${why === undefined ? '' : `, ${displaySafe(why, 200)}`} (${ms} ms)`;

const list = (heading: string, items: readonly string[]): Block[] =>
  items.length === 0 ? [] : [{ kind: 'heading', text: heading }, ...items.map(text => ({ kind: 'item', text }) as const)];

const shown = (quotes: readonly string[] | undefined): string[] => (quotes ?? []).map(quote => displaySafe(redact(quote), 300));

function checkBlocks(result: CheckResult): Block[] {
  const findings = result.findings.flatMap(({ text, quotes }): Block[] => {
    const lines = shown(quotes);
    return [{ kind: 'item', text }, ...(lines.length === 0 ? [] : [{ kind: 'quotes', lines } as const])];
  });
  return [{ kind: 'heading', text: headOf(result) }, ...findings];
}

const notSeenOf = ({ notSeen }: Investigation): string[] => notSeen.map(text => displaySafe(redact(text), 300));

function blocks(investigation: Investigation): Block[] {
  const lineOf = (issue: Issue): string => issueLine(issue, investigation);
  const { suspected, list: causes, others } = causesOf(investigation, lineOf);
  return [
    { kind: 'verdict', text: investigationVerdict(investigation) },
    ...list('Because', [...because(investigation), ...investigation.issues.slice(0, 1).map(bandWords)]),
    ...list('Suspected', suspected ? causes.map(({ text }) => text) : []),
    ...list('Other issues', (suspected ? others : investigation.issues.slice(1)).map(lineOf)),
    ...list('Ruled out', investigation.ruledOut),
    ...list('Not seen', notSeenOf(investigation)),
    ...list('Next', nextStepsOf(investigation)),
    ...inOrder(investigation.checks).flatMap(checkBlocks),
  ];
}

/** Checks in the order in which a text tells them: those worth a look first. */
const inOrder = (checks: readonly CheckResult[]): CheckResult[] => checks.toSorted((a, b) => Number(b.interesting) - Number(a.interesting));

/** Where the quotes of the plain form stand, in the order of their lines; undefined for those that are no log lines. */
export const quotePlaces = ({ checks }: Investigation): (Place | undefined)[] =>
  inOrder(checks).flatMap(({ findings }) => findings.flatMap(({ quotes = [], places = [] }) => quotes.map((_quote, i) => places[i])));

const section = (heading: string, items: readonly string[]): string[] => (items.length === 0 ? [] : [`${heading}: ${items.join('; ')}`]);

function forModel(investigation: Investigation): string {
  const { issues, ruledOut, checks, view } = investigation;
  const order = inOrder(checks);
  const lineOf = (issue: Issue): string => issueLine(issue, investigation);
  const { list: causes, others } = causesOf(investigation, lineOf);
  const head = [
    investigationVerdict(investigation),
    ...issues.slice(0, 1).map(issue => `why ${bandWords(issue)}`),
    ...section('because', because(investigation)),
    ...causes.map(causeLine),
    ...others.slice(0, 3).map(issue => `also: ${lineOf(issue)}`),
    ...section('ruled out', ruledOut),
    ...section('not seen', notSeenOf(investigation)),
    ...section('next', nextStepsOf(investigation)),
    `allowed next steps for service id ${displaySafe(view.service.id, 160)}: dozor_get_logs, dozor_inspect, dozor_restart (a person is asked)`,
    ...order.flatMap(result => [headOf(result), ...result.findings.map(({ text }) => `- ${displaySafe(text, 400)}`)]),
  ];
  const data = order.flatMap(({ check, findings }) => findings.flatMap(({ quotes }) => shown(quotes).map(quote => `[${check}] ${quote}`)));
  return boundedForModel(head, data, 'call dozor_get_logs or dozor_inspect for this service');
}

/** An investigation in words, verdict first; forms as those of `reportText`. */
export function investigationText(investigation: Investigation, form: 'plain' | 'markdown' | 'model'): string {
  return form === 'model' ? forModel(investigation) : drawn(blocks(investigation), form);
}
