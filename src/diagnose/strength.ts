import { type Comparison, comparable, level, median, spread } from './baseline.ts';

/** Requests of the same minutes go wrong together: so many count as one that stands alone. */
export const together = 3;

/** Below this many spreads a metric has not moved. */
const tail = 4;

/**
 * Evidence in nats for a metric that left its calm window by `spreads`. Metrics have heavy tails: the first spreads count nearly in
 * full, later ones less and less.
 */
export function natsOfSpreads(spreads: number): number {
  return spreads <= 0 ? 0 : tail * Math.log1p(spreads / tail);
}

/** By how many spreads the incident's level lies above (1) or below (-1) the calm median; 0 where there is too little to say. */
export function moved(comparison: Comparison, direction: 1 | -1, floor = 0): number {
  if (!comparable(comparison)) return 0;
  const shift = direction * (level(comparison.incident, direction) - median(comparison.calm));
  return Math.max(0, shift / Math.max(spread(comparison.calm), floor));
}

/** The calm values and the incident's of one metric as a rise in its own unit; 0 where there is none. */
export function rise(comparison: Comparison): number {
  if (!comparable(comparison)) return 0;
  return level(comparison.incident, 1) - median(comparison.calm);
}

function logLikelihood(hits: number, of: number, share: number): number {
  const of0 = hits > 0 ? hits * Math.log(share) : 0;
  return of0 + (of > hits ? (of - hits) * Math.log1p(-share) : 0);
}

/** Evidence in nats that two shares differ: `hits` of `of` in the calm window, `hits2` of `of2` in the incident. */
export function natsOfShares(hits: number, of: number, hits2: number, of2: number): number {
  if (of === 0 || of2 === 0) return 0;
  const pooled = (hits + hits2) / (of + of2);
  if (pooled === 0 || pooled === 1) return 0;
  const apart = logLikelihood(hits, of, hits / of) + logLikelihood(hits2, of2, hits2 / of2);
  return Math.max(0, apart - logLikelihood(hits, of, pooled) - logLikelihood(hits2, of2, pooled)) / together;
}
