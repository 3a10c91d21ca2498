import * as vscode from 'vscode';
import { left } from '../act/ages.ts';
import { serviceLabel } from '../act/statusLine.ts';
import { forTree } from '../base/safeText.ts';
import { hours } from '../base/time.ts';
import type { ServiceView } from '../diagnose/world.ts';
import type { Beliefs } from '../engine/port.ts';
import { Advice, type Commands, type Deck } from './deck.ts';
import { parseWhen } from './duration.ts';
import { count, exclusions, leaseOf } from './glance.ts';
import { servicesFor } from './pick.ts';

export function attentionCommands(deck: Deck): Commands {
  const fixed = (length: number) => (item: unknown, items: unknown) => exclude(deck, item, items, () => deck.clock.now() + hours(length));
  return {
    'dozor.devModeOn': () => devModeOn(deck),
    'dozor.devModeOff': () => devModeOff(deck),
    'dozor.toggleDevMode': () =>
      leaseOf(deck.engine.beliefs(), 'all', deck.clock.now()) === undefined ? devModeOn(deck) : devModeOff(deck),
    'dozor.devModeUntil': () => devModeUntil(deck),
    'dozor.exclude1h': fixed(1),
    'dozor.exclude4h': fixed(4),
    'dozor.excludeDefault': (item, items) =>
      exclude(deck, item, items, () => deck.clock.now() + hours(deck.settings.current.exclusionHours)),
    'dozor.excludeUntil': (item, items) =>
      exclude(deck, item, items, () => askUntil(deck, 'Exclude until', `${deck.settings.current.exclusionHours}h`)),
    'dozor.endExclusion': (item, items) => endExclusion(deck, item, items),
    'dozor.exclusions': () => listExclusions(deck),
  };
}

const say = (text: string): void => void vscode.window.setStatusBarMessage(`$(eye) ${forTree(text, 120)}`, 5000);

function devModeOn(deck: Deck, until = deck.clock.now() + hours(deck.settings.current.devModeHours)): void {
  const lease = deck.engine.lease({ scope: 'all', by: 'person', reason: 'turned on in VS Code', until });
  say(`Dev mode is on for ${left(lease.until, deck.clock.now())}: Dozor only watches`);
}

function devModeOff(deck: Deck): void {
  const ended = deck.engine.endLease('all', 'person');
  say(ended > 0 ? 'Dev mode is off' : 'Dev mode was not on');
}

async function devModeUntil(deck: Deck): Promise<void> {
  const until = await askUntil(deck, 'Dev mode until', `${deck.settings.current.devModeHours}h`);
  if (until !== undefined) devModeOn(deck, until);
}

/** Asks for a length or a time of day; undefined when the person leaves. */
async function askUntil(deck: Deck, title: string, value: string): Promise<number | undefined> {
  const text = await vscode.window.showInputBox({
    title,
    value,
    prompt: 'A length such as 30m, 2h or 1h30m, or a time of day such as 18:30',
    validateInput: typed => {
      const when = parseWhen(typed, deck.clock.now());
      return when.ok ? undefined : when.because;
    },
  });
  const when = text === undefined ? undefined : parseWhen(text, deck.clock.now());
  return when?.ok === true ? when.until : undefined;
}

async function exclude(
  deck: Deck,
  item: unknown,
  items: unknown,
  end: () => number | undefined | Promise<number | undefined>,
): Promise<void> {
  const views = await servicesFor(deck, { title: 'Exclude a service', fits: () => true, none: 'Dozor sees no services yet.' }, item, items);
  if (views.length === 0) return;
  const until = await end();
  if (until === undefined) return;
  for (const view of views) deck.engine.lease({ scope: view.service.id, by: 'person', reason: 'excluded in VS Code', until });
  const [first] = views;
  const who = views.length === 1 && first !== undefined ? serviceLabel(first.service) : count(views.length, 'service');
  say(`${who} left out for ${left(until, deck.clock.now())}`);
}

async function endExclusion(deck: Deck, item: unknown, items: unknown): Promise<void> {
  const fits = (view: ServiceView, beliefs: Beliefs): boolean => leaseOf(beliefs, view.service.id, deck.clock.now()) !== undefined;
  const views = await servicesFor(deck, { title: 'End an exclusion', fits, none: 'No service is excluded.' }, item, items);
  for (const view of views) deck.engine.endLease(view.service.id, 'person');
  if (views.length > 0) say(`${count(views.length, 'exclusion')} ended`);
}

async function listExclusions(deck: Deck): Promise<void> {
  const beliefs = deck.engine.beliefs();
  const now = deck.clock.now();
  const rows = exclusions(beliefs, now).map(lease => {
    const view = beliefs.world.services.get(lease.scope);
    const name = view === undefined ? lease.scope : serviceLabel(view.service);
    return {
      label: forTree(name),
      description: `${left(lease.until, now)} left`,
      detail: forTree(lease.reason),
      picked: false,
      scope: lease.scope,
    };
  });
  if (rows.length === 0) throw new Advice('No service is excluded. Use “Exclude” on a service to leave it out for a while.');
  const chosen = await vscode.window.showQuickPick(rows, {
    title: 'Exclusions',
    placeHolder: 'Choose those that should end now',
    canPickMany: true,
  });
  for (const row of chosen ?? []) deck.engine.endLease(row.scope, 'person');
}
