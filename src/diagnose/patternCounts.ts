import type { PatternCount } from '../model/logs.ts';
import type { PatternMemory } from '../model/pattern.ts';
import { minuteOf, startUp } from './calm.ts';
import { levelRank } from './patternTally.ts';

export const fresh = ({ id, text, level, sample, first }: PatternCount): PatternMemory => ({
  id,
  text,
  level,
  sample,
  first,
  last: first,
  total: 0,
  doublings: [],
  minutes: new Map(),
  calm: new Map(),
  busiest: 0,
  starts: 0,
  startAt: 0,
  startCount: 0,
});

/** Two patterns that turned out to be one. */
export function united(a: PatternMemory, b: PatternMemory): PatternMemory {
  const [more, newer] = [a.total >= b.total ? a : b, a.startAt >= b.startAt ? a : b];
  return {
    ...a,
    level: levelRank(a.level) >= levelRank(b.level) ? a.level : b.level,
    first: Math.min(a.first, b.first),
    last: Math.max(a.last, b.last),
    total: a.total + b.total,
    doublings: more.doublings,
    minutes: summed(a.minutes, b.minutes),
    calm: summed(a.calm, b.calm),
    busiest: Math.max(a.busiest, b.busiest),
    starts: Math.max(a.starts, b.starts),
    startAt: newer.startAt,
    startCount: a.startAt === b.startAt ? a.startCount + b.startCount : newer.startCount,
  };
}

function summed(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): ReadonlyMap<number, number> {
  const all = new Map(a);
  for (const [key, lines] of b) all.set(key, (all.get(key) ?? 0) + lines);
  return all;
}

/** A pattern with the lines of a stretch; `startAt` is when the run began, ms, 0 when not known. */
export function added(known: PatternMemory, news: PatternCount, startAt: number): PatternMemory {
  const placed = places(news, startAt);
  const start = placed.atStart === 0 ? {} : startOf(known, placed.atStart, startAt);
  return {
    ...known,
    level: levelRank(news.level) > levelRank(known.level) ? news.level : known.level,
    sample: news.sample,
    first: Math.min(known.first, news.first),
    last: Math.max(known.last, news.last),
    total: known.total + news.count,
    doublings: doubled(known, news),
    minutes: placed.minutes.size === 0 ? known.minutes : summed(known.minutes, placed.minutes),
    ...start,
  };
}

function startOf(known: PatternMemory, lines: number, startAt: number): Pick<PatternMemory, 'starts' | 'startAt' | 'startCount'> {
  if (known.startAt === startAt) return { starts: known.starts, startAt, startCount: known.startCount + lines };
  return { starts: known.starts + 1, startAt, startCount: lines };
}

/** When line `i` of a stretch came, taking its lines for evenly spread, ms. */
const stampOf = ({ first, last, count: lines }: PatternCount, i: number): number =>
  lines < 2 ? last : first + ((last - first) * i) / (lines - 1);

/** The lines of a stretch by minute; those right after the start apart. */
function places(news: PatternCount, startAt: number): { readonly minutes: Map<number, number>; readonly atStart: number } {
  const minutes = new Map<number, number>();
  const isStart = (at: number): boolean => startAt > 0 && at >= startAt && at < startAt + startUp;
  const [first, last] = [minuteOf(news.first), minuteOf(news.last)];
  if (first === last && isStart(news.first) === isStart(news.last)) {
    if (isStart(news.first)) return { minutes, atStart: news.count };
    if (news.count > 0) minutes.set(first, news.count);
    return { minutes, atStart: 0 };
  }
  let atStart = 0;
  for (let i = 0; i < news.count; i++) {
    const at = stampOf(news, i);
    if (isStart(at)) atStart++;
    else minutes.set(minuteOf(at), (minutes.get(minuteOf(at)) ?? 0) + 1);
  }
  return { minutes, atStart };
}

function doubled({ total, doublings }: PatternMemory, news: PatternCount): readonly number[] {
  const next = total + news.count;
  if (2 ** doublings.length > next) return doublings;
  const all = [...doublings];
  while (2 ** all.length <= next) all.push(stampOf(news, Math.max(0, 2 ** all.length - total - 1)));
  return all;
}
