import type { Issue } from '../model/issue.ts';

/** Caps by the confidence that they leave, as in diagnose/confidence; `holds` says whether that is what happened. */
const caps: readonly { readonly at: number; readonly why: string; readonly holds: (issue: Issue) => boolean }[] = [
  {
    at: 0.6,
    why: 'all that speaks for it comes from logs',
    holds: ({ evidence }) => evidence.filter(({ weight }) => weight > 0).every(({ from }) => from === 'log'),
  },
  { at: 0.8, why: 'something that has to be looked at could not be', holds: () => true },
  { at: 0.5, why: 'it is older than 15 min and did not happen again', holds: () => true },
  { at: 0.7, why: 'it goes up and down', holds: ({ category }) => category === 'flapping' },
];

const signed = (weight: number): string => `${weight > 0 ? '+' : '\u2212'}${Math.abs(weight).toFixed(1)}`;

/** Why an issue is in its band: "high: death.unexpected +3.0, same.exit +1.5", with the cap that holds it down where there is one. */
export function bandWords({ band, evidence, confidence, ...issue }: Issue): string {
  const weighed = evidence.filter(({ weight }) => weight !== 0).toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  const kinds = weighed.slice(0, 5).map(({ kind, weight }) => `${kind} ${signed(weight)}`);
  const cap = caps.find(each => Math.abs(confidence - each.at) < 1e-9 && each.holds({ ...issue, band, evidence, confidence }));
  const held = cap === undefined ? '' : `; held at ${Math.round(cap.at * 100)} %: ${cap.why}`;
  return `${band}${kinds.length === 0 ? '' : `: ${kinds.join(', ')}`}${held}`;
}
