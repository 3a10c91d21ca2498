import { displaySafe } from '../base/safeText.ts';
import { filled, type Recognised, rowOf } from '../diagnose/knownPatterns.ts';
import type { Category, Issue } from '../model/issue.ts';

/** The known line that weighs most in an issue; with `category`, only of a row of that category. */
export function knownOf(issue: Issue, category?: Category): Recognised | undefined {
  const found = issue.evidence.flatMap(({ known, weight }) => {
    const row = known === undefined ? undefined : rowOf(known);
    return known === undefined || row === undefined || (category ?? row.category) !== row.category ? [] : [{ row, values: known, weight }];
  });
  return found.toSorted((a, b) => b.weight - a.weight)[0];
}

/** What a person does about what a probe of a peer saw. */
const afterProbe: Readonly<Record<string, string>> = {
  'config.port': 'Set the port that it calls to one that its peer listens on.',
  'peer.down': 'See in the log of its peer whether it has opened its port, and on which address.',
  'slow.probe': 'Look at what it waits for itself: what it needs, its processor, its locks.',
};

/** What a person does next about an issue, on one line; `undefined` where no known line tells. Plain text, not yet escaped for a sink. */
export function nextStep(issue: Issue): string | undefined {
  const seen = issue.evidence.find(({ kind }) => Object.hasOwn(afterProbe, kind));
  if (seen !== undefined) return afterProbe[seen.kind];
  const known = knownOf(issue, issue.category) ?? knownOf(issue);
  return known === undefined ? undefined : displaySafe(filled(known.row.advice, known.values), 300);
}
