import { severityRank } from '../../src/diagnose/correlate.ts';
import type { Beliefs } from '../../src/engine/port.ts';
import type { Incident } from '../../src/model/incident.ts';
import type { Band, Category, Issue, Severity } from '../../src/model/issue.ts';

export interface SaidIssue {
  readonly key: string;
  readonly service: string;
  readonly category: Category;
  readonly severity: Severity;
  readonly band: Band;
  readonly confidence: number;
  readonly status: Issue['status'];
  readonly firstSeen: number;
  readonly kinds: readonly string[];
}

export interface SaidIncident {
  readonly services: readonly string[];
  readonly symptoms: readonly string[];
  readonly root?: { readonly service: string; readonly category: Category; readonly band: Band; readonly confidence: number };
  /** It also holds services of another scenario. */
  readonly mixed: boolean;
}

/** What Dozor says at one moment about the services of one scenario. */
export interface Verdict {
  readonly issues: readonly SaidIssue[];
  readonly incidents: readonly SaidIncident[];
}

export function verdictOf(beliefs: Beliefs, owns: (service: string) => boolean): Verdict {
  const byKey = new Map(beliefs.issues.map(issue => [issue.key, issue]));
  const mine = beliefs.issues.filter(issue => issue.service !== undefined && owns(issue.service));
  const keys = new Set(mine.map(issue => issue.key));
  const incidents = beliefs.incidents.filter(incident => incident.issues.some(key => keys.has(key)));
  return { issues: mine.map(saidIssue), incidents: incidents.map(incident => saidIncident(incident, byKey, owns)) };
}

const saidIssue = (issue: Issue): SaidIssue => ({
  key: issue.key,
  service: issue.service ?? '',
  category: issue.category,
  severity: issue.severity,
  band: issue.band,
  confidence: issue.confidence,
  status: issue.status,
  firstSeen: issue.firstSeen,
  kinds: issue.evidence.map(item => item.kind),
});

function saidIncident(incident: Incident, byKey: ReadonlyMap<string, Issue>, owns: (service: string) => boolean): SaidIncident {
  const serviceOf = (key: string): string => byKey.get(key)?.service ?? '';
  const rootIssue = incident.root === undefined ? undefined : byKey.get(incident.root.issue);
  const services = [...new Set([...incident.issues.map(serviceOf), ...(incident.root === undefined ? [] : [incident.root.service])])];
  const root =
    incident.root === undefined || rootIssue === undefined
      ? undefined
      : { service: incident.root.service, category: rootIssue.category, ...surenessOf(incident, rootIssue) };
  return {
    services,
    symptoms: incident.symptoms.map(serviceOf),
    ...(root === undefined ? {} : { root }),
    mixed: services.some(service => !owns(service)),
  };
}

/** An incident that weighs its suspects is sure by all that speaks for one; else the issue of its root is what there is. */
function surenessOf(incident: Incident & { readonly hypotheses?: readonly Suspect[] }, root: Issue): { band: Band; confidence: number } {
  const suspect = incident.hypotheses?.find(({ service, category }) => service === root.service && category === root.category);
  const { band, confidence } = suspect ?? root;
  return { band, confidence };
}

interface Suspect {
  readonly service: string;
  readonly category: Category;
  readonly band: Band;
  readonly confidence: number;
}

/** Worth somebody's attention. */
export const alarming = (issue: SaidIssue): boolean => severityRank[issue.severity] >= severityRank.warning;
