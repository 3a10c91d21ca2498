/** A probability that was stated, and whether it came true. */
export interface Stated {
  readonly p: number;
  readonly right: boolean;
}

/** Mean squared distance of what was stated from what was true; 0 is perfect. NaN of none. (Brier 1950) */
export const brier = (all: readonly Stated[]): number => all.reduce((sum, { p, right }) => sum + (p - Number(right)) ** 2, 0) / all.length;

/** Expected calibration error over bins of equal mass: |mean p − share right|, weighted by size. NaN of none. */
export function ece(all: readonly Stated[], bins = 5): number {
  const sorted = all.toSorted((a, b) => a.p - b.p);
  const size = Math.max(1, Math.ceil(sorted.length / bins));
  let sum = 0;
  for (let from = 0; from < sorted.length; from += size) {
    const bin = sorted.slice(from, from + size);
    const mean = bin.reduce((total, { p }) => total + p, 0) / bin.length;
    const share = bin.filter(({ right }) => right).length / bin.length;
    sum += (Math.abs(mean - share) * bin.length) / sorted.length;
  }
  return all.length === 0 ? Number.NaN : sum;
}

/** One-sided 95 % lower bound of a share of successes (Clopper and Pearson), by bisection of the binomial tail. */
export function lowerBound(hits: number, of: number): number {
  if (hits === 0) return 0;
  let [low, high] = [0, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (upperTail(hits, of, middle) > 0.05) high = middle;
    else low = middle;
  }
  return low;
}

/** Probability of at least `hits` successes in `of` tries of probability `p`. */
function upperTail(hits: number, of: number, p: number): number {
  let [sum, logChoose] = [0, 0];
  for (let k = 0; k <= of; k++) {
    if (k > 0) logChoose += Math.log((of - k + 1) / k);
    if (k >= hits) sum += Math.exp(logChoose + k * Math.log(p) + (of - k) * Math.log(1 - p));
  }
  return sum;
}

/** Every unordered pair of members that stand in one group. */
export const pairs = (groups: readonly (readonly string[])[]): ReadonlySet<string> =>
  new Set(
    groups.flatMap(group => {
      const members = [...new Set(group)].sort();
      return members.flatMap((one, i) => members.slice(i + 1).map(other => `${one} ${other}`));
    }),
  );

/** Harmonic mean of precision and recall over pairs; 1 where there are none to find and none was said. */
export function pairwiseF1(said: ReadonlySet<string>, truth: ReadonlySet<string>): number {
  if (said.size === 0 && truth.size === 0) return 1;
  const both = [...said].filter(pair => truth.has(pair)).length;
  return (2 * both) / (said.size + truth.size);
}
