import { issueSummary } from '../act/message.ts';
import { assess } from '../diagnose/assess.ts';
import { severityRank } from '../diagnose/correlate.ts';
import { withDeclared } from '../diagnose/declared.ts';
import { see } from '../diagnose/see.ts';
import { emptyWorld, type World } from '../diagnose/world.ts';
import type { TimelineEntry } from '../model/incident.ts';
import type { Issue } from '../model/issue.ts';
import type { Observation } from '../model/observation.ts';
import type { Server, ServiceId } from '../model/service.ts';
import type { DeclaredNeed } from '../model/settings.ts';
import { observedEntries } from './observed.ts';

/** Facts and beliefs at one moment. A plain value. */
export interface State {
  readonly world: World;
  readonly issues: ReadonlyMap<ServiceId, readonly Issue[]>;
  /** Issues of services that cannot be seen now: neither shown nor over, until sight is back. */
  readonly veiled: ReadonlyMap<ServiceId, readonly Issue[]>;
  /** Needs that the settings declare. */
  readonly declared: readonly DeclaredNeed[];
}

export const emptyState = (servers: readonly Server[], now: number, declared: readonly DeclaredNeed[] = []): State => ({
  world: emptyWorld(servers, now),
  issues: new Map(),
  veiled: new Map(),
  declared,
});

export interface Step {
  readonly state: State;
  readonly changed: ReadonlySet<ServiceId>;
  readonly entries: readonly TimelineEntry[];
}

/** One step of the flow: see, then diagnose what changed. `now` in ms. Pure. */
export function step(state: State, batch: readonly Observation[], now: number): Step {
  const { world, changed } = see(state.world, batch, state.declared);
  const next = reassess({ ...state, world }, changed, now);
  const observed = observedEntries(batch, state.world, world);
  return { state: next.state, changed, entries: [...observed, ...next.entries] };
}

/** Diagnoses the given services again, as time alone changes beliefs. */
export function reassess(state: State, ids: Iterable<ServiceId>, now: number): Step {
  const [issues, veiled] = [new Map(state.issues), new Map(state.veiled)];
  const changed = new Set<ServiceId>();
  const entries: TimelineEntry[] = [];
  for (const id of ids) {
    const view = state.world.services.get(id);
    const server = view === undefined ? undefined : state.world.servers.get(view.service.server);
    const before = issues.get(id) ?? veiled.get(id) ?? [];
    const after = view === undefined ? [] : assess(view, server, now, state.world).map(issue => continued(issue, before));
    const blind = view?.service.state === 'unknown' || server?.sight === 'lost';
    put(issues, id, after);
    put(veiled, id, blind ? before : []);
    changed.add(id);
    if (!blind) entries.push(...diagnosed(before, after, state.world, now));
  }
  return { state: { ...state, issues, veiled }, changed, entries };
}

/** Other needs are declared: what they touch is diagnosed again. `now` in ms. */
export function redeclare(state: State, declared: readonly DeclaredNeed[], now: number): Step {
  const { services } = state.world;
  const touched = withDeclared(state.world, declared);
  const world = { ...state.world, services: touched.size === 0 ? services : new Map([...services, ...touched]) };
  return reassess({ ...state, world, declared }, touched.keys(), now);
}

function put<K, V>(map: Map<K, readonly V[]>, key: K, list: readonly V[]): void {
  if (list.length === 0) map.delete(key);
  else map.set(key, list);
}

/** The same issue seen again began when it was first seen. */
function continued(issue: Issue, before: readonly Issue[]): Issue {
  const old = before.find(other => other.key === issue.key);
  return old === undefined || old.firstSeen >= issue.firstSeen ? issue : { ...issue, firstSeen: old.firstSeen };
}

function diagnosed(before: readonly Issue[], after: readonly Issue[], world: World, now: number): TimelineEntry[] {
  const entry = (issue: Issue, change: 'opened' | 'worse' | 'resolved'): TimelineEntry => ({
    id: `${issue.key}:${change}:${Math.round(issue.firstSeen)}${change === 'worse' ? `:${issue.severity}` : ''}`,
    at: change === 'opened' ? issue.firstSeen : now,
    plusMinus: 0,
    actor: 'dozor',
    server: issue.server,
    ...(issue.service === undefined ? {} : { service: issue.service }),
    kind: 'diagnosed',
    issue: issue.key,
    change,
    category: issue.category,
    severity: issue.severity,
    detail: issueSummary(issue, world, now),
  });
  const counts = (issue: Issue): boolean => issue.severity !== 'info';
  const opened = after.filter(issue => counts(issue) && !before.some(old => old.key === issue.key && counts(old)));
  const worse = after.filter(issue =>
    before.some(old => old.key === issue.key && counts(old) && severityRank[issue.severity] > severityRank[old.severity]),
  );
  const resolved = before.filter(issue => counts(issue) && !after.some(still => still.key === issue.key && counts(still)));
  return [
    ...opened.map(issue => entry(issue, 'opened')),
    ...worse.map(issue => entry(issue, 'worse')),
    ...resolved.map(issue => entry(issue, 'resolved')),
  ];
}
