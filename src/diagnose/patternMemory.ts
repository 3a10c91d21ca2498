import type { LeveledLine, LogDigest, PatternCount } from '../model/logs.ts';
import { type LogPatterns, noPatterns, type PatternMemory } from '../model/pattern.ts';
import { calmWindow, foldOld, minuteOf, uneasyMinutes } from './calm.ts';
import { noveltyOf } from './novelty.ts';
import { added, fresh, united } from './patternCounts.ts';
import { levelRank, patternNames, tallies } from './patternTally.ts';
import { covers } from './patternText.ts';
import { createMiner } from './templates.ts';
import type { ServiceView } from './world.ts';

/** Most patterns kept per service, and how many stay when there are more. */
const most = 200;
const afterRoom = 180;
/** The first look at a log asks for this much of its end; less means that it saw the beginning. Lines and characters. */
const tail = { lines: 200, chars: 48 * 1024 } as const;

/** Where a stretch of log belongs: when its run began (0 when not known) and now, ms. */
export interface Stretch {
  readonly startAt: number;
  readonly at: number;
}

/**
 * Adds a stretch of log to what is known of a service's patterns. Instances do not matter here: what a log is like outlives them. A pattern
 * whose id is not known is counted to a more general one that covers it, or takes in those that it covers: so ids may change as a miner
 * learns, and after a reload, and counts go on.
 */
export function rememberPatterns(view: ServiceView, digest: LogDigest, { startAt, at }: Stretch): LogPatterns {
  const before = view.patterns ?? noPatterns;
  const asleep = before.since === 0;
  const awake = asleep ? woken(before, digest, { startAt, at }) : before;
  const now = Math.max(at, digest.to);
  const eased = foldOld(withUneasy(awake, [...uneasyMinutes(view, before.to, now), ...lossOf(digest)]), now);
  const draft = new Map(eased.patterns);
  const told = (digest.patterns ?? minedFrom(digest.errors)).map(pattern =>
    count(draft, asleep ? sinceSleep(pattern, before.to) : pattern, startAt),
  );
  const dropped = eased.dropped + makeRoom(draft);
  const starts = startAt > eased.startAt && digest.to >= startAt ? { starts: eased.starts + 1, startAt } : {};
  const next: LogPatterns = { ...eased, ...starts, patterns: draft, dropped, to: Math.max(eased.to, digest.to) };
  return isNews(next, told, now) ? withUneasy(next, [minuteOf(now)]) : next;
}

/** The patterns of error lines that nobody has mined. */
function minedFrom(errors: readonly LeveledLine[]): readonly PatternCount[] {
  if (errors.length === 0) return [];
  const mined = tallies(createMiner(), patternNames());
  for (const { text, level, at } of errors) mined.add(text, levelRank(level) < levelRank('error') ? 'error' : level, at);
  return mined.patterns();
}

/** The first look since this process began: the log is known from where the look begins, or from its start where that was read. */
function woken(before: LogPatterns, digest: LogDigest, { startAt, at }: Stretch): LogPatterns {
  const first = digest.from || at;
  const longest = Math.max(0, ...digest.last.map(line => line.text.length));
  const whole = digest.lines < tail.lines && digest.lines * longest < tail.chars;
  const since = Math.max(1, whole && startAt > 0 ? Math.min(startAt, first) : first);
  return { ...before, since, folded: minuteOf(since) };
}

/** What was counted before the reload is not counted again; a pattern that reaches over it is counted in part. */
function sinceSleep(pattern: PatternCount, to: number): PatternCount {
  if (pattern.first > to) return pattern;
  const share = pattern.last <= to ? 0 : (pattern.last - to) / Math.max(1, pattern.last - pattern.first);
  return { ...pattern, first: Math.min(pattern.last, to), count: Math.ceil(pattern.count * share) };
}

const withUneasy = (kept: LogPatterns, minutes: readonly number[]): LogPatterns =>
  minutes.every(minute => kept.uneasy.has(minute)) ? kept : { ...kept, uneasy: new Set([...kept.uneasy, ...minutes]) };

/** Minutes whose counts are too low, since lines were let go. */
const lossOf = (digest: LogDigest): number[] => (digest.dropped === undefined ? [] : [minuteOf(digest.from), minuteOf(digest.to)]);

/** A minute with errors that are new is no calm one: else they would become the custom by going on. */
function isNews(kept: LogPatterns, told: readonly string[], now: number): boolean {
  if (kept.uneasy.has(minuteOf(now))) return false;
  const window = calmWindow(kept, now);
  return told.some(id => {
    const pattern = kept.patterns.get(id);
    return pattern !== undefined && levelRank(pattern.level) >= levelRank('error') && noveltyOf(pattern, window, now).isNew === true;
  });
}

/** Counts a pattern and gives the id that it is kept under. */
function count(into: Map<string, PatternMemory>, pattern: PatternCount, startAt: number): string {
  const known = into.get(pattern.id) ?? general(into, pattern) ?? takenIn(into, pattern) ?? fresh(pattern);
  if (pattern.count > 0 || known.total > 0) into.set(known.id, added(known, pattern, startAt));
  return known.id;
}

function general(kept: ReadonlyMap<string, PatternMemory>, { text }: PatternCount): PatternMemory | undefined {
  for (const each of kept.values()) if (covers(each.text, text)) return each;
  return undefined;
}

/** The patterns that this one covers become one, under its id. */
function takenIn(kept: Map<string, PatternMemory>, { id, text }: PatternCount): PatternMemory | undefined {
  if (!text.includes('<*>')) return undefined;
  const special = [...kept.values()].filter(each => covers(text, each.text));
  for (const each of special) kept.delete(each.id);
  const [first, ...others] = special;
  return first === undefined ? undefined : others.reduce(united, { ...first, id, text });
}

/** A stored baseline, and what was read before it was there, if anything: a few lines at most, which may be part of it. */
export function withRestored(stored: LogPatterns, seen: LogPatterns | undefined): LogPatterns {
  if (seen === undefined) return stored;
  const patterns = new Map(stored.patterns);
  for (const [id, pattern] of seen.patterns) {
    const old = patterns.get(id);
    patterns.set(id, old === undefined ? pattern : united(pattern, old));
  }
  return { ...seen, patterns, calmHours: stored.calmHours, starts: seen.starts + stored.starts };
}

/** Patterns of the lowest level go first, and of those the ones not seen for longest. Returns how many went. */
function makeRoom(kept: Map<string, PatternMemory>): number {
  if (kept.size <= most) return 0;
  const order = [...kept.values()].sort((a, b) => levelRank(a.level) - levelRank(b.level) || a.last - b.last);
  const gone = order.slice(0, kept.size - afterRoom);
  for (const { id } of gone) kept.delete(id);
  return gone.length;
}
