import { median, percentile } from '../bench/numbers.ts';
import type { Episode } from './episode.ts';
import type { Run } from './run.ts';
import { brier, ece, lowerBound } from './scores.ts';

/** The scores of a run; shares are 0…1, times in ms, NaN where there was nothing to score. */
export interface Summary {
  readonly episodes: number;
  readonly passed: number;
  readonly faults: number;
  readonly detected: number;
  readonly rootAndCategory: number;
  readonly band: number;
  readonly order: number;
  readonly partition: number;
  readonly falseAlarms: number;
  readonly mutating: number;
  readonly issueMedian: number;
  readonly issueP95: number;
  readonly rootMedian: number;
  readonly rootP95: number;
  readonly brier: number;
  readonly ece: number;
  readonly high: number;
  readonly highRight: number;
  readonly highLowerBound: number;
}

const share = (values: readonly boolean[]): number => values.filter(Boolean).length / values.length;

export function summarise({ episodes, mutating, extrasAlarmed }: Run): Summary {
  const judged = episodes.flatMap(episode => episode.judged);
  const claims = episodes.flatMap(episode => episode.claims);
  const high = claims.filter(claim => claim.band === 'high');
  const highRight = high.filter(claim => claim.right).length;
  const issue = episodes.flatMap(episode => episode.issueDelay ?? []);
  const root = episodes.flatMap(episode => episode.rootDelay ?? []);
  return {
    episodes: episodes.length,
    passed: episodes.filter(episode => episode.failures.length === 0).length,
    faults: judged.length,
    detected: share(judged.map(each => each.detected)),
    rootAndCategory: share(judged.map(each => each.root && each.category)),
    band: share(judged.map(each => each.band)),
    order: share(judged.map(each => each.order)),
    partition: episodes.reduce((sum, episode) => sum + episode.partition, 0) / episodes.length,
    falseAlarms: extrasAlarmed.length + episodes.reduce((sum, episode) => sum + episode.falseAlarms.length, 0),
    mutating,
    issueMedian: median(issue),
    issueP95: percentile(issue, 0.95),
    rootMedian: median(root),
    rootP95: percentile(root, 0.95),
    brier: brier(claims),
    ece: ece(claims),
    high: high.length,
    highRight,
    highLowerBound: lowerBound(highRight, high.length),
  };
}

/** What must hold; a gate without anything to judge is passed. */
export const gates: readonly { readonly what: string; readonly holds: (s: Summary) => boolean }[] = [
  { what: 'root and category right in at least 95 %', holds: s => !(s.rootAndCategory < 0.95) },
  { what: 'band right in at least 90 %', holds: s => !(s.band < 0.9) },
  { what: 'no false alarm', holds: s => s.falseAlarms === 0 },
  { what: 'no call that could change anything', holds: s => s.mutating === 0 },
  { what: 'median time to an issue at most 3 s', holds: s => !(s.issueMedian > 3000) },
  { what: 'median time to the root at most 10 s', holds: s => !(s.rootMedian > 10_000) },
];

const time = (ms: number | undefined): string => (ms === undefined || Number.isNaN(ms) ? '-' : `${(ms / 1000).toFixed(2)} s`);
const percent = (value: number): string => (Number.isNaN(value) ? '-' : `${(value * 100).toFixed(0)} %`);

/** One line for each episode, as it ends. */
export function episodeLine({ scenario, title, variant, failures, issueDelay, rootDelay, took }: Episode): string {
  const mark = failures.length === 0 ? 'ok    ' : 'FAILED';
  return `${mark} ${scenario.padStart(4)}/${variant} ${title.padEnd(50)} issue ${time(issueDelay).padStart(6)}  root ${time(rootDelay).padStart(6)}  (${time(took)})`;
}

/** Why episodes failed: what was expected and what was said, with the kinds of evidence. */
export const failureText = ({ scenario, variant, title, failures, said }: Episode): string =>
  [`${scenario}/${variant} ${title}`, ...failures.map(line => `  ! ${line}`), ...said.map(line => `    ${line}`)].join('\n');

export function summaryText(s: Summary): string {
  return [
    `${s.passed} of ${s.episodes} episodes passed; ${s.faults} faults`,
    `detected ${percent(s.detected)}, root and category ${percent(s.rootAndCategory)}, band ${percent(s.band)}, order ${percent(s.order)}, partition F1 ${s.partition.toFixed(3)}`,
    `false alarms ${s.falseAlarms}, calls that could change something ${s.mutating}`,
    `to the issue: median ${time(s.issueMedian)}, 95th percentile ${time(s.issueP95)}; to the root: median ${time(s.rootMedian)}, 95th percentile ${time(s.rootP95)}`,
    `Brier ${s.brier.toFixed(3)}, ECE ${s.ece.toFixed(3)}; HIGH right ${s.highRight} of ${s.high}, lower 95 % bound ${s.highLowerBound.toFixed(3)}`,
  ].join('\n');
}
