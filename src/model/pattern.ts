import { z } from 'zod';
import type { Level } from './logs.ts';

/** What is kept of one pattern of a service's log, over restarts, recreations and reloads. Minutes and hours count from the epoch. */
export interface PatternMemory {
  readonly id: string;
  /** Constant words, `<*>` for what varies. */
  readonly text: string;
  readonly level: Level;
  /** One of its newest lines, redacted, at most 300 characters. */
  readonly sample: string;
  /** Stamps of the first and newest line, ms. */
  readonly first: number;
  readonly last: number;
  /** Lines since this was read first in this process. */
  readonly total: number;
  /** When its 1st, 2nd, 4th, 8th … line came, ms: enough to tell an even rate from one that rises. */
  readonly doublings: readonly number[];
  /** Minute → lines, newest 60 minutes; without those right after a start. */
  readonly minutes: ReadonlyMap<number, number>;
  /** Hour → lines in calm minutes that are older than those. */
  readonly calm: ReadonlyMap<number, number>;
  /** Most lines in one such minute. */
  readonly busiest: number;
  /** In how many starts it came, and how often right after the one at `startAt` (ms, 0 for none). */
  readonly starts: number;
  readonly startAt: number;
  readonly startCount: number;
}

/** What a service's log is like: its patterns, and when it was calm. */
export interface LogPatterns {
  readonly patterns: ReadonlyMap<string, PatternMemory>;
  /** Patterns let go to make room for others. */
  readonly dropped: number;
  /** From when on the log is known without a gap, ms; 0 while it has not been read since a reload. */
  readonly since: number;
  /** Stamp of the newest line counted, ms. */
  readonly to: number;
  /** All minutes before this one have gone into the hours. */
  readonly folded: number;
  /** Minutes of trouble, starts and lost lines: not calm, whatever the log says. */
  readonly uneasy: ReadonlySet<number>;
  /** Hour → calm minutes in it; the newest 24 of them. */
  readonly calmHours: ReadonlyMap<number, number>;
  /** Starts whose first lines were read, and the newest of them, ms. */
  readonly starts: number;
  readonly startAt: number;
}

export const noPatterns: LogPatterns = {
  patterns: new Map(),
  dropped: 0,
  since: 0,
  to: 0,
  folded: 0,
  uneasy: new Set(),
  calmHours: new Map(),
  starts: 0,
  startAt: 0,
};

const count = z.number().int().min(0).max(1e12);
const hours = z.array(z.tuple([count, count])).max(24);
const pattern = z.object({
  id: z.string().regex(/^[0-9a-f]{16}$/),
  text: z.string().max(400),
  level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'unknown']),
  sample: z.string().max(300),
  first: z.number(),
  last: z.number(),
  calm: hours,
  busiest: count,
  starts: count,
  startAt: z.number().default(0),
});
const baseline = z.object({
  to: z.number(),
  starts: count,
  startAt: z.number().default(0),
  calmHours: hours,
  patterns: z.array(z.unknown()).max(1000),
});

/**
 * The part that outlives the process, as JSON: of patterns, those that have come in calm hours or at starts. Bounded by the caps of its parts.
 * Minutes that have not gone into the hours are not in it: whoever reads their lines again counts them again, so `to` ends before them.
 */
export const storedPatterns = (kept: LogPatterns): unknown => ({
  to: kept.folded === 0 ? kept.to : Math.min(kept.to, kept.folded * 60_000),
  starts: kept.starts,
  startAt: kept.startAt,
  calmHours: [...kept.calmHours],
  patterns: [...kept.patterns.values()]
    .filter(({ calm, starts }) => calm.size + starts > 0)
    .map(({ id, text, level, sample, first, last, calm, busiest, starts, startAt }) => {
      return { id, text, level, sample, first, last, calm: [...calm], busiest, starts, startAt };
    }),
});

/** Reads a stored baseline; a malformed pattern is left out, a malformed whole is none. */
export function parsePatterns(stored: unknown): LogPatterns | undefined {
  const read = baseline.safeParse(stored);
  if (!read.success) return undefined;
  const patterns = read.data.patterns.flatMap(item => {
    const { success, data } = pattern.safeParse(item);
    if (!success) return [];
    return [{ ...data, calm: new Map(data.calm), total: 0, doublings: [], minutes: new Map(), startCount: 0 }];
  });
  const { to, starts, startAt, calmHours } = read.data;
  return { ...noPatterns, to, starts, startAt, calmHours: new Map(calmHours), patterns: new Map(patterns.map(each => [each.id, each])) };
}
