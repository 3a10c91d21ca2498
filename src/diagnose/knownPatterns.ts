import type { KnownLine, KnownValues, Level } from '../model/logs.ts';
import type { PatternRow } from './patternRow.ts';
import { codeRows } from './patternsOfCode.ts';
import { dataRows } from './patternsOfData.ts';
import { hostRows } from './patternsOfHost.ts';
import { networkRows } from './patternsOfNetwork.ts';
import { settingRows } from './patternsOfSettings.ts';

/** The catalogue; extend by a row and its lines in test/diagnose/knownLines.ts. */
export const patterns: readonly PatternRow[] = [...settingRows, ...hostRows, ...networkRows, ...dataRows, ...codeRows];

const rowsById = new Map(patterns.map(row => [row.id, row]));
export const rowOf = (known: KnownLine): PatternRow | undefined => rowsById.get(known.row);

/** A line that a row knows, with what it draws out. */
export interface Recognised {
  readonly row: PatternRow;
  readonly values: KnownValues;
}

/** What decides stands early in a line; the rest may be megabytes of somebody's data. Characters. */
const readLength = 4096;
/** Characters of a hint that its hash covers. */
const grain = 4;

/** Letters of either case are the same, and so are some signs: a false friend costs one look at its expression. */
const fold = (code: number): number => (code & 0x7f) | 0x20;
const roll = (hash: number, code: number): number => ((hash << 4) ^ fold(code)) & 0xffff;

interface Hint {
  readonly codes: Uint8Array;
  readonly row: number;
}

/** Hints by the hash of their last characters, and a table that says which hashes there are. */
const hints = new Map<number, Hint[]>();
const present = new Uint8Array(0x10000);

for (const [row, { hints: words }] of patterns.entries()) {
  for (const word of words) {
    const codes = Uint8Array.from(word, letter => fold(letter.charCodeAt(0)));
    const hash = [...word].slice(-grain).reduce((sum, letter) => roll(sum, letter.charCodeAt(0)), 0);
    hints.set(hash, [...(hints.get(hash) ?? []), { codes, row }]);
    present[hash] = 1;
  }
}

function endsWith(text: string, end: number, codes: Uint8Array): boolean {
  const start = end - codes.length;
  if (start < 0) return false;
  for (let i = 0; i < codes.length; i++) if (fold(text.charCodeAt(start + i)) !== codes[i]) return false;
  return true;
}

/** Rows whose hints stand in the text, found in one pass; `undefined` for most lines. */
function hinted(text: string): Set<number> | undefined {
  let hash = 0;
  let found: Set<number> | undefined;
  for (let i = 0; i < text.length; i++) {
    hash = roll(hash, text.charCodeAt(i));
    if (present[hash] === 0) continue;
    for (const hint of hints.get(hash) ?? []) {
      if (found?.has(hint.row) || !endsWith(text, i + 1, hint.codes)) continue;
      found ??= new Set();
      found.add(hint.row);
    }
  }
  return found;
}

const calmLevels: ReadonlySet<Level> = new Set(['trace', 'debug', 'info']);
/** A log that speaks to an assistant, or passes judgement itself, is no witness. */
const suspect =
  /\bconfidence\b.{0,12}\d|\broot cause is\b|\b(?:ignore|disregard) (?:all |any )?(?:previous|prior|above|earlier) instructions\b|^\s{0,8}SYSTEM:/i;

const strengthOf = (row: PatternRow): number => row.strength ?? 2;

/**
 * The row that knows this line best, with peer, port, path, setting or name where the line tells them. Lines below warn count only where a
 * row says so. Colour codes must be gone. Linear in the text's length.
 */
export function recognise(text: string, level: Level): Recognised | undefined {
  const head = text.length > readLength ? text.slice(0, readLength) : text;
  const found = hinted(head);
  if (found === undefined) return undefined;
  const best = bestOf(found, head, calmLevels.has(level));
  return best === undefined || suspect.test(head) ? undefined : { row: best.row, values: valuesOf(best.row, best.match, head) };
}

interface Hit {
  readonly row: PatternRow;
  readonly index: number;
  readonly match: RegExpExecArray;
}

function bestOf(found: ReadonlySet<number>, text: string, calm: boolean): Hit | undefined {
  let best: Hit | undefined;
  for (const index of found) {
    const row = patterns[index];
    if (row === undefined || (calm && row.calm === undefined) || (best !== undefined && !beats(row, index, best))) continue;
    const match = row.find.exec(text);
    if (match !== null && !row.unless?.test(text)) best = { row, index, match };
  }
  return best;
}

function beats(row: PatternRow, index: number, best: Hit): boolean {
  const lead = strengthOf(row) - strengthOf(best.row);
  return lead > 0 || (lead === 0 && index < best.index);
}

function valuesOf(row: PatternRow, match: RegExpExecArray, text: string): KnownValues {
  const extra = row.extract?.map(each => each.exec(text)).find(each => each !== null);
  const groups = Object.entries({ ...extra?.groups, ...defined(match.groups) });
  return Object.fromEntries(groups.filter(([, value]) => value !== undefined && value !== ''));
}

const defined = (groups: Readonly<Record<string, string | undefined>> | undefined): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(groups ?? {}).filter(([, value]) => value !== undefined && value !== ''));

/** A name longer than this is somebody's text. Characters. */
const widest = 80;
const brace = /\{([^{}|]{0,40}?)(peer|port|path|setting|name)(?:\|([^{}]{0,40}))?\}/g;

/** A row's words with its braces filled: `{ at path}` becomes ` at /data`, or nothing where the path is not known; `{name|it}` then says "it". */
export const filled = (words: string, values: KnownValues): string =>
  words.replace(brace, (_all, before: string, key: keyof KnownValues, without = '') => {
    const value = values[key];
    return value === undefined ? without : `${before}${value.length > widest ? `${value.slice(0, widest)}…` : value}`;
  });
