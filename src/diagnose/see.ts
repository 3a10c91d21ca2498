import { appendBounded } from '../base/bounded.ts';
import type { Death } from '../model/death.ts';
import type { Observation } from '../model/observation.ts';
import type { Facts, ServiceId, ServiceState } from '../model/service.ts';
import type { DeclaredNeed } from '../model/settings.ts';
import { notePattern } from './additions.ts';
import { runStart } from './calm.ts';
import { withMakes } from './changes.ts';
import { endsRun, lastRun } from './death.ts';
import { endedFrom, gapOf, isWithin } from './engineGap.ts';
import { remember } from './logMemory.ts';
import { rememberPatterns } from './patternMemory.ts';
import { withRunLog } from './runLogs.ts';
import { feedAll, withFlaps } from './seeFlaps.ts';
import { type Draft, declare, newestMoment, type Of, takeInventory } from './seeInventory.ts';
import { withPeerProbe, withProbe } from './seeProbes.ts';
import { takeUsage } from './seeUsage.ts';
import type { Moment, ServerView, ServiceView, World } from './world.ts';

const momentCap = 64;
const deathCap = 64;

/**
 * Takes in facts, in their order. Maps are copied once per call, so hand over what has gathered.
 * `declared` are the needs of the settings. Gives the next world and the services that changed.
 */
export function see(
  world: World,
  batch: readonly Observation[],
  declared: readonly DeclaredNeed[] = [],
): { world: World; changed: ReadonlySet<ServiceId> } {
  const draft: Draft = { servers: new Map(world.servers), services: new Map(world.services), changed: new Set(), declared };
  for (const seen of batch) take(draft, seen);
  return { world: { servers: draft.servers, services: draft.services }, changed: draft.changed };
}

function take(draft: Draft, seen: Observation): void {
  switch (seen.kind) {
    case 'inventory':
      takeInventory(draft, seen);
      return feedAll(draft, seen.server, seen.at);
    case 'lifecycle':
      return tell(draft, seen, view => withMoment(view, seen));
    case 'inspected':
      return tell(draft, seen, view => withFacts(view, seen, gapOf(draft.servers.get(seen.server))));
    case 'logs':
      return update(draft, seen.service, view => withLogs(view, seen));
    case 'probe':
      return tell(draft, seen, view => withProbe(view, seen));
    case 'usage':
      return takeUsage(draft, seen);
    case 'peer-probe':
      for (const id of [seen.probe.dependant, seen.probe.peer]) update(draft, id, view => withPeerProbe(view, seen.probe));
      return;
    case 'run-log':
      return update(draft, seen.service, view => ({ ...view, runLogs: withRunLog(view.runLogs ?? [], seen.run) }));
    case 'logs-unreadable':
      return update(draft, seen.service, view => ({ ...view, logsUnreadable: seen.why }));
    case 'unseen':
      return tell(draft, seen, view => ({ ...view, unseen: seen.why }));
    case 'synced':
    case 'sight':
      return takeSight(draft, seen);
    case 'tick':
      return;
  }
}

function update(draft: Draft, id: ServiceId, change: (view: ServiceView) => ServiceView): void {
  const view = draft.services.get(id);
  if (view === undefined) return;
  const next = change(view);
  if (next === view) return;
  draft.services.set(id, next);
  draft.changed.add(id);
}

/** As `update`, of what tells how the service is. An event that leaves its state alone tells nothing: a look follows. */
function tell(draft: Draft, seen: Of<'lifecycle' | 'inspected' | 'probe' | 'unseen'>, change: (view: ServiceView) => ServiceView): void {
  update(draft, seen.service, view => {
    const next = change(view);
    const mute = next === view || (seen.kind === 'lifecycle' && next.service === view.service);
    return mute ? next : withFlaps(next, draft.servers.get(seen.server), seen.at);
  });
}

// ---- lifecycle

const stateAfter: Partial<Record<Moment['event'], ServiceState>> = {
  create: 'created',
  start: 'running',
  restart: 'running',
  unpause: 'running',
  die: 'exited',
  pause: 'paused',
  destroy: 'missing',
};

function withMoment(view: ServiceView, seen: Of<'lifecycle'>): ServiceView {
  if (view.moments.some(old => old.nano === seen.nano && old.event === seen.event && old.instance === seen.instance)) return view;
  const moment: Moment = {
    event: seen.event,
    instance: seen.instance,
    at: seen.at,
    nano: seen.nano,
    inferred: seen.how === 'inferred',
    ...(seen.signal === undefined ? {} : { signal: seen.signal }),
  };
  const next = { ...view, moments: appendBounded(view.moments, moment, momentCap) };
  // An event of an earlier instance belongs to the history, not to the present state.
  if (seen.instance !== view.service.instance) return next;
  const after = withState(next, stateAfter[seen.event], seen.at);
  if (seen.event === 'die') return withDeath(after, seen);
  return seen.event === 'stop' ? intendLast(after) : after;
}

function withState(view: ServiceView, state: ServiceState | undefined, at: number): ServiceView {
  if (state === undefined || at < view.service.since) return view;
  const unchanged = state === view.service.state || (state === 'running' && view.service.state === 'starting');
  // `restart` follows `start`: the run began with the start.
  return unchanged ? view : { ...view, service: { ...view.service, state, since: at } };
}

function withDeath(view: ServiceView, seen: Of<'lifecycle'>): ServiceView {
  const run = lastRun(view);
  const began = run.find(moment => moment.event === 'start')?.at ?? view.facts?.startedAt;
  const known = view.deaths.findIndex(old => old.inferred && old.instance === seen.instance && Math.abs(old.at - seen.at) < 1000);
  const death: Death = {
    instance: seen.instance,
    at: seen.at,
    nano: seen.nano,
    inferred: false,
    oom: run.some(moment => moment.event === 'oom'),
    intended: run.some(moment => endsRun(moment, seen.at, view.facts)),
    ...(seen.exit === undefined ? {} : { exit: seen.exit, exitFrom: 'event' as const }),
    ...(began === undefined || began > seen.at ? {} : { ran: seen.at - began }),
  };
  const deaths = known < 0 ? view.deaths : view.deaths.toSpliced(known, 1);
  return { ...view, deaths: appendBounded(deaths, death, deathCap) };
}

function intendLast(view: ServiceView): ServiceView {
  const last = view.deaths.at(-1);
  if (last === undefined || last.intended || last.instance !== view.service.instance) return view;
  return { ...view, deaths: [...view.deaths.slice(0, -1), { ...last, intended: true }] };
}

// ---- inspect

function withFacts(view: ServiceView, seen: Of<'inspected'>, gap: ServerView['gap']): ServiceView {
  const { facts } = seen;
  if (facts.instance !== view.service.instance) return view;
  const { unseen: _unseen, ...rest } = view;
  const newest = newestMoment(view);
  const stale = newest !== undefined && newest.at > seen.at;
  const state = stale ? view.service.state : facts.state;
  const since = stale ? view.service.since : (sinceFrom(facts) ?? (state === view.service.state ? view.service.since : seen.at));
  const service = state === view.service.state && since === view.service.since ? view.service : { ...view.service, state, since };
  return withMakes({ ...rest, facts, service, deaths: settleDeaths(view, facts, gap) }, seen.at);
}

function sinceFrom(facts: Facts): number | undefined {
  if (facts.state === 'exited' || facts.state === 'restarting') return facts.finishedAt;
  if (facts.state === 'created') return facts.createdAt;
  return facts.state === 'running' || facts.state === 'starting' ? facts.startedAt : undefined;
}

/** Brings the ledger up to what inspect knows: exit code and OOM flag of the last death, and deaths nobody saw. */
function settleDeaths(view: ServiceView, facts: Facts, gap: ServerView['gap']): readonly Death[] {
  const ended = facts.finishedAt;
  if (ended === undefined) return view.deaths;
  const at = view.deaths.findLastIndex(death => death.instance === facts.instance && Math.abs(death.at - ended) < 2000);
  const down = facts.state === 'exited' || facts.state === 'restarting';
  const exit = down && facts.exitCode !== undefined ? { exit: facts.exitCode, exitFrom: 'inspect' as const } : {};
  const old = view.deaths[at];
  if (old !== undefined) {
    const settled = { ...old, ...exit, oom: old.oom || facts.oomKilled };
    return view.deaths.with(at, settled);
  }
  // Only the newest death can be placed in time; of the others the engine keeps a count alone.
  const ran = facts.startedAt !== undefined && facts.startedAt < ended ? { ran: ended - facts.startedAt } : {};
  const death: Death = {
    instance: facts.instance,
    at: ended,
    nano: '',
    oom: facts.oomKilled,
    intended: isWithin(gap, ended) || lastRun(view).some(moment => endsRun(moment, ended, facts)),
    inferred: true,
    ...exit,
    ...ran,
  };
  const later = view.deaths.some(other => other.instance === facts.instance && other.at > ended);
  return later ? view.deaths : appendBounded(view.deaths, death, deathCap);
}

// ---- logs and sight

function withLogs(view: ServiceView, seen: Of<'logs'>): ServiceView {
  const { logsUnreadable: _unreadable, ...rest } = view;
  const patterns = rememberPatterns(view, seen.digest, { startAt: runStart(view, seen.instance), at: seen.at });
  const next = { ...rest, logs: remember(view.logs, seen.instance, seen.digest), patterns };
  return seen.instance === view.service.instance ? notePattern(next, seen.digest) : next;
}

function takeSight(draft: Draft, seen: Of<'sight'> | Of<'synced'>): void {
  const before = draft.servers.get(seen.server);
  if (before === undefined) return;
  const next = seen.kind === 'sight' && !seen.clear ? lost(before, seen, draft.services.values()) : regained(before, seen.at);
  if (next === before) return;
  draft.servers.set(seen.server, next);
  if (next.sight === before.sight) return;
  feedAll(draft, seen.server, seen.at);
  for (const [id, view] of draft.services) if (view.service.server === seen.server) draft.changed.add(id);
  declare(draft);
}

function lost(before: ServerView, seen: Of<'sight'>, services: Iterable<ServiceView>): ServerView {
  if (before.sight === 'lost' && before.loss?.code === seen.why?.code && before.loss?.text === seen.why?.text) return before;
  const since = before.sight === 'lost' ? before.since : seen.at;
  const lastClear = before.sight === 'clear' ? seen.at : before.lastClear;
  const ending = before.sight === 'clear' ? endedFrom(services, before.server.id, seen.at) : before.ending;
  return {
    ...before,
    sight: 'lost',
    since,
    ...(lastClear === undefined ? {} : { lastClear }),
    ...(ending === undefined ? {} : { ending }),
    ...(seen.why === undefined ? {} : { loss: seen.why }),
  };
}

function regained(before: ServerView, at: number): ServerView {
  if (before.sight === 'clear') return before;
  const { loss: _loss, ending, ...rest } = before;
  const from = ending ?? before.lastClear;
  const gap = from === undefined ? {} : { gap: [from, at] as const };
  return { ...rest, sight: 'clear', since: at, lastClear: at, ...gap };
}
