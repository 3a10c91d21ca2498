import type { KnownLine, KnownValues, Level } from '../model/logs.ts';
import { bytesOf, type LineBytes } from './lineBytes.ts';
import type { PatternRow } from './patternRow.ts';
import { codeRows } from './patternsOfCode.ts';
import { dataRows } from './patternsOfData.ts';
import { hostRows } from './patternsOfHost.ts';
import { networkRows } from './patternsOfNetwork.ts';
import { settingRows } from './patternsOfSettings.ts';
import { isSuspect } from './suspect.ts';

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

/** Letters of either case are the same, and so are some signs: a false friend costs one look at its expression. */
const fold = (code: number): number => (code & 0x7f) | 0x20;
/** The same of four bytes. */
const folded = (four: number): number => (four & 0x7f7f7f7f) | 0x20202020;
/** 15 bits, so that the table stays in fast memory. */
const hashOf = (gram: number): number => Math.imul(gram, 0x9e3779b1) >>> 17;

interface Hint {
  readonly codes: Uint8Array;
  /** Where its rarest four bytes stand in it. */
  readonly at: number;
  readonly row: number;
}

/** Letters from common to rare, so that a hint is known by what few lines hold. */
const common = ' etionasrlcdupmhgfbywvkx';
const rarity = (codes: Uint8Array, at: number): number =>
  codes.subarray(at, at + 4).reduce((sum, code) => sum + ((common.indexOf(String.fromCharCode(code)) + 30) % 30), 0);

function rarest(codes: Uint8Array): number {
  let best = 0;
  for (let at = 1; at <= codes.length - 4; at++) if (rarity(codes, at) > rarity(codes, best)) best = at;
  return best;
}

/** Hints by their rarest four bytes, and a table that says which hashes of four bytes there are. */
const hints = new Map<number, Hint[]>();
const present = new Uint8Array(1 << 15);

for (const [row, { hints: words }] of patterns.entries()) {
  for (const word of words) {
    const codes = Uint8Array.from(word, letter => fold(letter.charCodeAt(0)));
    const at = rarest(codes);
    const gram = new DataView(codes.buffer).getInt32(at, true);
    hints.set(gram, [...(hints.get(gram) ?? []), { codes, at, row }]);
    present[hashOf(gram)] = 1;
  }
}

const isHint = (gram: number): number => present[hashOf(gram)] as number;

function standsAt({ bytes, length }: LineBytes, start: number, codes: Uint8Array): boolean {
  if (start < 0 || start + codes.length > length) return false;
  for (let i = 0; i < codes.length; i++) if (fold(bytes[start + i] as number) !== codes[i]) return false;
  return true;
}

/** Rows whose hints stand in the line, found in one pass over its bytes, four places a step; `undefined` for most lines. */
function hinted(text: string): Set<number> | undefined {
  const line = bytesOf(text);
  const { words } = line;
  const end = line.length >> 2;
  let found: Set<number> | undefined;
  let here = folded(words[0] as number);
  for (let at = 0; at < end; at++) {
    const next = folded(words[at + 1] as number);
    const second = (here >>> 8) | (next << 24);
    const third = (here >>> 16) | (next << 16);
    const fourth = (here >>> 24) | (next << 8);
    if ((isHint(here) | isHint(second) | isHint(third) | isHint(fourth)) !== 0) {
      found = noted(found, line, here, at * 4);
      found = noted(found, line, second, at * 4 + 1);
      found = noted(found, line, third, at * 4 + 2);
      found = noted(found, line, fourth, at * 4 + 3);
    }
    here = next;
  }
  return found;
}

function noted(found: Set<number> | undefined, line: LineBytes, gram: number, at: number): Set<number> | undefined {
  const list = isHint(gram) === 0 ? undefined : hints.get(gram);
  if (list === undefined) return found;
  let rows = found;
  for (const hint of list) {
    if (!standsAt(line, at - hint.at, hint.codes)) continue;
    rows ??= new Set();
    rows.add(hint.row);
  }
  return rows;
}

const calmLevels: ReadonlySet<Level> = new Set(['trace', 'debug', 'info']);

const strengthOf = (row: PatternRow): number => row.strength ?? 2;

/**
 * The row that knows this line best, with peer, port, path, setting or name where the line tells them. Lines below warn count only where a
 * row says so. Colour codes must be gone. Linear in the text's length.
 */
export function recognise(text: string, level: Level): Recognised | undefined {
  const found = hinted(text);
  if (found === undefined) return undefined;
  const head = text.length > readLength ? text.slice(0, readLength) : text;
  const best = bestOf(found, head, calmLevels.has(level));
  return best === undefined || isSuspect(head) ? undefined : { row: best.row, values: valuesOf(best.row, best.match, head) };
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
