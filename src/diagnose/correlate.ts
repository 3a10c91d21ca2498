import type { Incident } from '../model/incident.ts';
import type { Issue, Severity } from '../model/issue.ts';
import type { ServiceId } from '../model/service.ts';
import type { World } from './world.ts';

export const severityRank: Readonly<Record<Severity, number>> = { info: 0, warning: 1, error: 2, critical: 3 };

/** Two issues belong together from this strength on. */
const joinAt = 0.35;
const timeScale = 5 * 60_000;

/**
 * Groups issues into incidents: strength is e^(−Δt / 5 min) × topology, where the same service is 1, one need away 0.8, two 0.5 and
 * the same group 0.3. Issues of severity info open none. The result partitions its issues; earliest incident first.
 */
export function correlate(issues: readonly Issue[], world: World): readonly Incident[] {
  const sorted = issues
    .filter(issue => issue.severity !== 'info')
    .toSorted((a, b) => a.firstSeen - b.firstSeen || (a.key < b.key ? -1 : 1));
  const clusters: Issue[][] = [];
  for (const issue of sorted) {
    const joined = clusters.filter(cluster => cluster.some(member => strength(member, issue, world) >= joinAt));
    const [first, ...others] = joined;
    if (first === undefined) {
      clusters.push([issue]);
      continue;
    }
    // A new issue may bridge two incidents: the older keeps its id.
    for (const other of others) first.push(...clusters.splice(clusters.indexOf(other), 1).flat());
    first.push(issue);
  }
  return clusters.map(toIncident);
}

function toIncident(members: readonly Issue[]): Incident {
  const byTime = members.toSorted((a, b) => a.firstSeen - b.firstSeen || (a.key < b.key ? -1 : 1));
  const first = byTime[0];
  const worst = byTime.reduce<Severity>(
    (worstSoFar, issue) => (severityRank[issue.severity] > severityRank[worstSoFar] ? issue.severity : worstSoFar),
    'info',
  );
  return {
    id: `${first?.key}@${first?.firstSeen}`,
    opened: first?.firstSeen ?? 0,
    issues: byTime.map(issue => issue.key),
    severity: worst,
  };
}

function strength(a: Issue, b: Issue, world: World): number {
  return Math.exp(-Math.abs(a.firstSeen - b.firstSeen) / timeScale) * topology(a, b, world);
}

function topology(a: Issue, b: Issue, world: World): number {
  if (a.service === undefined || b.service === undefined) return a.server === b.server ? 1 : 0;
  if (a.service === b.service) return 1;
  const needs = [steps(a.service, b.service, world), steps(b.service, a.service, world)];
  const distance = Math.min(...needs);
  if (distance === 1) return 0.8;
  if (distance === 2) return 0.5;
  const [one, other] = [world.services.get(a.service)?.service, world.services.get(b.service)?.service];
  return one?.group !== undefined && one.group === other?.group && one.server === other.server ? 0.3 : 0;
}

/** How many needs lead from one service to another: 1, 2 or Infinity. */
function steps(from: ServiceId, to: ServiceId, world: World): number {
  const direct = world.services.get(from)?.service.dependsOn ?? [];
  if (direct.includes(to)) return 1;
  return direct.some(next => world.services.get(next)?.service.dependsOn.includes(to)) ? 2 : Number.POSITIVE_INFINITY;
}
