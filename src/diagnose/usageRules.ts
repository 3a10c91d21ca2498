import type { Usage } from '../model/usage.ts';
import { type Finding, type Rule, type Sighting, usageWhere } from './finding.ts';
import { trendOf, trendWords } from './trend.ts';
import { atLimit, samplesOfRun } from './usage.ts';

/** A sample this long before a death tells what it died of; ms. */
const justBefore = 60_000;
/** So old a sample no longer says what is true now; ms. */
const nowFor = 6 * 60_000;

/** When its memory ran out: the kill of a process, or its death, of itself; ms. */
function killedAt(s: Sighting): number[] {
  const events = s.view.moments.filter(moment => moment.event === 'oom').map(moment => moment.at);
  const deaths = s.view.deaths.filter(death => !death.intended).map(death => death.at);
  return [...events, ...deaths].filter(at => s.now - at <= 15 * 60_000 || s.stop.kind !== 'running');
}

/** A sample that shows the limit: the newest before a death or kill, else the newest of a service that runs. */
function full(s: Sighting): { sample: Usage; lasting: boolean } | undefined {
  const samples = s.view.usage ?? [];
  for (const at of killedAt(s).toReversed()) {
    const sample = samples.findLast(each => each.at <= at + 1000 && at - each.at <= justBefore && atLimit.memory(each));
    if (sample !== undefined) return { sample, lasting: s.stop.kind === 'oom' };
  }
  const newest = samplesOfRun(s.view).at(-1);
  const current = newest !== undefined && s.stop.kind === 'running' && s.now - newest.at <= nowFor && atLimit.memory(newest);
  return current && !isUsual(samples, s.now) ? { sample: newest, lasting: true } : undefined;
}

/** A heap that is sized to its limit stays there and is well: full for 10 min, and nothing was killed. */
const isUsual = (samples: readonly Usage[], now: number): boolean =>
  samples.some(sample => now - sample.at > 10 * 60_000) && samples.every(sample => now - sample.at > 30 * 60_000 || atLimit.memory(sample));

const mebi = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MiB`;

/** How it came there, where it grew steadily: more memory would only delay it. */
function leakBefore({ view }: Sighting, { at, instance }: Usage): string | undefined {
  const samples = (view.usage ?? []).filter(each => each.instance === instance && each.at <= at);
  const points = samples.flatMap(each => (each.memory === undefined ? [] : [[each.at, each.memory] as const]));
  const trend = trendOf(points);
  return trend?.leak === true ? trendWords(trend, 'memory') : undefined;
}

function memoryFinding(s: Sighting): Finding | undefined {
  const found = full(s);
  if (found === undefined) return undefined;
  const { memory = 0, memoryLimit = 1, at } = found.sample;
  const share = `${Math.floor((100 * memory) / memoryLimit)} % of its limit`;
  const trend = leakBefore(s, found.sample);
  return {
    kind: 'mem.limit',
    categories: ['oom'],
    what: trend === undefined ? `its memory was at ${share}` : `its memory ${trend.replace('grows', 'grew')} to ${share}`,
    from: 'usage',
    at,
    lasting: found.lasting,
    quote: `${mebi(memory)} of ${mebi(memoryLimit)}`,
    where: usageWhere(s),
  };
}

/** No further process or thread can begin. */
function countFinding(s: Sighting): Finding | undefined {
  const died = s.stop.kind === 'running' ? undefined : s.stop.at;
  const sample = (s.view.usage ?? []).findLast(atLimit.pids);
  const newest = s.view.usage?.at(-1);
  if (sample === undefined || newest === undefined) return undefined;
  const still = died === undefined && sample === newest && s.now - sample.at <= nowFor && sample.instance === s.view.service.instance;
  const before = died !== undefined && died >= sample.at && died - sample.at <= justBefore;
  if (!still && !before) return undefined;
  const { pids = 0, pidsLimit = 0 } = sample;
  return {
    kind: 'count.limit',
    categories: ['resource_limit'],
    what: `it has as many processes and threads as it may: ${pidsLimit}`,
    from: 'usage',
    at: sample.at,
    lasting: true,
    quote: `${pids} of ${pidsLimit}`,
    where: usageWhere(s),
  };
}

export const usageRules: readonly Rule[] = [memoryFinding, countFinding];
