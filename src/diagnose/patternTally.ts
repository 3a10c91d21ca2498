import { LruMap } from '../base/bounded.ts';
import type { Level, PatternCount } from '../model/logs.ts';
import { patternId, patternText } from './patternText.ts';
import type { Miner } from './templates.ts';

const mostPatterns = 64;
const sampleLength = 300;

const ranks: Readonly<Record<Level, number>> = { trace: 0, debug: 1, unknown: 2, info: 3, warn: 4, error: 5, fatal: 6 };
/** How bad a level is; one that is not known stands below info. */
export const levelRank = (level: Level): number => ranks[level];

interface Tally {
  level: Level;
  count: number;
  first: number;
  last: number;
  readonly sample: string;
}

/** Redaction's placeholders differ between processes; for a pattern they are values as others. */
const placeholder = /‹redacted:\d{1,9}:[0-9a-f]{1,16}›/g;

/** The patterns of one stretch of log. */
export interface Tallies {
  add(text: string, level: Level, at: number): void;
  /** Worst level and highest count first, at most 64. */
  patterns(): readonly PatternCount[];
}

/** A pattern's id and text. */
type Named = Pick<PatternCount, 'id' | 'text'>;
/** Names of the templates of a reader, by the template's text: made once, since they come again in each stretch. */
export type PatternNames = LruMap<string, Named>;
export const patternNames = (): PatternNames => new LruMap(4000);

function nameOf(template: string, names: PatternNames): Named {
  const known = names.get(template);
  if (known !== undefined) return known;
  const text = patternText(template);
  const named = { id: patternId(text), text };
  names.set(template, named);
  return named;
}

export function tallies(miner: Miner, names: PatternNames): Tallies {
  const byId = new Map<number, Tally>();
  return {
    add(text, level, at) {
      const id = miner.add(text.includes('‹') ? text.replace(placeholder, '<*>') : text, at);
      const known = byId.get(id);
      if (known === undefined) byId.set(id, { level, count: 1, first: at, last: at, sample: text.slice(0, sampleLength) });
      else count(known, level, 1, at, at);
    },
    patterns() {
      const joined = new Map<number, Tally>();
      for (const [id, tally] of byId) {
        const root = miner.canonical(id);
        const known = joined.get(root);
        if (known === undefined) joined.set(root, tally);
        else count(known, tally.level, tally.count, tally.first, tally.last);
      }
      const worst = [...joined].sort(([, a], [, b]) => levelRank(b.level) - levelRank(a.level) || b.count - a.count);
      const named = worst
        .slice(0, mostPatterns)
        .map(([id, tally]) => ({ ...nameOf(miner.template(id)?.text ?? tally.sample, names), ...tally }));
      return merged(named);
    },
  };
}

function count(into: Tally, level: Level, lines: number, first: number, last: number): void {
  into.count += lines;
  if (levelRank(level) > levelRank(into.level)) into.level = level;
  if (first < into.first) into.first = first;
  if (last > into.last) into.last = last;
}

/** Templates that differ beyond the part that counts, or in their spaces alone, are one pattern. */
function merged(patterns: readonly PatternCount[]): readonly PatternCount[] {
  const byId = new Map<string, PatternCount & Tally>();
  for (const pattern of patterns) {
    const known = byId.get(pattern.id);
    if (known === undefined) byId.set(pattern.id, { ...pattern });
    else count(known, pattern.level, pattern.count, pattern.first, pattern.last);
  }
  return [...byId.values()];
}
