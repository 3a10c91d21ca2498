import { lineBuffer } from './lineBytes.ts';
import { hole, type Tokens } from './tokens.ts';

/**
 * Two 32-bit sums per line: equal sums are taken for equal templates. A sum over the columns, so that a column can be left out of it
 * without reading the line again.
 */
export interface Sums {
  count: number;
  readonly a: Int32Array;
  readonly b: Int32Array;
}

export const emptySums = (size: number): Sums => ({ count: 0, a: new Int32Array(size), b: new Int32Array(size) });

const encoder = new TextEncoder();
/** Room for one word; a token is never longer than a line. */
const scratch = lineBuffer();
const scratchView = new DataView(scratch.buffer);
const [seed, prime, gapHash] = [0x811c9dc5, 0x01000193, 0x2545f491] as const;
/** The hash of each value. */
export const holeHash = 0x3c2a3e01;

const mixed = (hash: number, column: number): number => {
  let h = Math.imul(hash ^ Math.imul(column + 1, 0x9e3779b1), 0x85ebca6b);
  h ^= h >>> 15;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 13);
};
const second = (first: number): number => Math.imul(first ^ (first >>> 16), 0x5bd1e995);

/** Four bytes at a time; the last four may overlap those before. */
export function hashBytes(bytes: DataView, start: number, end: number): number {
  let hash: number = seed ^ (end - start);
  if (end - start < 4) {
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes.getUint8(at), prime);
    return hash;
  }
  for (let at = start; at < end - 4; at += 4) hash = stir(hash ^ bytes.getInt32(at, true));
  return stir(hash ^ bytes.getInt32(end - 4, true));
}

const stir = (hash: number): number => {
  const h = Math.imul(hash, 0x9e3779b1);
  return h ^ (h >>> 15);
};

function setColumn(sums: Sums, column: number, hash: number): void {
  const first = mixed(hash, column);
  sums.a[column] = first;
  sums.b[column] = second(first);
}

/** The sums of a masked line, one pair per column. */
export function sumLine({ count, hashes }: Tokens, into: Sums): void {
  into.count = count;
  for (let at = 0; at < count; at++) setColumn(into, at, hashes[at] as number);
}

/** The sums of a template's words; the same as those of a line with these tokens. */
export function sumWords(words: readonly string[], into: Sums): void {
  into.count = words.length;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    setColumn(into, at, word === hole ? holeHash : hashBytes(scratchView, 0, encoder.encodeInto(word, scratch).written));
  }
}

const join = (a: number, b: number): number => (a >>> 0) * 0x200000 + (b >>> 11);

/** One number for the whole line. */
export function keyOf(sums: Sums): number {
  let a = sums.count;
  let b = 0;
  for (let at = 0; at < sums.count; at++) {
    a = (a + (sums.a[at] as number)) | 0;
    b = (b + (sums.b[at] as number)) | 0;
  }
  return join(a, b);
}

/** One number for the line with some columns left out. */
export function keyWithout(sums: Sums, columns: readonly number[]): number {
  let a = sums.count;
  let b = 0;
  for (let at = 0; at < sums.count; at++) {
    a = (a + (sums.a[at] as number)) | 0;
    b = (b + (sums.b[at] as number)) | 0;
  }
  for (const column of columns) {
    const gap = mixed(gapHash, column);
    a = (a - (sums.a[column] as number) + gap) | 0;
    b = (b - (sums.b[column] as number) + second(gap)) | 0;
  }
  return join(a, b);
}
