import type { Usage } from '../model/usage.ts';
import { median, spread } from './baseline.ts';
import { trendOf, trendWords } from './trend.ts';
import type { ServiceView } from './world.ts';

/** From this share of its limit on a service has no memory left to speak of; the kernel takes back the last pages before it kills. */
const fullAt = 0.95;

/** Whether a sample shows a limit as reached. */
export const atLimit = {
  memory: ({ memory, memoryLimit }: Usage): boolean => memory !== undefined && memoryLimit !== undefined && memory >= fullAt * memoryLimit,
  pids: ({ pids, pidsLimit }: Usage): boolean => pids !== undefined && pidsLimit !== undefined && pids >= pidsLimit,
} as const;

/** One thing a service uses: processors, bytes, or processes. */
export interface Level {
  readonly now: number;
  readonly limit?: number;
  /** The usual value, from the samples before the newest; absent where there are fewer than three. */
  readonly calm?: number;
  /** How many robust standard deviations `now` lies above the usual value. */
  readonly z?: number;
  /** For people: "grows steadily by 2.0 MiB a minute", or "steady"; absent where there are too few samples. */
  readonly trend?: string;
  /** It grows for so long that it will not stop by itself. */
  readonly steadily?: true;
  /** At that growth, ms; absent where it does not grow or has no limit. */
  readonly timeToLimitMs?: number;
}

export interface UsageSummary {
  /** When it was sampled last, ms. */
  readonly at: number;
  readonly cpu?: Level;
  /** Share of the time in which a processor limit held it back, 0…1. */
  readonly throttled?: number;
  readonly memory?: Level;
  readonly pids?: Level;
}

/** Samples of the run that goes on, or of the last one; oldest first. A restart gives memory back, so runs are never mixed. */
export function samplesOfRun({ usage = [], service, facts }: ServiceView): readonly Usage[] {
  const from = facts?.startedAt ?? 0;
  return usage.filter(sample => sample.instance === service.instance && sample.at >= from);
}

const stale = 15 * 60_000;

/** What a service uses, compared with what is usual for it; undefined without a sample of this run in the last 15 min. `now` in ms. */
export function usageSummary(view: ServiceView, now: number): UsageSummary | undefined {
  const samples = samplesOfRun(view);
  const newest = samples.at(-1);
  if (newest === undefined || now - newest.at > stale) return undefined;
  const [cpu, memory, pids] = [level(samples, 'cpu'), level(samples, 'memory', 'memoryLimit'), level(samples, 'pids', 'pidsLimit')];
  return {
    at: newest.at,
    ...(cpu === undefined ? {} : { cpu }),
    ...(newest.throttled === undefined ? {} : { throttled: newest.throttled }),
    ...(memory === undefined ? {} : { memory }),
    ...(pids === undefined ? {} : { pids }),
  };
}

type Part = 'cpu' | 'memory' | 'pids';

function level(samples: readonly Usage[], part: Part, limitPart?: 'memoryLimit' | 'pidsLimit'): Level | undefined {
  const points = samples.flatMap(sample => (sample[part] === undefined ? [] : [[sample.at, sample[part]] as const]));
  const now = points.at(-1)?.[1];
  if (now === undefined) return undefined;
  const limit = limitPart === undefined ? undefined : samples.at(-1)?.[limitPart];
  const before = points.slice(0, -1).map(([, value]) => value);
  const trend = trendOf(points, limit);
  return {
    now,
    ...(limit === undefined ? {} : { limit }),
    ...(before.length < 3 ? {} : { calm: median(before), z: (now - median(before)) / spread(before) }),
    ...(trend === undefined ? {} : { trend: trendWords(trend, part) }),
    ...(trend?.leak === true ? { steadily: true } : {}),
    ...(trend?.timeToLimitMs === undefined ? {} : { timeToLimitMs: trend.timeToLimitMs }),
  };
}
