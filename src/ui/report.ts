import type { Report } from '../diagnose/report.ts';
import type { ServiceId } from '../model/service.ts';

/** The part of a report that tells of one service. */
export function reportOf(report: Report, service: ServiceId): Report {
  const issues = report.issues.filter(issue => issue.service === service);
  const keys = new Set(issues.map(issue => issue.key));
  return {
    ...report,
    issues,
    incidents: report.incidents.filter(incident => incident.issues.some(key => keys.has(key))),
    healthy: report.healthy.filter(id => id === service),
    quiet: report.quiet.filter(row => row.service === service),
    excluded: report.excluded.filter(row => row.service === service),
    unknown: report.unknown.filter(row => row.service === service),
  };
}
