import type { LogPatterns, PatternMemory } from '../model/pattern.ts';
import { type CalmWindow, calmWindow, minuteMs, minuteOf, recentMinutes, runStart } from './calm.ts';
import type { Sighting } from './finding.ts';
import { calmNeeded, type Novelty, noveltyOf } from './novelty.ts';
import { levelRank } from './patternTally.ts';
import { freshProbes } from './probes.ts';
import type { ServiceView } from './world.ts';

const recent = recentMinutes * minuteMs;
/** Without a baseline, only errors that come as soon as the log begins may be the usual ones, ms. */
const atOnce = 3000;
/** A run younger than this may yet show that its errors keep an even rate, ms. */
const settling = 10_000;
/** Errors from the beginning may be a habit when they come this often, ms apart. */
const habit = 300;
/** Calm before the first error: this long, or for a moment in which the log said this many other lines. */
const calmTime = 30_000;
const calmTalk = 8;
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
  /** Its log was known before the first of them, and was calm. */
  readonly calmBefore: boolean;
  /** Too early to say: it is told softly for now. */
  readonly early: boolean;
}

const recentLines = (pattern: PatternMemory, now: number): number => {
  let lines = now - pattern.startAt <= recent ? pattern.startCount : 0;
  for (const [minute, count] of pattern.minutes) if (minute > minuteOf(now) - recentMinutes) lines += count;
  return lines;
};

type Seen = Pick<Sighting, 'view' | 'now'>;

/** Several rules ask of one sighting. */
const judgements = new WeakMap<Seen, readonly Judged[]>();

/** The error patterns of the last ten minutes, most lines first. */
export function judgedErrors(seen: Seen): readonly Judged[] {
  const known = judgements.get(seen) ?? judgeAll(seen);
  judgements.set(seen, known);
  return known;
}

function judgeAll({ view, now }: Seen): readonly Judged[] {
  const kept = view.patterns;
  if (kept === undefined) return [];
  const around: Around = {
    start: view.logs === undefined ? 0 : runStart(view, view.logs.instance),
    now,
    well: isWell(view, now),
    window: calmWindow(kept, now),
  };
  return [...kept.patterns.values()]
    .filter(each => levelRank(each.level) >= levelRank('error') && now - each.last <= recent)
    .map(pattern => judge(pattern, kept, around))
    .filter(each => each.lines > 0)
    .sort((a, b) => b.lines - a.lines);
}

/** What else is known: when the run began (0 when not known) and now, ms, and whether a check of its own says that the service is well. */
interface Around {
  readonly start: number;
  readonly now: number;
  readonly well: boolean;
  readonly window: CalmWindow;
}

function isWell(view: ServiceView, now: number): boolean {
  const probes = freshProbes(view, now);
  return view.facts?.health === 'healthy' || (probes.length > 0 && probes.every(probe => probe.ok));
}

function judge(pattern: PatternMemory, kept: LogPatterns, around: Around): Judged {
  const { start, now, window } = around;
  const novelty = noveltyOf(pattern, window, now);
  const base = {
    pattern,
    novelty,
    lines: recentLines(pattern, now),
    began: beganAt(pattern, novelty, now),
    calmBefore: wasCalm(pattern, kept, around.well),
    early: false,
  };
  if (novelty.now === 0 && kept.starts > 1 && pattern.startAt === kept.startAt) {
    return { ...base, by: 'starts', verdict: pattern.starts > 1 || isKnown(pattern) ? 'usual' : 'new' };
  }
  if (novelty.isNew !== undefined && novelty.now > 0) return { ...base, by: 'window', verdict: novelty.isNew ? 'new' : 'usual' };
  const verdict = byItself(pattern, kept, around);
  const young = start > 0 && now - start < settling;
  return { ...base, by: 'own', verdict, early: verdict === 'unsure' && (young || isHabit(pattern, now)) };
}

/** Where there is no baseline yet. */
function byItself(pattern: PatternMemory, kept: LogPatterns, { now, well }: Around): Judged['verdict'] {
  if (pattern.first - kept.since > atOnce && !isKnown(pattern)) return 'new';
  return well && isSteady(pattern, now) ? 'usual' : 'unsure';
}

/** So often and so evenly that it may be its way of talking; nothing says that it is well, so that it is told, softly. */
const isHabit = (pattern: PatternMemory, now: number): boolean => meanGap(pattern) <= habit && isSteady(pattern, now);

/** A few seconds of calm talk count only where nothing says that the service is well. */
function wasCalm({ first }: PatternMemory, kept: LogPatterns, well: boolean): boolean {
  if (first - kept.since > calmTime) return true;
  if (first - kept.since <= atOnce || well) return false;
  const calm = [...kept.patterns.values()].filter(each => levelRank(each.level) < levelRank('error'));
  return calm.reduce((sum, { doublings }) => sum + linesBy(doublings, first), 0) >= calmTalk;
}

/** At least how many lines had come by a time, ms. */
const linesBy = (doublings: readonly number[], at: number): number => {
  const count = doublings.findLastIndex(each => each <= at);
  return count < 0 ? 0 : 2 ** count;
};

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
