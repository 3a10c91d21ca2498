import type { LogPatterns, PatternMemory } from '../model/pattern.ts';
import type { InstanceId } from '../model/service.ts';
import type { ServiceView } from './world.ts';

export const minuteMs = 60_000;
/** The newest minutes are what is judged, never what it is judged by. */
export const recentMinutes = 10;
/** Minutes that are kept one by one. */
const keptMinutes = 60;
/** Hours with calm minutes that are kept: a day of watching, however long ago it was. */
const keptHours = 24;
/** What is said this long after a start counts apart, ms. */
export const startUp = 90_000;
/** A death casts its shadow before it; events may come a little later than the lines. ms */
const shadow = 60_000;
const late = 120_000;

export const minuteOf = (at: number): number => Math.floor(at / minuteMs);
const hourOf = (minute: number): number => Math.floor(minute / 60);

/** When the present run of an instance began, ms; 0 when not known. */
export function runStart(view: ServiceView, instance: InstanceId): number {
  const event = view.moments.findLast(moment => moment.event === 'start' && moment.instance === instance)?.at ?? 0;
  const facts = view.facts?.instance === instance ? (view.facts.startedAt ?? 0) : 0;
  return Math.max(event, facts);
}

/** Minutes up to now (`at`) that cannot be calm, as far as they are news since `after`: deaths and the time down, starts, ill health. ms */
export function uneasyMinutes(view: ServiceView, after: number, at: number): readonly number[] {
  const news = view.moments.filter(moment => moment.at >= after - late);
  const startedAt = view.facts?.startedAt ?? 0;
  const spans = [
    ...news.flatMap(moment => (moment.event === 'start' ? [[moment.at, moment.at + startUp]] : [])),
    ...news.flatMap(moment => (moment.event === 'die' ? [[moment.at - shadow, upAgain(view, moment.at) ?? at]] : [])),
    ...(startedAt >= after - late ? [[startedAt, startedAt + startUp]] : []),
    ...(view.facts?.health === 'unhealthy' ? [[at - shadow, at]] : []),
  ];
  const oldest = minuteOf(at) - keptMinutes;
  return spans.flatMap(([from = 0, to = 0]) => {
    const begin = Math.max(oldest, minuteOf(from));
    return Array.from({ length: Math.max(0, minuteOf(to) - begin + 1) }, (_, i) => begin + i);
  });
}

const upAgain = (view: ServiceView, diedAt: number): number | undefined =>
  view.moments.find(moment => moment.event === 'start' && moment.at > diedAt)?.at;

/** Puts the minutes before `minute` into their hours: calm ones count, others are forgotten. */
export function foldBefore(kept: LogPatterns, minute: number): LogPatterns {
  if (minute <= kept.folded) return kept;
  const calmHours = new Map(kept.calmHours);
  const from = Math.max(kept.folded, minuteOf(kept.since), minute - keptHours * 60);
  for (let each = from; kept.since > 0 && each < minute; each++) {
    if (!kept.uneasy.has(each)) calmHours.set(hourOf(each), (calmHours.get(hourOf(each)) ?? 0) + 1);
  }
  const hours = new Set([...calmHours.keys()].sort((a, b) => b - a).slice(0, keptHours));
  for (const hour of calmHours.keys()) if (!hours.has(hour)) calmHours.delete(hour);
  const patterns = new Map([...kept.patterns].map(([id, each]) => [id, foldPattern(each, minute, kept.uneasy, hours)]));
  const uneasy = new Set([...kept.uneasy].filter(each => each >= minute));
  return { ...kept, patterns, calmHours, uneasy, folded: minute };
}

function foldPattern(kept: PatternMemory, minute: number, uneasy: ReadonlySet<number>, hours: ReadonlySet<number>): PatternMemory {
  const calm = new Map([...kept.calm].filter(([hour]) => hours.has(hour)));
  const minutes = new Map(kept.minutes);
  let { busiest } = kept;
  for (const [each, lines] of kept.minutes) {
    if (each >= minute) continue;
    minutes.delete(each);
    if (uneasy.has(each)) continue;
    if (hours.has(hourOf(each))) calm.set(hourOf(each), (calm.get(hourOf(each)) ?? 0) + lines);
    busiest = Math.max(busiest, lines);
  }
  return minutes.size === kept.minutes.size && calm.size === kept.calm.size ? kept : { ...kept, minutes, calm, busiest };
}

/** Keeps one hour by the minute. */
export const foldOld = (kept: LogPatterns, now: number): LogPatterns => foldBefore(kept, minuteOf(now) - keptMinutes);

/** The minutes that are over, calm, and not yet part of an hour. */
function calmOnes(kept: LogPatterns, now: number): ReadonlySet<number> {
  const from = Math.max(kept.folded, minuteOf(kept.since), minuteOf(now) - keptHours * 60);
  const length = kept.since === 0 ? 0 : Math.max(0, minuteOf(now) - recentMinutes - from);
  return new Set(Array.from({ length }, (_, i) => from + i).filter(minute => !kept.uneasy.has(minute)));
}

const sum = (counts: Iterable<number>): number => {
  let total = 0;
  for (const each of counts) total += each;
  return total;
};

/** What lines are compared with: the minutes older than 10 min, of the newest 24 hours with calm ones. */
export interface CalmWindow {
  readonly minutes: number;
  /** Those of them that are not part of an hour yet. */
  readonly single: ReadonlySet<number>;
}

/** `now` in ms. */
export function calmWindow(kept: LogPatterns, now: number): CalmWindow {
  const single = calmOnes(kept, now);
  return { minutes: sum(kept.calmHours.values()) + single.size, single };
}

/** The lines of a pattern in the calm window, and the most in one minute of it. */
export function calmLines(pattern: PatternMemory, { single }: CalmWindow): { readonly lines: number; readonly busiest: number } {
  let [lines, busiest] = [sum(pattern.calm.values()), pattern.busiest];
  for (const [minute, count] of pattern.minutes) {
    if (!single.has(minute)) continue;
    lines += count;
    busiest = Math.max(busiest, count);
  }
  return { lines, busiest };
}
