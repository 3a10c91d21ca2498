import { displaySafe } from '../base/safeText.ts';
import type { Beliefs } from '../engine/port.ts';
import type { SightLoss } from '../model/observation.ts';
import { exclusions, leaseOf, openIssues, symptoms } from './glance.ts';
import { shortClock as clock } from './shortClock.ts';

/** Why the tree has nothing to show, or `ready`. The welcome views ask for it. */
export type ViewState = 'connecting' | 'ready' | 'empty' | 'out-of-scope' | SightLoss['code'];

/** One server without services is told by a welcome text; several servers are rows, each with its own trouble. */
export function viewState(beliefs: Beliefs): ViewState {
  if (beliefs.shown.length > 0) return 'ready';
  const servers = [...beliefs.world.servers.values()];
  if (servers.length > 1 && servers.some(server => server.sight === 'lost')) return 'ready';
  const first = servers.find(server => server.sight !== 'clear');
  if (first?.sight === 'lost') return first.loss?.code ?? 'lost';
  // No server at all: the links are still being made.
  if (first !== undefined || servers.length === 0) return 'connecting';
  return beliefs.world.services.size > 0 ? 'out-of-scope' : 'empty';
}

/** Context keys for menus, views and the palette, without their prefix `dozor.`. */
export function contextKeys(beliefs: Beliefs, now: number, filter: string): Readonly<Record<string, string | boolean>> {
  return {
    state: viewState(beliefs),
    hasServices: beliefs.shown.length > 0,
    devMode: leaseOf(beliefs, 'all', now) !== undefined,
    hasExclusions: exclusions(beliefs, now).length > 0,
    hasIncidents: beliefs.incidents.some(({ state }) => state === 'open'),
    hasAcknowledged: beliefs.incidents.some(({ state }) => state === 'acknowledged'),
    filtered: filter !== '',
    scope: beliefs.scope.by,
  };
}

export interface MessageFacts {
  readonly now: number;
  readonly filter: string;
  readonly hidden: number;
  /** False in a workspace that nobody has vouched for yet. */
  readonly trusted: boolean;
  readonly problems: readonly string[];
  /** Since when no issue has been open, ms. */
  readonly quietSince: number | undefined;
}

function scopeText(beliefs: Beliefs): string | undefined {
  const { by, detail, unmatched } = beliefs.scope;
  const missing = unmatched.length > 0 ? `not found: ${displaySafe(unmatched.join(', '), 100)}` : undefined;
  if (by === 'all') return missing === undefined ? undefined : `Showing all services (${missing})`;
  return `Showing ${displaySafe(detail, 80)}${missing === undefined ? '' : ` (${missing})`}`;
}

/** Only which settings; the notification and the log tell what is wrong with them. */
function problemText(problems: readonly string[]): string | undefined {
  if (problems.length === 0) return undefined;
  const names = problems.map(problem => /^[\w.]+/.exec(problem)?.[0] ?? 'a setting');
  return `Not valid, so not used: ${displaySafe(names.join(', '), 120)}`;
}

/**
 * The line above the tree: dev mode first, then what limits the view, then calm. Undefined when there is nothing to say.
 * VS Code shows no welcome text under a message, so there is none while the tree has nothing to show.
 */
export function viewMessage(beliefs: Beliefs, facts: MessageFacts): string | undefined {
  if (viewState(beliefs) !== 'ready') return undefined;
  const dev = leaseOf(beliefs, 'all', facts.now);
  const troubled = openIssues(beliefs, facts.now).length + symptoms(beliefs, facts.now).length > 0;
  const calm = facts.quietSince !== undefined && beliefs.shown.length > 0 && !troubled;
  const parts = [
    dev === undefined ? undefined : `DEV MODE until ${clock(dev.until)}: Dozor only watches`,
    facts.trusted ? undefined : 'Restricted Mode: Dozor looks and changes nothing',
    problemText(facts.problems),
    facts.filter === '' ? undefined : `Filter “${displaySafe(facts.filter, 40)}” hides ${facts.hidden}`,
    scopeText(beliefs),
    calm && facts.quietSince !== undefined ? `All quiet since ${clock(facts.quietSince)}` : undefined,
  ];
  const text = parts.filter(part => part !== undefined).join(' · ');
  return text === '' ? undefined : text;
}
