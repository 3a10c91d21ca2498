import type { Measured, Recording, Series } from './recording.ts';

/** Share of its median below which a metric's wobble is never taken for a change. */
const relativeFloor = 0.05;

/** The calm and the incident values of one metric. */
export interface Comparison {
  readonly calm: readonly number[];
  readonly incident: readonly number[];
}

/** The value at share `at` (0 to 1) of the sorted values, interpolated; 0 for no values. */
export function quantile(values: readonly number[], at: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = at * (sorted.length - 1);
  const low = sorted[Math.floor(place)] ?? 0;
  const high = sorted[Math.ceil(place)] ?? low;
  return low + (high - low) * (place - Math.floor(place));
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** A robust standard deviation: the wider of MAD and quartile range, never below a share of the median. */
export function spread(values: readonly number[]): number {
  const middle = median(values);
  const deviation = 1.4826 * median(values.map(value => Math.abs(value - middle)));
  const quartiles = (quantile(values, 0.75) - quantile(values, 0.25)) / 1.349;
  return Math.max(deviation, quartiles, relativeFloor * Math.abs(middle), 1e-9);
}

/** Seconds between two samples, usually. */
function spacing(series: Series): number {
  return median(series.slice(1).map(([at], index) => at - (series[index]?.[0] ?? at)));
}

/**
 * The values of a series before and after the onset. A sample stands for the time since the one before, so one that lies mostly
 * before the onset says nothing about the incident and is left out while others are there.
 */
export function compare(series: Series, onset: number, history: Series = []): Comparison {
  const after = series.filter(([at]) => at > onset);
  const half = spacing(series) / 2;
  const full = after.filter(([at]) => at - onset >= half);
  return {
    calm: [...history, ...series.filter(([at]) => at <= onset)].map(([, value]) => value),
    incident: (full.length > 0 ? full : after).map(([, value]) => value),
  };
}

/** The comparison of one metric of a service or an edge, history included. */
export function compared(recording: Recording, kind: 'metrics' | 'edges' | 'requests', name: string, metric: string): Comparison {
  const from = (measured: Measured | undefined): Series => measured?.[name]?.[metric] ?? [];
  return compare(from(recording[kind]), recording.onset, from(recording.history?.[kind]));
}

/** True if there is enough on both sides to say anything. */
export function comparable({ calm, incident }: Comparison): boolean {
  return calm.length >= 3 && incident.length >= 1;
}

/** The level of the incident in one direction: what about half of its samples reach. */
export function level(values: readonly number[], direction: 1 | -1): number {
  return quantile(values, direction > 0 ? 0.7 : 0.3);
}
