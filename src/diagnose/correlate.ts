import type { Incident } from '../model/incident.ts';
import type { Issue, Severity } from '../model/issue.ts';
import type { ServiceId } from '../model/service.ts';
import { rootsOf } from './inhibit.ts';
import { rootOf } from './rootIssue.ts';
import type { World } from './world.ts';

export const severityRank: Readonly<Record<Severity, number>> = { info: 0, warning: 1, error: 2, critical: 3 };

/** Two issues belong together from this strength on. */
const joinAt = 0.35;
const timeScale = 5 * 60_000;

/**
 * Groups issues into incidents. A symptom stands with what explains it. Other issues join by strength, e^(−Δt / 5 min) × topology:
 * the same service is 1, one need away 0.8 and two 0.5; a common group alone joins nothing. Issues of severity info open none, and
 * join where they explain another one. `aside` may explain others too and is never a member: issues of excluded services.
 * The result partitions its issues; earliest incident first.
 */
export function correlate(issues: readonly Issue[], world: World, aside: readonly Issue[] = []): readonly Incident[] {
  const all = [...issues, ...aside];
  const roots = rootsOf(all, world, Math.max(0, ...all.map(issue => issue.lastSeen)));
  const explaining = new Set([...roots.values()].map(issue => issue.key));
  const out = new Set(aside.map(issue => issue.key));
  const sorted = all
    .filter(issue => !roots.has(issue.key) && (explaining.has(issue.key) || (issue.severity !== 'info' && !out.has(issue.key))))
    .toSorted(earliestFirst);
  const near = nearIn(world);
  const clusters: Issue[][] = [];
  for (const issue of sorted) {
    const joined = clusters.filter(cluster => cluster.some(member => strength(member, issue, near) >= joinAt));
    const [first, ...others] = joined;
    if (first === undefined) {
      clusters.push([issue]);
      continue;
    }
    // A new issue may bridge two incidents: the older keeps its id.
    for (const other of others) first.push(...clusters.splice(clusters.indexOf(other), 1).flat());
    first.push(issue);
  }
  return clusters.map(causes => toIncident(causes, issues, roots, world)).filter(incident => incident.issues.length > 0);
}

const earliestFirst = (a: Issue, b: Issue): number => a.firstSeen - b.firstSeen || (a.key < b.key ? -1 : 1);

function toIncident(causes: readonly Issue[], issues: readonly Issue[], roots: ReadonlyMap<string, Issue>, world: World): Incident {
  const own = new Set(causes.map(issue => issue.key));
  const symptoms = issues.filter(issue => own.has(roots.get(issue.key)?.key ?? '')).toSorted(earliestFirst);
  const members = issues.filter(issue => own.has(issue.key) || symptoms.includes(issue)).toSorted(earliestFirst);
  const first = causes.toSorted(earliestFirst)[0];
  const worst = members.reduce<Severity>(
    (worstSoFar, issue) => (severityRank[issue.severity] > severityRank[worstSoFar] ? issue.severity : worstSoFar),
    'info',
  );
  const root = rootOf(causes, symptoms, roots, world);
  return {
    id: `${first?.key}@${first?.firstSeen}`,
    opened: first?.firstSeen ?? 0,
    issues: members.map(issue => issue.key),
    severity: worst,
    ...(root === undefined ? {} : { root }),
    symptoms: symptoms.map(issue => issue.key),
  };
}

type Near = (service: ServiceId) => ReadonlyMap<ServiceId, number>;

function strength(a: Issue, b: Issue, near: Near): number {
  return Math.exp(-Math.abs(a.firstSeen - b.firstSeen) / timeScale) * topology(a, b, near);
}

function topology(a: Issue, b: Issue, near: Near): number {
  if (a.service === undefined || b.service === undefined) return a.server === b.server ? 1 : 0;
  if (a.service === b.service) return 1;
  return Math.max(near(a.service).get(b.service) ?? 0, near(b.service).get(a.service) ?? 0);
}

/** What a service needs, and what that needs in turn; worked out once per service, because issues are compared pair by pair. */
function nearIn(world: World): Near {
  const known = new Map<ServiceId, ReadonlyMap<ServiceId, number>>();
  const needs = (service: ServiceId): readonly ServiceId[] => world.services.get(service)?.service.dependsOn ?? [];
  return service => {
    const found = known.get(service);
    if (found !== undefined) return found;
    const direct = needs(service);
    const near = new Map([...direct.flatMap(needs).map(id => [id, 0.5] as const), ...direct.map(id => [id, 0.8] as const)]);
    known.set(service, near);
    return near;
  };
}
