import { type Level, samplesOfRun, usageSummary } from '../diagnose/usage.ts';
import type { Usage } from '../model/usage.ts';
import { bytes, span } from './ages.ts';
import { blindness, failed, skipped } from './answers.ts';
import type { Check } from './investigation.ts';
import { plural } from './reportDoc.ts';

/** Share of a limit from which a resource is worth a look. */
const nearLimit = 0.9;
/** Robust deviations from its own median from which a level is unusual, and the samples that it takes to say so. */
const unusual = 4;
const fewest = 6;
/** The longest time to a limit that is told, and from when on it is near whether growth is steady or not, ms. */
const longest = 24 * 3_600_000;
const soon = 3_600_000;
/** Share of time held back by a processor limit from which a sample counts. */
const held = 0.1;

interface Resource {
  readonly name: string;
  readonly of: 'memory' | 'cpu' | 'pids';
  readonly words: (value: number) => string;
}

const resources: readonly Resource[] = [
  { name: 'memory', of: 'memory', words: value => bytes(Math.round(value)) },
  { name: 'processor', of: 'cpu', words: value => `${value.toFixed(2)} processors` },
  { name: 'processes', of: 'pids', words: value => `${Math.round(value)}` },
];

const untilFull = ({ timeToLimitMs }: Level): number | undefined =>
  timeToLimitMs !== undefined && timeToLimitMs <= longest ? timeToLimitMs : undefined;

/** "memory: 31 MiB of 41 MiB (76 %), usually 25 MiB; grows by 6.0 MiB a minute; at this pace its limit is reached in 1 min". */
function levelText(level: Level, { name, words }: Resource): string {
  const { now, limit, calm, trend } = level;
  const full = untilFull(level);
  return [
    `${name}: ${words(now)}`,
    limit === undefined ? [] : ` of ${words(limit)} (${Math.round((100 * now) / limit)} %)`,
    calm === undefined ? [] : `, usually ${words(calm)}`,
    trend === undefined || trend === 'steady' ? [] : `; ${trend}`,
    full === undefined ? [] : `; at this pace its limit is reached in ${span(full)}`,
  ]
    .flat()
    .join('');
}

function isTrouble(level: Level, samples: readonly Usage[]): boolean {
  const { now, limit, z = 0, steadily } = level;
  const full = untilFull(level);
  const grows = full !== undefined && (steadily === true || full <= soon);
  return (limit !== undefined && now >= nearLimit * limit) || grows || (z >= unusual && samples.length > fewest);
}

/** Processor, memory and processes of this run: level, limit, what is usual, and the time until a limit is reached. */
export const usageCheck: Check = subject => {
  const { view, now } = subject;
  const blind = blindness(subject);
  if (blind !== undefined) return failed(blind);
  const samples = samplesOfRun(view);
  const summary = usageSummary(view, now);
  const first = samples[0];
  if (summary === undefined || first === undefined) return skipped(whyNone(samples, view.service.state === 'running'));
  const found = resources.flatMap(resource => {
    const level = summary[resource.of];
    return level === undefined ? [] : [{ text: levelText(level, resource), trouble: isTrouble(level, samples) }];
  });
  const slow = samples.filter(({ throttled }) => (throttled ?? 0) > held).length;
  const slowed = slow === 0 ? [] : [{ text: `held back by its processor limit in ${slow} of ${plural(samples.length, 'sample')}` }];
  const trouble = found.some(each => each.trouble);
  return {
    status: 'ok',
    interesting: trouble || slow * 2 > samples.length,
    findings: [
      ...found.map(({ text }) => ({ text })),
      ...slowed,
      { text: `${plural(samples.length, 'sample')} in ${span(summary.at - first.at)}` },
    ],
    ...(trouble || samples.length < fewest || slow > 0
      ? {}
      : { ruledOut: ['not short of processor, memory or processes: what it uses is as usual'] }),
  };
};

function whyNone(samples: readonly Usage[], runs: boolean): string {
  if (!runs) return 'it does not run';
  return samples.length === 0 ? 'no sample of what it uses was taken yet' : 'what it uses was not sampled in the last 15 min';
}
