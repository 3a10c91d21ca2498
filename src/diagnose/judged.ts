import type { LogPatterns, PatternMemory } from '../model/pattern.ts';
import { minuteMs, minuteOf, recentMinutes, runStart } from './calm.ts';
import type { Sighting } from './finding.ts';
import { calmNeeded, type Novelty, noveltyOf } from './novelty.ts';
import { levelRank } from './patternTally.ts';

const recent = recentMinutes * minuteMs;
/** Without a baseline, only errors that come as soon as the log begins may be the usual ones, ms. */
const atOnce = 3000;
/** A run younger than this may yet show that its errors keep an even rate, ms. */
const settling = 10_000;
/** Of a log whose beginning was not read, only errors that come at least this often, ms apart, are held for a habit. */
const habit = 1000;
/** Lines that it takes to see a rate. */
const fewest = 4;
/** A rate is even while one half of the lines took at most this many times as long as the other. */
const evenness = 3;

/**
 * What an error pattern of the last ten minutes is taken for: `new` against the calm window, against earlier starts, or after a calm time of
 * its own; `usual` at that rate; `unsure` where nothing is known to compare it with.
 */
export interface Judged {
  readonly pattern: PatternMemory;
  readonly verdict: 'new' | 'usual' | 'unsure';
  /** What it was compared with. */
  readonly by: 'window' | 'starts' | 'own';
  readonly novelty: Novelty;
  /** Lines of the last ten minutes. */
  readonly lines: number;
  /** When this began, ms. */
  readonly began: number;
  /** For how long its log was known before the first of them, ms. */
  readonly before: number;
  /** Too early to say: it is told softly for now. */
  readonly early: boolean;
}

const recentLines = (pattern: PatternMemory, now: number): number => {
  let lines = now - pattern.startAt <= recent ? pattern.startCount : 0;
  for (const [minute, count] of pattern.minutes) if (minute > minuteOf(now) - recentMinutes) lines += count;
  return lines;
};

/** The error patterns of the last ten minutes, most lines first. */
export function judgedErrors({ view, now }: Pick<Sighting, 'view' | 'now'>): readonly Judged[] {
  const kept = view.patterns;
  if (kept === undefined) return [];
  const start = view.logs === undefined ? 0 : runStart(view, view.logs.instance);
  return [...kept.patterns.values()]
    .filter(each => levelRank(each.level) >= levelRank('error') && now - each.last <= recent)
    .map(pattern => judge(pattern, kept, start, now))
    .filter(each => each.lines > 0)
    .sort((a, b) => b.lines - a.lines);
}

function judge(pattern: PatternMemory, kept: LogPatterns, start: number, now: number): Judged {
  const novelty = noveltyOf(pattern, kept, now);
  const base = {
    pattern,
    novelty,
    lines: recentLines(pattern, now),
    began: beganAt(pattern, novelty, now),
    before: pattern.first - kept.since,
    early: false,
  };
  if (novelty.now === 0 && kept.starts > 1 && pattern.startAt === kept.startAt) {
    return { ...base, by: 'starts', verdict: pattern.starts > 1 || isKnown(pattern) ? 'usual' : 'new' };
  }
  if (novelty.isNew !== undefined && novelty.now > 0) return { ...base, by: 'window', verdict: novelty.isNew ? 'new' : 'usual' };
  const verdict = byItself(pattern, kept, start, now);
  return { ...base, by: 'own', verdict, early: verdict === 'unsure' && start > 0 && now - start < settling };
}

/** Where there is no baseline yet. */
function byItself(pattern: PatternMemory, kept: LogPatterns, start: number, now: number): Judged['verdict'] {
  if (pattern.first - kept.since > atOnce && !isKnown(pattern)) return 'new';
  const whole = start > 0 && kept.since <= start;
  return isSteady(pattern, now) && (whole || meanGap(pattern) <= habit) ? 'usual' : 'unsure';
}

/** It came in calm minutes before. */
const isKnown = (pattern: PatternMemory): boolean => pattern.calm.size > 0;

/** A pattern without a past began with its first line; of others the busiest of the newest minutes stands for it. */
function beganAt(pattern: PatternMemory, { value }: Novelty, now: number): number {
  if (value === undefined || value === 1) return now - pattern.first <= 24 * 60 * minuteMs ? pattern.first : pattern.last;
  const minutes = [...pattern.minutes].filter(([minute]) => minute > minuteOf(now) - recentMinutes);
  const [busiest] = minutes.sort((a, b) => b[1] - a[1]);
  return busiest === undefined ? pattern.last : Math.min(pattern.last, busiest[0] * minuteMs);
}

/** It has come evenly since its first line, and has not stopped. */
function isSteady(pattern: PatternMemory, now: number): boolean {
  const { doublings, first, last, total } = pattern;
  const newest = doublings.at(-1);
  const half = doublings.at(-2);
  if (total < fewest || newest === undefined || half === undefined) return false;
  const lines = 2 ** (doublings.length - 1);
  const early = Math.max(1, half - first) / (lines / 2 - 1);
  const later = Math.max(1, newest - half) / (lines / 2);
  return early <= later * evenness && later <= early * evenness && now - last <= meanGap(pattern) * 8 + 5000;
}

const meanGap = ({ first, last, total }: PatternMemory): number => (last - first) / Math.max(1, total - 1);

/** In words, what was compared with what: "not seen in 55 calm minutes". No text from outside. */
export function comparison({ by, verdict, novelty, pattern }: Judged): string {
  const rate = (value: number): string => (value >= 10 ? String(Math.round(value)) : String(Math.round(value * 10) / 10));
  if (by === 'starts') return verdict === 'new' ? 'not seen at earlier starts' : `seen at ${pattern.starts} starts`;
  if (by === 'window') {
    if (novelty.value === 1) return `not seen in ${novelty.minutes} calm minutes`;
    return `up to ${rate(novelty.now)} a minute, ${rate(novelty.calm)} in ${novelty.minutes} calm minutes`;
  }
  return `no baseline yet, ${novelty.minutes} of ${calmNeeded} calm minutes`;
}
