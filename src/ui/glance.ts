import type { Beliefs } from '../engine/port.ts';
import type { Lease } from '../model/attention.ts';
import type { Issue, Severity } from '../model/issue.ts';
import type { ServiceId } from '../model/service.ts';

/** The lease of one scope that ends last; undefined when none is in force at `now` (ms). */
export function leaseOf(beliefs: Beliefs, scope: 'all' | ServiceId, now: number): Lease | undefined {
  return beliefs.attention.leases
    .filter(lease => lease.scope === scope && lease.until > now)
    .reduce<Lease | undefined>((longest, lease) => (longest !== undefined && longest.until >= lease.until ? longest : lease), undefined);
}

/** Leases of single services in force, the one that ends first on top. */
export const exclusions = (beliefs: Beliefs, now: number): readonly Lease[] =>
  beliefs.attention.leases.filter(lease => lease.scope !== 'all' && lease.until > now).sort((a, b) => a.until - b.until);

/** Every issue shown, symptoms too, without the services a person left out. */
function troubles(beliefs: Beliefs, now: number): readonly Issue[] {
  const out = new Set(exclusions(beliefs, now).map(lease => lease.scope));
  return beliefs.issues.filter(issue => issue.severity !== 'info' && (issue.service === undefined || !out.has(issue.service)));
}

const symptomKeys = (beliefs: Beliefs): ReadonlySet<string> => new Set(beliefs.incidents.flatMap(incident => incident.symptoms));

/** Keys of the issues of incidents that somebody has seen. */
export const acknowledgedKeys = (beliefs: Beliefs): ReadonlySet<string> =>
  new Set(beliefs.incidents.flatMap(incident => (incident.state === 'acknowledged' ? incident.issues : [])));

/** What the badge and the status bar count: a symptom is no problem of its own, its root stands for it, and what was acknowledged is known. */
export function openIssues(beliefs: Beliefs, now: number): readonly Issue[] {
  const [under, seen] = [symptomKeys(beliefs), acknowledgedKeys(beliefs)];
  return troubles(beliefs, now).filter(issue => !under.has(issue.key) && !seen.has(issue.key));
}

/** Issues that somebody has acknowledged, without their symptoms. */
export function acknowledged(beliefs: Beliefs, now: number): readonly Issue[] {
  const [under, seen] = [symptomKeys(beliefs), acknowledgedKeys(beliefs)];
  return troubles(beliefs, now).filter(issue => !under.has(issue.key) && seen.has(issue.key));
}

/** What is in trouble only because something that it needs is. */
export function symptoms(beliefs: Beliefs, now: number): readonly Issue[] {
  const under = symptomKeys(beliefs);
  return troubles(beliefs, now).filter(issue => under.has(issue.key));
}

const order: readonly Severity[] = ['info', 'warning', 'error', 'critical'];

/** The worst severity of a list; undefined for an empty one. */
export function worst(issues: readonly Issue[]): Severity | undefined {
  const at = Math.max(-1, ...issues.map(issue => order.indexOf(issue.severity)));
  return order[at];
}

/** "1 issue", "3 services". */
export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
