import * as vscode from 'vscode';
import { outcomeText, verbWords } from '../act/message.ts';
import { serviceLabel } from '../act/statusLine.ts';
import { forToast, forTree } from '../base/safeText.ts';
import type { ServiceView } from '../diagnose/world.ts';
import type { Outcome, Verb } from '../model/action.ts';
import type { ServiceState } from '../model/service.ts';
import { requestTogether } from './batch.ts';
import { askPerson } from './confirm.ts';
import { Advice, type Commands, type Deck } from './deck.ts';
import { servicesFor } from './pick.ts';

/** From which states a verb makes sense. */
const from: Record<Verb, readonly ServiceState[]> = {
  start: ['exited', 'created'],
  stop: ['running', 'starting', 'restarting', 'paused'],
  restart: ['running', 'starting', 'restarting', 'paused', 'exited'],
  pause: ['running'],
  unpause: ['paused'],
};

/** systemd has no pause. */
const canDo = (verb: Verb, view: ServiceView): boolean =>
  from[verb].includes(view.service.state) && (view.service.kind === 'container' || (verb !== 'pause' && verb !== 'unpause'));

export function effectCommands(deck: Deck): Commands {
  const one = (verb: Verb) => (item: unknown, items: unknown) => runEffect(deck, verb, item, items);
  return {
    'dozor.start': one('start'),
    'dozor.stop': one('stop'),
    'dozor.restart': one('restart'),
    'dozor.pause': one('pause'),
    'dozor.unpause': one('unpause'),
  };
}

/** One question with the whole list, one progress that can be cancelled, one result. */
async function runEffect(deck: Deck, verb: Verb, item: unknown, items: unknown): Promise<void> {
  if (!vscode.workspace.isTrusted)
    throw new Advice('This workspace is in Restricted Mode, so Dozor only looks. Trust the workspace to act.');
  const { plain } = verbWords[verb];
  const wanted = {
    title: `${plain} a service`,
    fits: (view: ServiceView) => canDo(verb, view),
    none: `There is no service to ${plain.toLowerCase()} here.`,
  };
  const views = await servicesFor(deck, wanted, item, items);
  if (views.length === 0) return;
  const stop = new AbortController();
  const done = Promise.withResolvers<void>();
  const outcomes = await requestTogether(
    views,
    (view, confirm) =>
      deck.engine.request({ verb, service: view.service.id, askedBy: 'person', because: 'chosen in VS Code' }, confirm, stop.signal),
    async proposals => {
      const yes = await askPerson(proposals);
      if (yes) showProgress(`${plain}: ${views.map(view => serviceLabel(view.service)).join(', ')}`, stop, done.promise);
      return yes;
    },
  ).finally(done.resolve);
  tell(verb, views, outcomes);
}

function showProgress(title: string, stop: AbortController, until: Promise<void>): void {
  const options = { location: vscode.ProgressLocation.Notification, title: forToast(title, 120), cancellable: true };
  vscode.window.withProgress(options, (_progress, token) => {
    token.onCancellationRequested(() => stop.abort());
    return until;
  });
}

/** A plain "no" of the person is no news to them. */
const declined = (outcome: Outcome): boolean => !outcome.ok && outcome.why === 'refused' && outcome.because === 'not confirmed';

function tell(verb: Verb, views: readonly ServiceView[], outcomes: readonly Outcome[]): void {
  const results = views.flatMap((view, i) => {
    const outcome = outcomes[i];
    return outcome === undefined || declined(outcome) ? [] : [{ outcome, text: outcomeText(verb, serviceLabel(view.service), outcome) }];
  });
  const bad = results.filter(result => !result.outcome.ok);
  const good = results.length - bad.length;
  if (bad.length > 0) {
    const head = good > 0 ? `${verbWords[verb].done} ${good} of ${results.length}. ` : '';
    vscode.window.showErrorMessage(forToast(`${head}${bad.map(result => result.text).join(' ')}`, 800));
    return;
  }
  const [first] = results;
  if (first === undefined) return;
  const text = results.length === 1 ? first.text : `${verbWords[verb].done} ${results.length} services.`;
  vscode.window.setStatusBarMessage(`$(check) ${forTree(text, 120)}`, 6000);
}
