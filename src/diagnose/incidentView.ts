import type { KnownIncident } from '../model/incident.ts';
import type { Issue, Severity } from '../model/issue.ts';
import type { ServiceId } from '../model/service.ts';
import { severityRank } from './correlate.ts';

/**
 * The incidents as those see them who look at some issues and services only. One without an open issue of theirs is left out, unless
 * it recovers and concerns a service that is shown; resolved ones are history.
 */
export function incidentsOf(
  incidents: readonly KnownIncident[],
  issues: readonly Issue[],
  shows: (service: ServiceId) => boolean,
): readonly KnownIncident[] {
  const byKey = new Map(issues.map(issue => [issue.key, issue]));
  return incidents.flatMap(incident => {
    if (incident.state === 'resolved') return [];
    if (incident.state === 'recovering') return servicesOf(incident).some(shows) ? [incident] : [];
    const members = incident.issues.flatMap(key => byKey.get(key) ?? []);
    if (members.length === 0) return [];
    if (members.length === incident.issues.length) return [incident];
    const severity = members.map(issue => issue.severity).reduce<Severity>((a, b) => (severityRank[b] > severityRank[a] ? b : a), 'info');
    const symptoms = incident.symptoms.filter(key => byKey.has(key));
    return [{ ...incident, issues: members.map(issue => issue.key), symptoms, severity }];
  });
}

/** As much of an incident as tells who is suspected. */
export type Suspecting = Partial<Pick<KnownIncident, 'hypotheses'>>;

/**
 * How sure it is that an issue is the cause of its incident, 0…1: by all that is suspected, and by what came true of such predictions. Beside
 * `Issue.confidence`, which its own evidence alone gives; undefined where it is not suspected, or where the two round to the same percent.
 */
export function calibratedOf({ key, confidence }: Issue, incidents: readonly Suspecting[]): number | undefined {
  const found = incidents.flatMap(({ hypotheses = [] }) => hypotheses).find(({ issue }) => issue === key)?.confidence;
  return found === undefined || Math.round(found * 100) === Math.round(confidence * 100) ? undefined : found;
}

/** The services of an incident, of what is clear by now too. */
export const servicesOf = (incident: KnownIncident): ServiceId[] => [
  ...new Set([...incident.issues, ...incident.cleared.map(({ issue }) => issue)].map(key => key.slice(0, key.lastIndexOf('/')))),
];
