import { hashBytes, holeHash } from './templateHash.ts';
import { emptyTokens, hole, isDigit, kind, markAt, push, type Tokens, textOf, tokenize } from './tokens.ts';

/** Words by a hash of their bytes in lower case: a look needs no string. Slots of a table with room, the next one where one is taken. */
interface WordTable {
  readonly hashes: Int32Array;
  readonly flags: Uint8Array;
}
const slots = 1024;
const table: WordTable = { hashes: new Int32Array(slots), flags: new Uint8Array(slots) };
const [aDate, aUnit] = [1, 2];
const longestWord = 12;

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0;
  for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + ((bytes[at] as number) | 32)) | 0;
  return hash;
}

function slotOf(hash: number): number {
  let slot = (hash ^ (hash >>> 10)) & (slots - 1);
  while (table.flags[slot] !== 0 && table.hashes[slot] !== hash) slot = (slot + 1) & (slots - 1);
  return slot;
}

function learn(words: string, flag: number): void {
  for (const word of words.split(' ')) {
    const hash = hashOf(new TextEncoder().encode(word), 0, word.length);
    const slot = slotOf(hash);
    table.hashes[slot] = hash;
    table.flags[slot] = (table.flags[slot] as number) | flag;
  }
}

learn(
  'mon tue wed thu fri sat sun jan feb mar apr may jun jul aug sep oct nov dec monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october november december am pm utc gmt cet cest est edt cst cdt mst mdt pst pdt',
  aDate,
);
learn(
  'b byte bytes k kb kib m mb mib g gb gib tb tib bit bits kbps mbps ns us ms msec msecs millis milliseconds s sec secs second seconds min mins minute minutes h hr hrs hour hours day days hz khz mhz ghz %',
  aUnit,
);

const space = 32;
const [open, close, comma, bar, colon, dash, slash, plus, equals, lessThan, percent] = [40, 41, 44, 124, 58, 45, 47, 43, 61, 60, 37];

/** Whether a token is a part of a date, or a unit. */
function wordFlags({ bytes, starts, ends }: Tokens, at: number): number {
  const start = starts[at] as number;
  const end = ends[at] as number;
  return end - start > longestWord ? 0 : (table.flags[slotOf(hashOf(bytes, start, end))] as number);
}

const spaceBefore = (tokens: Tokens, at: number): boolean => {
  const start = tokens.starts[at] as number;
  return start > 0 && (tokens.bytes[start - 1] as number) <= space;
};

/** What each token is once its neighbours are known, from right to left, so that one pass is enough. */
function settleKinds(tokens: Tokens): void {
  const { kinds } = tokens;
  for (let at = tokens.count - 1; at >= 0; at--) {
    if (kinds[at] === kind.name) kinds[at] = nameKind(tokens, at);
    else if (kinds[at] === kind.word && at + 1 < tokens.count && (isDatePart(tokens, at) || isQuoted(tokens, at))) kinds[at] = kind.value;
  }
}

/** A month or weekday counts beside a figure only: `may` and `sat` are words too. */
function isDatePart(tokens: Tokens, at: number): boolean {
  const next = tokens.kinds[at + 1];
  return next === kind.value && (wordFlags(tokens, at) & aDate) !== 0;
}

/** A single word in quotes is somebody's name; with a colon behind it is the key of an object. */
function isQuoted(tokens: Tokens, at: number): boolean {
  const quote = markAt(tokens, at + 1);
  return (quote === 34 || quote === 39) && markAt(tokens, at - 1) === quote && markAt(tokens, at + 2) !== colon;
}

/** A dotted name is a value, but not at the head of a line, before its own value, or where it tells which error it was. */
function nameKind(tokens: Tokens, at: number): number {
  const next = markAt(tokens, at + 1);
  if (next === colon && isPort(tokens, at + 2) && isHost(tokens, at)) return kind.value;
  if (at === 0 || next === equals || next === colon) return kind.word;
  return endsWith(tokens, at, exception) || endsWith(tokens, at, error) || (markAt(tokens, at - 1) === colon && isConstant(tokens, at))
    ? kind.word
    : kind.value;
}

/** `action:some.action.SCREEN_ON`: a constant of a program behind a colon is a state, and states tell events apart. */
function isConstant({ bytes, starts, ends }: Tokens, at: number): boolean {
  const start = starts[at] as number;
  const end = ends[at] as number;
  let from = end;
  while (from > start && isCapital(bytes[from - 1] as number)) from--;
  return end - from > 1 && from > start && bytes[from - 1] === 46;
}

const isCapital = (byte: number): boolean => (byte >= 65 && byte <= 90) || byte === 95;

const exception = new TextEncoder().encode('Exception');
const error = new TextEncoder().encode('Error');

function endsWith({ bytes, starts, ends }: Tokens, at: number, ending: Uint8Array): boolean {
  const from = (ends[at] as number) - ending.length;
  if (from < (starts[at] as number)) return false;
  for (let i = ending.length - 1; i >= 0; i--) if (bytes[from + i] !== ending[i]) return false;
  return true;
}

function isPort(tokens: Tokens, at: number): boolean {
  if (at >= tokens.count || tokens.kinds[at] !== kind.value || spaceBefore(tokens, at)) return false;
  const [start, end] = [tokens.starts[at] as number, tokens.ends[at] as number];
  if (tokens.bytes[start] === lessThan) return true;
  for (let i = start; i < end; i++) if (!isDigit(tokens.bytes[i])) return false;
  return true;
}

/** `db.local:5432`, `Some.Host.example:80`, `a.b.Class:120`; but `view.topMargin:4` is a key with its value. */
function isHost(tokens: Tokens, at: number): boolean {
  let dots = 0;
  let capitals = 0;
  for (let i = tokens.starts[at] as number; i < (tokens.ends[at] as number); i++) {
    const code = tokens.bytes[i] as number;
    if (code === 46) dots++;
    else if (code >= 65 && code <= 90) capitals++;
  }
  return capitals === 0 || dots > 1;
}

const isListMark = (code: number): boolean =>
  code === comma || code === bar || code === colon || code === dash || code === slash || code === plus;

/** Lists of values, values with their unit and dates become one value each. */
function collapse(from: Tokens, out: Tokens): void {
  out.count = 0;
  out.met = 0;
  let unit = -1;
  for (let at = 0; at < from.count; at++) {
    const what = from.kinds[at] as number;
    const last = out.count - 1;
    if (what === kind.value) addValue(from, at, out);
    else if (what === kind.mark) addMark(from, at, out, unit);
    else if (last >= 0 && out.kinds[last] === kind.value && isSuffix(from, at)) unit = last;
    else add(out, from.starts[at] as number, from.ends[at] as number, what);
  }
}

/** Adds a token with its hash, unless a group of tokens is said again with it. */
function add(out: Tokens, start: number, end: number, what: number): void {
  const hash = what === kind.value ? holeHash : hashBytes(out.view, start, end);
  out.hashes[out.count] = hash;
  push(out, start, end, what);
  const place = 1 << (hash & 31);
  if ((out.met & place) !== 0) dropRepeat(out);
  else out.met |= place;
}

/** Longest group of tokens that is recognised when it is said again. */
const longestRepeat = 6;

/** `n1 (ok) n2 (ok) n3 (ok)`: a list is as long as it likes, its shape is that of one member. */
function dropRepeat(out: Tokens): void {
  const last = out.count - 1;
  for (let width = 2; width <= longestRepeat && width * 2 <= out.count; width++) {
    if (out.hashes[last] !== out.hashes[last - width] || !sayAgain(out, last, width)) continue;
    out.count -= width;
    return;
  }
}

function sayAgain({ hashes }: Tokens, last: number, width: number): boolean {
  let value = false;
  for (let at = last; at > last - width; at--) {
    if (hashes[at] !== hashes[at - width]) return false;
    if (hashes[at] === holeHash) value = true;
  }
  return value;
}

const isSuffix = (tokens: Tokens, at: number): boolean => wordFlags(tokens, at) !== 0;

function addValue(from: Tokens, at: number, out: Tokens): void {
  const last = out.count - 1;
  if (last >= 0 && out.kinds[last] === kind.value) return;
  if (last > 0 && out.kinds[last - 1] === kind.value && isListMark(markAt(out, last)) && isSingle(out, last)) out.count--;
  else add(out, from.starts[at] as number, from.ends[at] as number, kind.value);
}

const isSingle = (tokens: Tokens, at: number): boolean => (tokens.ends[at] as number) - (tokens.starts[at] as number) === 1;

/** `12 bytes (3 KB)` says the same twice; ` ()` is an empty value. */
function addMark(from: Tokens, at: number, out: Tokens, unit: number): void {
  const last = out.count - 1;
  if (markAt(from, at) === percent && last >= 0 && out.kinds[last] === kind.value) return;
  if (markAt(from, at) === close && last >= 0) {
    if (unit === last && last >= 2 && markAt(out, last - 1) === open && out.kinds[last - 2] === kind.value) {
      out.count -= 2;
      return;
    }
    if (markAt(out, last) === open && spaceBefore(out, last)) add(out, 0, 0, kind.value);
  }
  add(out, from.starts[at] as number, from.ends[at] as number, kind.mark);
}

/** Masks lines; the tokens it returns are those of the last line only. */
export function createMask(): (line: string) => Tokens {
  const raw = emptyTokens();
  const out = emptyTokens();
  return line => {
    tokenize(line, raw);
    settleKinds(raw);
    collapse(raw, out);
    return out;
  };
}

/** The words of a masked line, `<*>` for each value. */
export function wordsOf(tokens: Tokens): string[] {
  const found: string[] = [];
  for (let at = 0; at < tokens.count; at++) found.push(tokens.kinds[at] === kind.value ? hole : textOf(tokens, at));
  return found;
}

/** The words as one text; a space stands where the line had one. */
export function textOfMasked(tokens: Tokens): string {
  let text = '';
  for (let at = 0; at < tokens.count; at++) {
    if (at > 0 && (spaceBefore(tokens, at) || (tokens.kinds[at] !== kind.mark && tokens.kinds[at - 1] !== kind.mark))) text += ' ';
    text += tokens.kinds[at] === kind.value ? hole : textOf(tokens, at);
  }
  return text;
}
