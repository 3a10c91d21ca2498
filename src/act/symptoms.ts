import { displaySafe } from '../base/safeText.ts';
import type { World } from '../diagnose/world.ts';
import type { Incident } from '../model/incident.ts';
import type { Issue } from '../model/issue.ts';
import { serviceLabel } from './statusLine.ts';

/** Where an issue stands: a symptom names the issue that explains it. */
export interface Standing {
  /** Issue at the root; it may be none of those shown. */
  readonly root: string;
  /** "symptom of db (shop)". */
  readonly text: string;
}

/** Keys of symptoms → what they are symptoms of. */
export function standings(incidents: readonly Incident[], world: World): ReadonlyMap<string, Standing> {
  const all = incidents.flatMap(({ root, symptoms }) => {
    if (root === undefined) return [];
    const view = world.services.get(root.service);
    const name = view === undefined ? displaySafe(root.service, 120) : serviceLabel(view.service);
    return symptoms.map(key => [key, { root: root.issue, text: `symptom of ${name}` }] as const);
  });
  return new Map(all);
}

/** An issue that is told by itself, with the symptoms that stand under it. */
export interface Told {
  readonly issue: Issue;
  readonly symptoms: readonly Issue[];
}

/** Issues in their order with their symptoms under them; a symptom whose root is not among them is told by itself. */
export function told(issues: readonly Issue[], found: ReadonlyMap<string, Standing>): readonly Told[] {
  const shown = new Set(issues.map(issue => issue.key));
  const isUnder = (issue: Issue): boolean => shown.has(found.get(issue.key)?.root ?? '');
  return issues
    .filter(issue => !isUnder(issue))
    .map(issue => ({ issue, symptoms: issues.filter(other => found.get(other.key)?.root === issue.key) }));
}
