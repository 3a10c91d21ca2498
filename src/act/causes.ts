import { displaySafe } from '../base/safeText.ts';
import type { Hypothesis } from '../model/incident.ts';
import type { Issue } from '../model/issue.ts';
import type { Investigation } from './investigation.ts';
import { nameOf } from './reportDoc.ts';

/** A cause in our words, and the ids of the evidence that speaks for it. */
export interface Cause {
  readonly text: string;
  readonly ids: readonly string[];
}

/** The one list of what may have done it, likeliest first, and the issues of the service that are not on it. */
export interface Causes {
  /** Suspects of the incidents; where nobody is suspected there are own issues alone. */
  readonly suspected: boolean;
  readonly list: readonly Cause[];
  readonly others: readonly Issue[];
}

const most = 3;

/** `lineOf` tells an issue in full; the first issue is told by the verdict, so that the list has its name alone. */
export function causesOf(investigation: Investigation, lineOf: (issue: Issue) => string): Causes {
  const { issues, incidents } = investigation;
  const own = new Set(issues.map(({ key }) => key));
  const ours = incidents.filter(incident => incident.issues.some(key => own.has(key)));
  const suspects = ours.flatMap(({ hypotheses = [] }) => hypotheses);
  const listed = new Set(suspects.map(({ issue }) => issue));
  if (suspects.length > 0) {
    const list = suspects.map(suspect => ({ text: suspectLine(suspect, investigation), ids: idsIn(suspect.evidence) }));
    return { suspected: true, list, others: issues.slice(1).filter(({ key }) => !listed.has(key)) };
  }
  const list = issues.slice(0, most).map((issue, i) => ({
    text: i === 0 ? `${nameOf(issue.service ?? issue.server, investigation.world)} (${issue.category}, as told above)` : lineOf(issue),
    ids: idsIn(issue.evidence.filter(({ weight }) => weight > 0).map(({ id }) => id)),
  }));
  return { suspected: false, list, others: issues.slice(most) };
}

const idsIn = (ids: readonly string[]): string[] => ids.slice(0, 6).map(id => displaySafe(id, 80));

/** Its strongest reason and what would refute it; the reasons of the service's first issue stand above. */
function suspectLine(suspect: Hypothesis, { issues, world }: Investigation): string {
  const { service, category, issue, confidence, share, because, whatWouldRefute } = suspect;
  const isTold = issue !== undefined && issue === issues[0]?.key;
  const why = because[0] === undefined || isTold ? '' : `: ${displaySafe(because[0], 160)}`;
  const odds = `${category}, ${Math.round(confidence * 100)} % sure, ${Math.round(share * 100)} % of the suspicion`;
  return `${nameOf(service, world)} (${odds})${why}; refuted if ${whatWouldRefute}`;
}
