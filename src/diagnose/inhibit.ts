import type { Category, Issue } from '../model/issue.ts';
import type { ServiceId } from '../model/service.ts';
import { nodeCap } from './dependencies.ts';
import { type SaidNeeds, saidNeedsIn } from './namedPeers.ts';
import type { World } from './world.ts';

const sureAt = 0.5;
const farthest = 3;
/** A stop takes its time, and who needs a service fails while it goes: onsets this close have no order. */
const slack = 10_000;

/**
 * Makes others fail by itself. What only complains (errors in a log) is a cause only for those that name it; one that is slow makes
 * others complain.
 */
const failures: ReadonlySet<Category> = new Set([
  'app_crash',
  'oom',
  'bad_change',
  'config_error',
  'start_error',
  'disk_full',
  'resource_limit',
  'hang',
  'unhealthy',
  'operator_action',
  'daemon_restart',
  'flapping',
]);
/** A trouble of its own, unless what it needs has the same. */
const ownFaults: ReadonlySet<Category> = new Set(['oom', 'bad_change', 'config_error', 'start_error', 'disk_full', 'resource_limit']);
/** Somebody's doing, which nothing that it needs explains. */
const meant: ReadonlySet<Category> = new Set(['operator_action', 'daemon_restart', 'unreachable']);
/** A complaint is a symptom by what it says, whenever the first of its kind was. */
const complaints: ReadonlySet<Category> = new Set(['app_error', 'network', 'dependency', 'latency']);

/** How a service comes to another along needs. */
export interface Way {
  /** 1 for a direct need. */
  readonly hops: number;
  /** When its log last named the other as out of reach, ms. */
  readonly named?: number;
}

/** Needs as declared and as logs tell them, walked on demand and kept for one look. */
export interface Ways {
  /** All that a service reaches in at most three needs. */
  near(id: ServiceId): ReadonlyMap<ServiceId, Way>;
  /** Whether a service reaches another in any number of needs; true as well where there are too many to tell. */
  reaches(id: ServiceId, other: ServiceId): boolean;
}

export function waysIn(world: World, now: number): Ways {
  const declared = (id: ServiceId): readonly ServiceId[] => world.services.get(id)?.service.dependsOn ?? [];
  const said = saidNeedsIn(world, now);
  const byLabels = kept(id => closure(id, declared));
  // A log names its clients, too: what is declared the other way round wins.
  const trusted = kept(id => new Map([...said(id)].filter(([peer]) => !byLabels(peer).has(id))));
  const needs = kept(id => [...new Set([...declared(id), ...trusted(id).keys()])]);
  const near = kept(id => nearWays(id, needs, trusted));
  const all = kept(id => closure(id, needs));
  return { near, reaches: (id, other) => all(id).has(other) || all(id).size >= nodeCap };
}

function kept<V>(make: (id: ServiceId) => V): (id: ServiceId) => V {
  const known = new Map<ServiceId, V>();
  return id => {
    const found = known.get(id) ?? make(id);
    known.set(id, found);
    return found;
  };
}

type NeedsOf = (id: ServiceId) => readonly ServiceId[];

function closure(from: ServiceId, needs: NeedsOf): ReadonlySet<ServiceId> {
  const found = new Set<ServiceId>();
  const open = [from];
  for (let id = open.pop(); id !== undefined && found.size < nodeCap; id = open.pop()) {
    for (const need of needs(id)) {
      if (found.has(need)) continue;
      found.add(need);
      open.push(need);
    }
  }
  return found;
}

function nearWays(from: ServiceId, needs: NeedsOf, said: SaidNeeds): ReadonlyMap<ServiceId, Way> {
  const named = said(from);
  const ways = new Map<ServiceId, Way>();
  let edge: readonly ServiceId[] = [from];
  for (let hops = 1; hops <= farthest; hops++) {
    const next = edge.flatMap(needs).filter(id => id !== from && !ways.has(id));
    for (const id of next) {
      const at = named.get(id);
      ways.set(id, { hops, ...(at === undefined ? {} : { named: at }) });
    }
    edge = [...new Set(next)];
  }
  return ways;
}

/** When a failing health check began is only known from its event; without one it may have begun at any time. */
function beganAt(issue: Issue, world: World): number {
  if (issue.category !== 'unhealthy' && issue.category !== 'hang') return issue.firstSeen;
  const view = issue.service === undefined ? undefined : world.services.get(issue.service);
  return view?.moments.findLast(moment => moment.event === 'health')?.at ?? Number.POSITIVE_INFINITY;
}

/**
 * Whether `source` explains `target`, so that the target is a symptom: it is believed, the target needs it and began not before it,
 * and has no trouble of its own. Never both ways, and never between two that are in a cycle.
 */
export function inhibits(source: Issue, target: Issue, ways: Ways, world: World): boolean {
  if (source.service === undefined || target.service === undefined || source.confidence < sureAt) return false;
  const way = ways.near(target.service).get(source.service);
  if (way === undefined || !explains(source, target, way) || ways.reaches(source.service, target.service)) return false;
  const latest = way.named !== undefined && complaints.has(target.category) ? way.named : beganAt(target, world);
  return latest >= source.firstSeen - slack;
}

function explains(source: Issue, target: Issue, way: Way): boolean {
  if (meant.has(target.category)) return false;
  const slow = source.category === 'latency' && complaints.has(target.category);
  if (!failures.has(source.category) && way.named === undefined && !slow) return false;
  if (source.category === target.category) return true;
  // A crash says nothing about why, unless its last words do.
  return !ownFaults.has(target.category) && (target.category !== 'app_crash' || way.named !== undefined);
}

const nearestFirst =
  (near: ReadonlyMap<ServiceId, Way>) =>
  (a: Issue, b: Issue): number =>
    hops(near, a) - hops(near, b) || a.firstSeen - b.firstSeen || (a.key < b.key ? -1 : 1);
const hops = (near: ReadonlyMap<ServiceId, Way>, { service }: Issue): number => near.get(service ?? '')?.hops ?? farthest + 1;

/** Key of each symptom → the issue at the end of its chain of causes. Issues of severity info may be causes; symptoms only as complaints about one that is worse. */
export function rootsOf(issues: readonly Issue[], world: World, now: number): ReadonlyMap<string, Issue> {
  const ways = waysIn(world, now);
  const byService = new Map<ServiceId, Issue[]>();
  for (const issue of issues) {
    if (issue.service === undefined) continue;
    const list = byService.get(issue.service);
    if (list === undefined) byService.set(issue.service, [issue]);
    else list.push(issue);
  }
  const causes = new Map<string, Issue>();
  for (const target of issues) {
    const cause = causeOf(target, byService, ways, world);
    if (cause !== undefined) causes.set(target.key, cause);
  }
  return new Map([...causes].map(([key, cause]) => [key, endOf(cause, causes)]));
}

function causeOf(target: Issue, byService: ReadonlyMap<ServiceId, readonly Issue[]>, ways: Ways, world: World): Issue | undefined {
  const faint = target.severity === 'info';
  if (target.service === undefined || (faint && !complaints.has(target.category))) return undefined;
  const own = byService.get(target.service) ?? [];
  const near = ways.near(target.service);
  const sources = [...near.keys()].flatMap(id => byService.get(id) ?? []).filter(source => !faint || source.severity !== 'info');
  const able = sources.filter(source => inhibits(source, target, ways, world) && !own.some(issue => isOwnFault(issue, source)));
  return able.sort(nearestFirst(near))[0];
}

const isOwnFault = (issue: Issue, source: Issue): boolean =>
  ownFaults.has(issue.category) && issue.confidence >= sureAt && issue.category !== source.category;

/** Along needs there is no way back, so every chain ends. */
function endOf(cause: Issue, causes: ReadonlyMap<string, Issue>): Issue {
  let end = cause;
  for (let next = causes.get(end.key); next !== undefined; next = causes.get(end.key)) end = next;
  return end;
}
