import type { PatternMemory } from '../model/pattern.ts';
import { type CalmWindow, calmLines, minuteOf, recentMinutes } from './calm.ts';

/** With fewer calm minutes nothing can be called new or usual. */
export const calmNeeded = 10;
/** From here on a pattern is new. */
const newFrom = 0.8;

/** How a pattern compares with the calm window. Rates in lines per minute. */
export interface Novelty {
  /** 0…1; undefined where there is too little calm to compare with. */
  readonly value: number | undefined;
  readonly isNew: boolean | undefined;
  readonly calm: number;
  readonly now: number;
  /** Minutes of the calm window. */
  readonly minutes: number;
}

/** Most lines in one of the newest ten minutes. */
function rateNow(pattern: PatternMemory, now: number): number {
  const newest = minuteOf(now);
  let most = 0;
  for (const [minute, lines] of pattern.minutes) if (minute > newest - recentMinutes && minute <= newest + 1 && lines > most) most = lines;
  return most;
}

/**
 * Novelty = 1 − (f_calm + 0.5) / (f_now + 0.5), clipped to 0…1; 1 where the calm window has no such line. f_calm is the mean per minute of the
 * calm window, f_now the busiest of the newest ten minutes. New means at least 0.8, and busier than the calm window ever was: a burst that
 * comes every hour is none. Lines right after a start are in neither.
 */
export function noveltyOf(pattern: PatternMemory, window: CalmWindow, now: number): Novelty {
  const { minutes } = window;
  const busy = rateNow(pattern, now);
  if (minutes < calmNeeded) return { value: undefined, isNew: undefined, calm: 0, now: busy, minutes };
  const { lines, busiest } = calmLines(pattern, window);
  const calm = lines / minutes;
  const value = lines === 0 && busy > 0 ? 1 : Math.max(0, Math.min(1, 1 - (calm + 0.5) / (busy + 0.5)));
  return { value, isNew: value >= newFrom && busy > busiest, calm, now: busy, minutes };
}
