import type { Facts } from '../model/service.ts';
import type { Usage } from '../model/usage.ts';
import { count, fields, time, whole } from './readers.ts';

/** One answer of the engine's stats, read. Times in ns since the container's start. */
export interface Sample {
  /** What was used, but for what only a second sample tells. */
  readonly usage: Usage;
  readonly cpuTime: number;
  readonly throttledPeriods: number;
}

/** Above the largest number of processes that a Linux kernel can hold (2^22) a limit is none. */
const mostPids = 4_194_304;
/** The engine's own length of an accounting period, ms, where `--cpus` sets the limit. */
const period = 100;

/** Reads one sample; undefined for what is none, such as the empty answer for a container that does not run. */
export function readSample(answer: unknown, facts: Pick<Facts, 'instance' | 'memoryLimit' | 'pidsLimit'>): Sample | undefined {
  const stats = fields(answer);
  const at = time(stats['read']);
  if (at === undefined) return undefined;
  const [cpu, pids] = [fields(stats['cpu_stats']), fields(stats['pids_stats'])];
  const memory = memoryOf(fields(stats['memory_stats']));
  const pidsLimit = limitOf(whole(pids['limit'])) ?? facts.pidsLimit;
  return {
    usage: {
      instance: facts.instance,
      at,
      ...(memory === undefined ? {} : { memory }),
      // Without a limit the engine answers with the memory of the whole machine.
      ...(facts.memoryLimit === undefined ? {} : { memoryLimit: facts.memoryLimit }),
      ...(typeof pids['current'] === 'number' ? { pids: count(pids['current']) } : {}),
      ...(pidsLimit === undefined ? {} : { pidsLimit }),
    },
    cpuTime: count(fields(cpu['cpu_usage'])['total_usage']),
    throttledPeriods: count(fields(cpu['throttling_data'])['throttled_periods']),
  };
}

const limitOf = (pids: number): number | undefined => (pids > 0 && pids < mostPids ? pids : undefined);

/** Bytes that cannot be given back: what the kernel has cached of files and not touched lately is left out (cgroup v1 and v2). */
function memoryOf(memory: ReturnType<typeof fields>): number | undefined {
  if (typeof memory['usage'] !== 'number') return undefined;
  const [used, detail] = [count(memory['usage']), fields(memory['stats'])];
  const cached = count(detail['total_inactive_file'] ?? detail['inactive_file']);
  return cached < used ? used - cached : used;
}

/** What was used since the sample before, if that one was of the same run: counters begin anew with each start. */
export function usageSince(before: Sample | undefined, now: Sample): Usage {
  const { usage } = now;
  const length = before === undefined ? 0 : usage.at - before.usage.at;
  if (before === undefined || length <= 0 || now.cpuTime < before.cpuTime) return usage;
  const cpu = (now.cpuTime - before.cpuTime) / 1e6 / length;
  const throttled = Math.max(0, Math.min(1, ((now.throttledPeriods - before.throttledPeriods) * period) / length));
  return { ...usage, cpu, throttled };
}
