import { bytesOf, type LineBytes } from './lineBytes.ts';
import { hashBytes } from './templateHash.ts';

/**
 * A line's shape is what its mask can tell apart, and less than its tokens cost: runs with two digits or more count as one sign each, all
 * else as it stands. Lines of one shape have one mask (a test holds it), so a shape that was met leads straight to its template.
 */
export interface Shape {
  a: number;
  b: number;
}

const [other, joined, digit] = [0, 1, 2] as const;

/** What makes a run: letters, bytes beyond ASCII, digits, `-` and `_`; a dot does where the run goes on behind it. */
function classTable(): Uint8Array {
  const table = new Uint8Array(256).fill(joined, 128).fill(digit, 48, 58).fill(joined, 65, 91).fill(joined, 97, 123);
  table[45] = joined;
  table[95] = joined;
  return table;
}
const classes = classTable();
const dot = 46;

/** Signs for runs: digits alone, a row of digits too long for a figure, all else that is a value whatever its letters. */
const [figure, longFigure, value] = [0x51ed270b, 0x2f0b4a27, 0x6a09e667] as const;
/** Longest figure that `<12 ms` is told from `<12>` by. Bytes. */
const figureLength = 15;

/** What stands before or behind a word that is whole; a query of a URL goes over some of them. */
const ends = new Uint8Array(256).fill(1, 0, 33);
for (const char of '=,;()[]{}<>"\'|`:') ends[char.charCodeAt(0)] = 1;
const question = 63;

/** Fills in the shape of a line. */
export function shapeOf(line: LineBytes, into: Shape): void {
  const { bytes, length } = line;
  let query = false;
  let [a, b] = [0x811c9dc5, 0x1b873593];
  // What stands between two runs is mixed in with the second, four bytes at most: more of them are mixed in on the way.
  let between = 1;
  for (let at = 0; at < length; ) {
    const byte = bytes[at] as number;
    let part = 0;
    if (classes[byte] === other) {
      at++;
      between = (between << 8) | byte;
      if (byte === question) query = true;
      if (between >>> 24 === 0) continue;
    } else {
      const run = runAt(bytes, at);
      part = signOf(line, at, at + (run & 0xffff), run >> 16, query);
      at += run & 0xffff;
    }
    a = mix(a ^ part, between, 0x9e3779b1);
    b = mix(b + part, between, 0x85ebca6b);
    between = 1;
  }
  into.a = mix(a, between, 0x9e3779b1);
  into.b = mix(b, between, 0x85ebca6b);
}

/** Its length, and its digits in the upper half. */
function runAt(bytes: Uint8Array, start: number): number {
  let digits = 0;
  let at = start;
  for (let what = classes[bytes[at] as number] as number; what !== other; what = classes[bytes[at] as number] as number) {
    digits += what >> 1;
    at++;
    if (bytes[at] === dot && classes[bytes[at + 1] as number] !== other) at++;
  }
  return (digits << 16) | (at - start);
}

function signOf({ bytes, view }: LineBytes, start: number, end: number, digits: number, query: boolean): number {
  if (digits === 0 || (digits === 1 && (query || !isValue(bytes, start, end)))) return hashBytes(view, start, end);
  if (digits < end - start) return value;
  return digits > figureLength ? longFigure : figure;
}

/** One digit makes a value where a word begins or ends with it. */
const isValue = (bytes: Uint8Array, start: number, end: number): boolean =>
  (classes[bytes[end - 1] as number] === digit && ends[bytes[end] as number] === 1) ||
  (classes[bytes[start] as number] === digit && (start === 0 || ends[bytes[start - 1] as number] === 1));

function mix(sum: number, between: number, prime: number): number {
  const h = Math.imul(sum ^ Math.imul(between, 0xc2b2ae35), prime);
  return h ^ (h >>> 15);
}

/** Shapes that are remembered, at first and at most: most logs have few, and there may be a thousand logs. */
const [fewPlaces, mostPlaces] = [256, 8192];

export interface Shapes<T> {
  /** What was learned for the shape of this line, while it lives. */
  known(line: string): T | undefined;
  /** Remembers it for the line that was asked for last. */
  learn(item: T): T;
}

interface Places<T> {
  readonly count: number;
  readonly firsts: Int32Array;
  readonly seconds: Int32Array;
  readonly items: (T | undefined)[];
}

const emptyPlaces = <T>(count: number): Places<T> => ({
  count,
  firsts: new Int32Array(count),
  seconds: new Int32Array(count),
  items: Array.from({ length: count }, () => undefined),
});

function put<T>({ count, firsts, seconds, items }: Places<T>, a: number, b: number, item: T): void {
  const place = a & (count - 1);
  firsts[place] = a;
  seconds[place] = b;
  items[place] = item;
}

/** The same in twice as many places. */
function doubled<T>(from: Places<T>): Places<T> {
  const into = emptyPlaces<T>(from.count * 2);
  for (const [place, item] of from.items.entries()) {
    if (item !== undefined) put(into, from.firsts[place] as number, from.seconds[place] as number, item);
  }
  return into;
}

/** A memory of bounded size, from shapes to what they lead to; where it is full, a new shape takes the place of another. */
export function createShapes<T extends { readonly live: boolean }>(): Shapes<T> {
  let places = emptyPlaces<T>(fewPlaces);
  const shape: Shape = { a: 0, b: 0 };
  let asked = false;
  /** Shapes learned since it last grew. */
  let learned = 0;
  return {
    known(line) {
      const read = bytesOf(line);
      asked = read.whole;
      if (!asked) return undefined;
      shapeOf(read, shape);
      const { count, firsts, seconds, items } = places;
      const place = shape.a & (count - 1);
      const item = firsts[place] === shape.a && seconds[place] === shape.b ? items[place] : undefined;
      return item?.live === true ? item : undefined;
    },
    learn(item) {
      if (!asked) return item;
      if (++learned > places.count / 2 && places.count < mostPlaces) {
        places = doubled(places);
        learned = 0;
      }
      put(places, shape.a, shape.b, item);
      return item;
    },
  };
}
