import { bandOf } from './confidence.ts';
import { isotonic, risen } from './isotonic.ts';

/** A prediction whose truth is known: `p` is what was said, 0…1. */
export interface Outcome {
  readonly p: number;
  readonly right: boolean;
}

const truth = ({ right }: Outcome): number => (right ? 1 : 0);

/** Mean squared error of probabilities (Brier 1950): 0 is perfect, 0.25 is a coin. NaN without rows. */
export const brier = (rows: readonly Outcome[]): number => rows.reduce((sum, row) => sum + (row.p - truth(row)) ** 2, 0) / rows.length;

/**
 * Expected calibration error: rows in order of `p` in `bins` bins of equal mass, the mean gap between what was said and what came true,
 * weighted by the rows of each bin (Naeini 2015, with equal mass instead of equal width). NaN without rows.
 */
export function ece(rows: readonly Outcome[], bins = 5): number {
  const sorted = rows.toSorted((a, b) => a.p - b.p || truth(a) - truth(b));
  const parts = Array.from({ length: bins }, (_, i) =>
    sorted.slice(Math.round((i * rows.length) / bins), Math.round(((i + 1) * rows.length) / bins)),
  );
  const gap = (part: readonly Outcome[]): number => Math.abs(part.reduce((sum, row) => sum + row.p - truth(row), 0));
  return parts.reduce((sum, part) => sum + gap(part), 0) / rows.length;
}

/**
 * One-sided lower bound of a share of which `k` in `n` were seen, exact (Clopper and Pearson 1934): the share at which `k` or more
 * would come with probability `1 − sure`. 20 of 20 give 0.861, 59 of 59 give 0.950. 0 for k = 0 and for n = 0.
 */
export function lowerBound(k: number, n: number, sure = 0.95): number {
  if (k <= 0 || n <= 0) return 0;
  let [low, high] = [0, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (atLeast(Math.min(k, n), n, middle) < 1 - sure) low = middle;
    else high = middle;
  }
  return low;
}

/** Probability of `k` or more successes in `n` tries of probability `p`, summed in logarithms. */
function atLeast(k: number, n: number, p: number): number {
  if (p <= 0) return 0;
  let log = n * Math.log1p(-p);
  let sum = k === 0 ? Math.exp(log) : 0;
  for (let i = 1; i <= n; i++) {
    log += Math.log(n - i + 1) - Math.log(i) + Math.log(p) - Math.log1p(-p);
    if (i >= k) sum += Math.exp(log);
  }
  return Math.min(1, sum);
}

/** A labelled prediction as calibration reads it. */
export interface Labelled extends Outcome {
  /** Category and set of kinds of evidence. */
  readonly kind: string;
}

/** Labels below which each kind is judged by its own, and how many a raw probability is worth there. */
const enough = 200;
const worth = 10;

/** Category and the set of kinds: predictions that rest on the same. */
export const kindOf = (category: string, kinds: readonly string[]): string => [category, ...[...new Set(kinds)].sort()].join(' ');

/**
 * From what was predicted and came true to the probability that is shown. Below 200 labels: (k + 10 p) / (n + 10), k right in n of the
 * same kind. From then on isotonic regression over all labels, which never changes the order of two probabilities.
 */
export function calibration(rows: readonly Labelled[]): (kind: string, p: number) => number {
  if (rows.length >= enough) {
    const steps = isotonic(rows.map(row => [row.p, truth(row)]));
    return (_kind, p) => risen(steps, p);
  }
  const counts = new Map<string, { k: number; n: number }>();
  for (const row of rows) {
    const { k, n } = counts.get(row.kind) ?? { k: 0, n: 0 };
    counts.set(row.kind, { k: k + truth(row), n: n + 1 });
  }
  return (kind, p) => {
    const { k, n } = counts.get(kind) ?? { k: 0, n: 0 };
    return (k + worth * p) / (n + worth);
  };
}

export interface CalibrationReport {
  readonly rows: number;
  readonly brier: number;
  readonly ece: number;
  /** Rows of the band HIGH, how many were right, and the one-sided 95 % lower bound of that share. */
  readonly high: { readonly rows: number; readonly right: number; readonly atLeast: number };
}

/** How far what was said came true; undefined without a labelled row. */
export function calibrationReport(rows: readonly Outcome[]): CalibrationReport | undefined {
  if (rows.length === 0) return undefined;
  const high = rows.filter(({ p }) => bandOf(p) === 'high');
  const right = high.filter(row => row.right).length;
  const bound = lowerBound(right, high.length);
  return { rows: rows.length, brier: brier(rows), ece: ece(rows), high: { rows: high.length, right, atLeast: bound } };
}
