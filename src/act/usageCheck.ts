import { median, spread } from '../diagnose/baseline.ts';
import type { Usage } from '../model/usage.ts';
import { bytes, span } from './ages.ts';
import { blindness, failed, skipped } from './answers.ts';
import type { Check, Found } from './investigation.ts';
import { plural } from './reportDoc.ts';

/** Share of a limit from which a resource is worth a look. */
const nearLimit = 0.9;
/** Robust deviations from its own median from which a level is unusual. */
const unusual = 4;
/** Samples that a trend needs, and the longest time to a limit that is told, ms. */
const fewest = 6;
const longest = 24 * 3_600_000;
const held = 0.1;

interface Resource {
  readonly name: string;
  readonly of: (usage: Usage) => number | undefined;
  readonly limit: (usage: Usage) => number | undefined;
  readonly words: (value: number) => string;
}

const none = (): undefined => undefined;
const resources: readonly Resource[] = [
  { name: 'memory', of: ({ memory }) => memory, limit: ({ memoryLimit }) => memoryLimit, words: bytes },
  { name: 'processor', of: ({ cpu }) => cpu, limit: none, words: value => `${value.toFixed(2)} processors` },
  { name: 'processes', of: ({ pids }) => pids, limit: ({ pidsLimit }) => pidsLimit, words: value => `${Math.round(value)}` },
];

type Point = readonly [at: number, value: number];

/** Change per ms: the median of the slopes between samples half a series apart, which single spikes do not move (after Theil and Sen). */
function slope(points: readonly Point[]): number {
  const half = Math.floor(points.length / 2);
  const slopes = points.slice(half).flatMap(([at, value], i) => {
    const [from, before] = points[i] ?? [at, value];
    return at > from ? [(value - before) / (at - from)] : [];
  });
  return median(slopes);
}

/** When it reaches its limit at this pace; undefined when it does not within a day. */
function untilFull(points: readonly Point[], limit: number | undefined): number | undefined {
  const last = points.at(-1)?.[1];
  if (limit === undefined || last === undefined || points.length < fewest) return undefined;
  const pace = slope(points);
  const left = pace <= 0 ? Number.POSITIVE_INFINITY : Math.max(0, limit - last) / pace;
  // A wobble grows as often as it shrinks: only what has grown by a tenth of the limit has a trend.
  const grown = last - Math.min(...points.slice(0, Math.ceil(points.length / 2)).map(([, value]) => value));
  return left <= longest && grown >= limit / 10 ? left : undefined;
}

function finding(resource: Resource, samples: readonly Usage[]): (Found & { readonly trouble: boolean }) | undefined {
  const points = samples.flatMap((sample): Point[] => {
    const value = resource.of(sample);
    return value === undefined ? [] : [[sample.at, value]];
  });
  const last = points.at(-1)?.[1];
  const newest = samples.at(-1);
  if (last === undefined || newest === undefined) return undefined;
  const limit = resource.limit(newest);
  const before = points.slice(0, -1).map(([, value]) => value);
  const z = before.length < fewest ? 0 : (last - median(before)) / spread(before);
  const full = untilFull(points, limit);
  const near = limit !== undefined && last >= nearLimit * limit;
  const text = [
    `${resource.name}: ${resource.words(last)}`,
    limit === undefined ? [] : ` of ${resource.words(limit)} (${Math.round((100 * last) / limit)} %)`,
    before.length < fewest ? [] : `, usually ${resource.words(median(before))}`,
    full === undefined ? [] : `; at this pace its limit is reached in ${span(full)}`,
  ].flat();
  return { text: text.join(''), trouble: near || full !== undefined || z >= unusual };
}

/** Processor, memory and processes: level, limit, what is usual, and the time until a limit is reached. */
export const usageCheck: Check = subject => {
  const { view } = subject;
  const blind = blindness(subject);
  if (blind !== undefined) return failed(blind);
  const samples = (view.usage ?? []).filter(({ instance }) => instance === view.service.instance);
  const first = samples[0];
  if (first === undefined) return skipped(view.service.state === 'running' ? 'no sample of what it uses was taken yet' : 'it does not run');
  const found = resources.flatMap(resource => finding(resource, samples) ?? []);
  const held10 = samples.filter(({ throttled }) => (throttled ?? 0) > held).length;
  const slowed = held10 === 0 ? [] : [{ text: `held back by its processor limit in ${held10} of ${plural(samples.length, 'sample')}` }];
  const trouble = found.some(each => each.trouble);
  const length = span((samples.at(-1)?.at ?? first.at) - first.at);
  return {
    status: 'ok',
    interesting: trouble || held10 * 2 > samples.length,
    findings: [...found.map(({ text }) => ({ text })), ...slowed, { text: `${plural(samples.length, 'sample')} in ${length}` }],
    ...(trouble || samples.length < fewest || held10 > 0
      ? {}
      : { ruledOut: ['not short of processor, memory or processes: what it uses is as usual'] }),
  };
};
