import { bytesOf } from './lineBytes.ts';

/** What a token is: punctuation, a word (constant until seen to vary), a name (dotted or with a digit inside: likely a value), a value. */
export const kind = { mark: 1, word: 2, name: 3, value: 4 } as const;

/** How a value is written in a template; read back as a value, so that masking twice is masking once. */
export const hole = '<*>';

export const tokenLimit = 256;

/** Classes of bytes. All before `space` belong to a chunk; a byte beyond ASCII is a letter. */
const [hex, letter, digit, joint, dot, colon, slash, at, question, space, mark] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

function classTable(): Uint8Array {
  const table = new Uint8Array(256).fill(joint, 0, 128).fill(letter, 128).fill(space, 0, 33).fill(digit, 48, 58);
  for (const base of [65, 97]) table.fill(letter, base, base + 26).fill(hex, base, base + 6);
  for (const char of '=,;()[]{}<>"\'|`') table[char.charCodeAt(0)] = mark;
  for (const [char, what] of [
    ['.', dot],
    [':', colon],
    ['/', slash],
    ['\\', slash],
    ['@', at],
    ['?', question],
  ] as const)
    table[char.charCodeAt(0)] = what;
  return table;
}

const classes = classTable();
const classOf = (byte: number): number => classes[byte] as number;
/** A bit for each class that belongs to a chunk, 0 for what ends one: one look a byte, and none of them a branch. */
const bits = Uint16Array.from(classes, what => (what < space ? 1 << what : 0));
export const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 48 && byte <= 57;

/** The tokens of one line, as places in its bytes, which the next line overwrites. One object is filled again for each line, so that a line costs no memory. */
export interface Tokens {
  readonly bytes: Uint8Array;
  /** The same bytes, read four at a time. */
  readonly view: DataView;
  count: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly kinds: Uint8Array;
  /** A hash of each token's bytes, where it was asked for. */
  readonly hashes: Int32Array;
  /** A bit for each hash that was met, by its lowest bits. */
  met: number;
}

export function emptyTokens(): Tokens {
  const { bytes, view } = bytesOf('');
  return {
    bytes,
    view,
    count: 0,
    met: 0,
    starts: new Int32Array(tokenLimit),
    ends: new Int32Array(tokenLimit),
    kinds: new Uint8Array(tokenLimit),
    hashes: new Int32Array(tokenLimit),
  };
}

/** Adds a token; what is beyond the limit is let go. */
export function push(into: Tokens, start: number, end: number, what: number): void {
  if (into.count >= tokenLimit) return;
  into.starts[into.count] = start;
  into.ends[into.count] = end;
  into.kinds[into.count++] = what;
}

const decoder = new TextDecoder();
export const textOf = (tokens: Tokens, index: number): string =>
  decoder.decode(tokens.bytes.subarray(tokens.starts[index] as number, tokens.ends[index] as number));

/** The byte of a punctuation mark; 0 where there is none. */
export const markAt = (tokens: Tokens, index: number): number =>
  index >= 0 && index < tokens.count && tokens.kinds[index] === kind.mark ? (tokens.bytes[tokens.starts[index] as number] as number) : 0;

/** Splits a line into tokens, in one pass. */
export function tokenize(line: string, into: Tokens): void {
  const { bytes, length, whole } = bytesOf(line);
  const cutAt = whole ? -1 : length;
  into.count = 0;
  for (let from = 0; from < length; ) {
    const what = classOf(bytes[from] as number);
    if (what === space) from++;
    else if (what === mark) from = bracket(from, into);
    else from = chunk(from, into, cutAt);
  }
}

/** A bracket, quote or comma; `<*>` is a value, and of `<1 sec` only the number counts. */
function bracket(start: number, into: Tokens): number {
  const { bytes } = into;
  if (bytes[start] === 60) {
    if (bytes[start + 1] === 42 && bytes[start + 2] === 62) {
      push(into, start, start + 3, kind.value);
      return start + 3;
    }
    if (isBelow(bytes, start)) return start + 1;
  }
  push(into, start, start + 1, kind.mark);
  return start + 1;
}

/** `<` of a comparison with a number: ` <12 ms`, not `<12>`. */
function isBelow(bytes: Uint8Array, start: number): boolean {
  let end = start + 1;
  while (end < start + 16 && isDigit(bytes[end])) end++;
  return end > start + 1 && classOf(bytes[end] ?? 32) === space;
}

const bit = (what: number): number => 1 << what;
const digitBit = bit(digit);
const letterBit = bit(letter);
const lettersBits = bit(hex) | letterBit;
const wholeBits = bit(slash) | bit(at);
const partedBits = bit(colon) | bit(dot);

/** A run without spaces and brackets: `key:value`, a path, an address, a word with its full stop. Returns where it ends. */
function chunk(start: number, into: Tokens, cutAt: number): number {
  const { bytes } = into;
  let seen = 0;
  let end = start;
  for (;;) {
    const found = bits[bytes[end] as number] as number;
    if (found === 0 && !isQuery(seen, bytes[end] as number)) break;
    seen |= found;
    end++;
  }
  // Most chunks are plain words.
  if ((seen & ~lettersBits) === 0 && seen >= letterBit && end !== cutAt) push(into, start, end, kind.word);
  else mixedChunk(start, end, seen, into, cutAt);
  return end;
}

function mixedChunk(start: number, end: number, seen: number, into: Tokens, cutAt: number): void {
  const { bytes } = into;
  let last = end;
  while (last > start && isTail(bytes[last - 1] as number)) last--;
  if (end === cutAt) return push(into, start, end, kind.value);
  if ((seen & wholeBits) !== 0 && isWhole(bytes, start, last)) push(into, start, last, kind.value);
  else if ((seen & partedBits) === 0 && last > start) push(into, start, last, kindOf(bytes, start, last, seen));
  else pieces(bytes, start, last, last === end ? seen : seenIn(bytes, start, last), into);
  for (let tail = last; tail < end; tail++) push(into, tail, tail + 1, kind.mark);
}

/** `=`, `,` and `;` belong to a URL once its `?` was seen. */
const isQuery = (seen: number, byte: number): boolean =>
  (seen & bit(question)) !== 0 && (seen & bit(slash)) !== 0 && (byte === 61 || byte === 44 || byte === 59);

/** . : ! ? */
const isTail = (byte: number): boolean => byte === 46 || byte === 58 || byte === 33 || byte === 63;

/** An address with an `@`, a path or URL: begins with a slash, or has two of them. `read/write` is a word. */
function isWhole(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 2) return false;
  let slashes = classOf(bytes[start] as number) === slash ? 1 : 0;
  for (let place = start + 1; place < end; place++) {
    const what = classOf(bytes[place] as number);
    if (what === at) return true;
    if (what === slash) slashes++;
  }
  return slashes > 1 || (slashes > 0 && classOf(bytes[start] as number) === slash);
}

/** Splits `key:value` and `name.......12`. */
function pieces(bytes: Uint8Array, start: number, end: number, seen: number, into: Tokens): void {
  let from = start;
  for (let place = start; place < end; place++) {
    const byte = bytes[place];
    if (byte !== 58 && byte !== 46) continue;
    const width = separator(bytes, place);
    if (width === 0) continue;
    if (place > from) push(into, from, place, kindOf(bytes, from, place, seenIn(bytes, from, place)));
    push(into, place, place + 1, kind.mark);
    from = place + width;
    place = from - 1;
  }
  if (end > from) push(into, from, end, kindOf(bytes, from, end, from === start ? seen : seenIn(bytes, from, end)));
}

function seenIn(bytes: Uint8Array, start: number, end: number): number {
  let seen = 0;
  for (let place = start; place < end; place++) seen |= bits[bytes[place] as number] as number;
  return seen;
}

/** Width of what parts a chunk, a colon or a row of dots; 0 for all else. */
function separator(bytes: Uint8Array, place: number): number {
  if (bytes[place] === 58) return 1;
  if (bytes[place] !== 46 || bytes[place + 1] !== 46) return 0;
  let end = place;
  while (bytes[end] === 46) end++;
  return end - place;
}

/** Values carry digits or are long hex; a word with one digit inside (`log4net`) and a dotted word are names. */
function kindOf(bytes: Uint8Array, start: number, end: number, seen: number): number {
  if ((seen & digitBit) !== 0) return (seen & letterBit) !== 0 && hasOneInside(bytes, start, end) ? kind.name : kind.value;
  if ((seen & lettersBits) === 0) return kind.mark;
  if (seen === bit(hex) && end - start >= 8) return kind.value;
  return (seen & bit(dot)) === 0 ? kind.word : kind.name;
}

function hasOneInside(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 5 || classOf(bytes[start] as number) >= digit || classOf(bytes[end - 1] as number) >= digit) return false;
  let digits = 0;
  for (let place = start; place < end; place++) if (isDigit(bytes[place])) digits++;
  return digits === 1;
}
