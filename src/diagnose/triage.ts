import type { Lease } from '../model/attention.ts';
import type { KnownIncident } from '../model/incident.ts';
import type { Issue } from '../model/issue.ts';
import type { ServiceId } from '../model/service.ts';
import { severityRank } from './correlate.ts';
import { type Stop, whyStopped } from './death.ts';
import { incidentsOf } from './incidentView.ts';
import { noiseOf } from './noise.ts';
import type { Overall, Report } from './report.ts';
import type { Selection } from './scope.ts';
import type { ServerView, ServiceView, World } from './world.ts';

export interface TriageInput {
  readonly world: World;
  readonly selection: Selection;
  /** Issues of all services by service; those of unshown ones are left out. */
  readonly issues: ReadonlyMap<ServiceId, readonly Issue[]>;
  /** Of all services. */
  readonly incidents: readonly KnownIncident[];
  readonly now: number;
  /** The lease that leaves a service out, if one does. */
  readonly exclusion: (service: ServiceId) => Lease | undefined;
  readonly devMode: Lease | undefined;
}

/** Issues of what is shown, excluded services too, and of servers out of sight; worst first. */
export function openIssues(
  input: Pick<TriageInput, 'world' | 'issues' | 'now'> & { readonly selection: Pick<Selection, 'shown'> },
): readonly Issue[] {
  const own = input.selection.shown.flatMap(id => input.issues.get(id) ?? []);
  const blind = [...input.world.servers.values()].flatMap(server => lostServer(server, input.now) ?? []);
  return [...blind, ...own].sort(worstFirst);
}

const worstFirst = (a: Issue, b: Issue): number =>
  severityRank[b.severity] - severityRank[a.severity] || b.confidence - a.confidence || (a.key < b.key ? -1 : 1);

/** A server that was in sight and is lost. One never seen is no issue: an engine that is not there is a normal state. */
function lostServer(view: ServerView, now: number): Issue | undefined {
  if (view.sight !== 'lost' || view.lastClear === undefined || view.loss === undefined) return undefined;
  const quote = view.loss.text.slice(0, 300);
  return {
    key: `${view.server.id}/unreachable`,
    server: view.server.id,
    category: 'unreachable',
    severity: 'critical',
    confidence: 0.94,
    band: 'high',
    status: 'confirmed',
    firstSeen: view.since,
    lastSeen: now,
    evidence: [
      {
        id: `${view.server.id}-unreachable-1`,
        kind: 'reach.lost',
        what: quote,
        from: 'probe',
        at: view.since,
        weight: 5,
        ref: { quote, where: view.server.origin },
      },
    ],
  };
}

/** The whole picture, once: counts, lists and verdict come from the same filtered set. */
export function triage(input: TriageInput): Report {
  const { world, selection, now } = input;
  const views = selection.shown.flatMap(id => world.services.get(id) ?? []);
  const left = new Map(views.flatMap(view => pair(view.service.id, input.exclusion(view.service.id))));
  const all = openIssues(input);
  const shown = new Set(selection.shown);
  const isLeft = (issue: Issue): boolean => issue.service !== undefined && left.has(issue.service);
  const issues = all.filter(issue => !isLeft(issue));
  const sorted = views.filter(view => !left.has(view.service.id)).map(view => sortOut(view, world, issues));
  const unknown = [...blindServers(world), ...sorted.flatMap(each => each.unknown ?? [])];
  const noise = views
    .filter(view => !left.has(view.service.id) && view.service.state === 'running')
    .flatMap(view => noiseOf(view, now) ?? []);
  return {
    at: now,
    health: overall(issues, unknown, [...world.servers.values()]),
    scope: selection.scope,
    servers: [...world.servers.values()].map(server => serverRow(server, views)),
    issues,
    incidents: incidentsOf(input.incidents, issues, id => shown.has(id) && !left.has(id)),
    healthy: sorted.flatMap(each => each.healthy ?? []),
    quiet: sorted.flatMap(each => each.quiet ?? []),
    excluded: [...left].map(([service, lease]) => excludedRow(service, lease, input.issues.get(service) ?? [])),
    unknown,
    ...(noise.length === 0 ? {} : { noise }),
    ...(input.devMode === undefined ? {} : { devMode: input.devMode }),
  };
}

const pair = <K, V>(key: K, value: V | undefined): readonly (readonly [K, V])[] => (value === undefined ? [] : [[key, value]]);

function serverRow(view: ServerView, views: readonly ServiceView[]): Report['servers'][number] {
  const services = views.filter(each => each.service.server === view.server.id).length;
  const loss = view.loss === undefined ? {} : { why: view.loss.text, next: view.loss.next };
  return { id: view.server.id, label: view.server.label, sight: view.sight, ...loss, services };
}

function excludedRow(service: ServiceId, lease: Lease, issues: readonly Issue[]): Report['excluded'][number] {
  const critical = issues.find(issue => issue.severity === 'critical');
  return { service, until: lease.until, reason: lease.reason, ...(critical === undefined ? {} : { critical: critical.category }) };
}

const blindServers = (world: World): Report['unknown'] =>
  [...world.servers.values()]
    .filter(view => view.sight !== 'clear')
    .map(view => ({ server: view.server.id, why: view.loss?.text ?? 'not looked at yet' }));

type Sorted = { readonly healthy?: ServiceId; readonly quiet?: Report['quiet'][number]; readonly unknown?: Report['unknown'][number] };

/** Where a service stands: with an issue it is in none of the lists; what could not be looked at is never healthy. */
function sortOut(view: ServiceView, world: World, issues: readonly Issue[]): Sorted {
  const { id, server } = view.service;
  const stop = whyStopped(view, world.servers.get(server)?.gap);
  const blind = blindReason(view, world.servers.get(server));
  if (blind !== undefined) return { unknown: { server, service: id, why: blind } };
  if (stop.kind === 'running') return issues.some(issue => issue.service === id) ? {} : { healthy: id };
  if (issues.some(issue => issue.service === id && issue.severity !== 'info')) return {};
  return { quiet: { service: id, why: quietWords(stop) } };
}

function blindReason(view: ServiceView, server: ServerView | undefined): string | undefined {
  if (server?.sight !== 'clear') return server?.loss?.text ?? 'its server was not looked at yet';
  if (view.unseen !== undefined) return view.unseen;
  return view.service.state === 'unknown' || view.facts === undefined ? 'it was not looked at yet' : undefined;
}

const quietTexts: Partial<Record<Stop['kind'], string>> = {
  'by-hand': 'stopped by hand',
  finished: 'completed',
  created: 'created, never started',
  paused: 'paused',
  'by-daemon': 'ended while the engine was away',
};
const quietWords = (stop: Stop): string =>
  quietTexts[stop.kind] ?? (stop.exit === undefined ? 'stopped' : `stopped earlier, exit ${stop.exit}`);

function overall(issues: readonly Issue[], unknown: Report['unknown'], servers: readonly ServerView[]): Overall {
  if (issues.some(issue => issue.severity === 'critical')) return 'critical';
  if (issues.some(issue => issue.severity !== 'info')) return 'degraded';
  const blind = servers.length === 0 || servers.some(view => view.sight !== 'clear') || unknown.length > 0;
  return blind ? 'unknown' : 'healthy';
}
