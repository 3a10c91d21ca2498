/** What a token is: punctuation, a word (constant until seen to vary), a name (dotted or with a digit inside: likely a value), a value. */
export const kind = { mark: 1, word: 2, name: 3, value: 4 } as const;

/** How a value is written in a template; read back as a value, so that masking twice is masking once. */
export const hole = '<*>';

/** Longest part of a line that counts, characters: what follows is somebody's payload. */
const lineLimit = 4096;
export const tokenLimit = 256;

const letter = 1;
const digit = 2;
const space = 3;
const mark = 4;
const joint = 5;

/** The class of each ASCII character; whatever is not ASCII is a letter. */
const classes = new Uint8Array(128).fill(joint);
for (let code = 0; code <= 32; code++) classes[code] = space;
for (let code = 48; code < 58; code++) classes[code] = digit;
for (let code = 65; code < 91; code++) {
  classes[code] = letter;
  classes[code + 32] = letter;
}
for (const char of '=,;()[]{}<>"\'|`') classes[char.charCodeAt(0)] = mark;

const classAt = (line: string, at: number): number => {
  const code = line.charCodeAt(at);
  return code < 128 ? (classes[code] as number) : letter;
};

/** The tokens of one line. One object is filled again for each line, so that a line costs no memory. */
export interface Tokens {
  line: string;
  count: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly kinds: Uint8Array;
}

export const emptyTokens = (): Tokens => ({
  line: '',
  count: 0,
  starts: new Int32Array(tokenLimit),
  ends: new Int32Array(tokenLimit),
  kinds: new Uint8Array(tokenLimit),
});

/** Adds a token; what is beyond the limit is let go. */
export function push(into: Tokens, start: number, end: number, what: number): void {
  if (into.count >= tokenLimit) return;
  into.starts[into.count] = start;
  into.ends[into.count] = end;
  into.kinds[into.count++] = what;
}

export const textOf = (tokens: Tokens, at: number): string => tokens.line.slice(tokens.starts[at], tokens.ends[at]);
export const codeOf = (tokens: Tokens, at: number): number =>
  at >= 0 && at < tokens.count && tokens.kinds[at] === kind.mark ? tokens.line.charCodeAt(tokens.starts[at] as number) : 0;

/** Splits a line into tokens, in one pass. */
export function tokenize(line: string, into: Tokens): void {
  into.line = line;
  into.count = 0;
  const length = Math.min(line.length, lineLimit);
  let at = 0;
  while (at < length) {
    const what = classAt(line, at);
    if (what === space) at++;
    else if (what === mark) at = bracket(line, at, into);
    else at = chunk(line, at, length, into);
  }
}

/** A bracket, quote or comma; `<*>` is a value, and of `<1 sec` only the number counts. */
function bracket(line: string, at: number, into: Tokens): number {
  if (line.charCodeAt(at) === 60) {
    if (line.startsWith(hole, at)) {
      push(into, at, at + 3, kind.value);
      return at + 3;
    }
    if (isBelow(line, at)) return at + 1;
  }
  push(into, at, at + 1, kind.mark);
  return at + 1;
}

/** `<` of a comparison with a number: ` <12 ms`, not `<12>`. */
function isBelow(line: string, at: number): boolean {
  let end = at + 1;
  while (end < at + 16 && classAt(line, end) === digit) end++;
  return end > at + 1 && (end >= line.length || classAt(line, end) === space);
}

/** A run without spaces and brackets: `key:value`, a path, an address, a word with its full stop. Returns where it ends. */
function chunk(line: string, start: number, length: number, into: Tokens): number {
  let end = start;
  let slashes = 0;
  let whole = false;
  let query = false;
  for (let what = joint; end < length; end++) {
    what = classAt(line, end);
    if (what === space) break;
    const code = line.charCodeAt(end);
    if (what === mark && !(query && (code === 61 || code === 44 || code === 59))) break;
    if (code === 47 || code === 92) slashes++;
    else if (code === 64 && end > start) whole = true;
    else if (code === 63 && slashes > 0) query = true;
  }
  if (end === length && length < line.length) whole = true;
  let last = end;
  while (last > start && isTail(line.charCodeAt(last - 1))) last--;
  if (last > start && (whole || isPath(line, start, last, slashes))) push(into, start, last, kind.value);
  else pieces(line, start, last, into);
  for (let tail = last; tail < end; tail++) push(into, tail, tail + 1, kind.mark);
  return end;
}

/** . : ! ? */
const isTail = (code: number): boolean => code === 46 || code === 58 || code === 33 || code === 63;

/** A path or URL: begins with a slash, or has two of them. `read/write` is a word. */
function isPath(line: string, start: number, end: number, slashes: number): boolean {
  if (slashes === 0 || end - start < 2) return false;
  return slashes > 1 || line.charCodeAt(start) === 47;
}

function pieces(line: string, start: number, end: number, into: Tokens): void {
  let from = start;
  for (let at = start; at <= end; at++) {
    if (at < end && line.charCodeAt(at) !== 58) continue;
    if (at > from) push(into, from, at, kindOf(line, from, at));
    if (at < end) push(into, at, at + 1, kind.mark);
    from = at + 1;
  }
}

/** Values carry digits or are long hex; a word with one digit inside (`log4net`) and a dotted word are names. */
function kindOf(line: string, start: number, end: number): number {
  let digits = 0;
  let letters = 0;
  let beyondHex = 0;
  let dots = 0;
  for (let at = start; at < end; at++) {
    const what = classAt(line, at);
    if (what === digit) digits++;
    else if (what === letter) {
      letters++;
      if ((line.charCodeAt(at) | 32) > 102) beyondHex++;
    } else if (line.charCodeAt(at) === 46) dots++;
  }
  if (digits > 0) return digits === 1 && beyondHex > 0 && letters > 3 && inside(line, start, end) ? kind.name : kind.value;
  if (letters === 0) return kind.mark;
  if (letters >= 8 && beyondHex === 0 && letters === end - start) return kind.value;
  return dots > 0 ? kind.name : kind.word;
}

const inside = (line: string, start: number, end: number): boolean => classAt(line, start) === letter && classAt(line, end - 1) === letter;
