import type { Level } from '../model/logs.ts';
import { letterLevel, loudWord, markedWord, mayBeLevel } from './levelWords.ts';

// Most lines of most programs end here after a word or two, so the plain cases are decided by character codes; expressions see the rest.

const [tab, blank, bang, comma, hyphen, dotCode, slash, colon, semicolon, open, shut, bar] = [
  9, 32, 33, 44, 45, 46, 47, 58, 59, 91, 93, 124,
] as const;

/** The same as `\s`; between ASCII and Ogham there is one such sign, the space that does not break. */
const isSpace = (code: number): boolean => {
  if (code < 160) return code === blank || (code >= tab && code <= 13);
  return code === 160 || (code >= 0x1680 && wideSpace.test(String.fromCharCode(code)));
};
const wideSpace = /\s/;
const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isLetter = (code: number): boolean => (code | blank) >= 97 && (code | blank) <= 122;

/** Characters in brackets that may hold a level. */
const groupLength = 80;

/** What loggers put before the level: times, numbers, zones, names of loggers. */
const headerWord =
  /^(?:[\d:.,/+#TZ_-]+|\d\S*|[<(]\d+[>)]|UTC|GMT|CES?T|[AP]M|[-|>:]+|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec),?|(?![\w$./]*(?:Error|Exception):)[\w$-]+(?:[./][\w$-]+)+:?(?:\d+:?)?)$/;
/** Longest of its words without a dot or slash, the comma behind it included. */
const longestHeader = 4;
/** How far it is looked for what follows a word. Characters. */
const lookAhead = 4;

/** Tokens of a header that are read. */
const headerTokens = 14;

/** Goes over the header, token by token, to the level or to where the text begins. `rest` counts characters of `head`. */
export function walk(head: string): { level?: Level; rest: number } {
  let at = 0;
  for (let i = 0; i < headerTokens; i++) {
    const start = skipSpace(head, at, head.length);
    if (start === head.length) return { rest: at };
    const group = groupEnd(head, start);
    const end = group === 0 ? tokenEnd(head, start) : group;
    const level = group === 0 ? tokenLevel(head, start, end) : groupLevel(head.slice(start + 1, end - 1));
    if (level !== undefined) return { level, rest: at };
    if (group === 0 && isText(head, start, end)) return { rest: at };
    at = end;
  }
  return { rest: at };
}

function skipSpace(head: string, from: number, end: number): number {
  let at = from;
  while (at < end && isSpace(head.charCodeAt(at))) at++;
  return at;
}

const isText = (head: string, start: number, end: number): boolean => !isHeader(head, start, end) && !isBeforeSeparator(head, end);

/** The end of a group in brackets that is closed on this line and soon; 0 where there is none. */
function groupEnd(head: string, start: number): number {
  if (head.charCodeAt(start) !== open) return 0;
  const closing = head.indexOf(']', start + 1);
  if (closing < 0 || closing - start - 1 > groupLength) return 0;
  const broken = head.indexOf('\n', start);
  return broken < 0 || broken > closing ? closing + 1 : 0;
}

function tokenEnd(head: string, start: number): number {
  let end = start + 1;
  for (; end < head.length; end++) {
    const code = head.charCodeAt(end);
    if (code === open || code === shut || code === bar || isSpace(code)) break;
  }
  return end;
}

function isHeader(head: string, start: number, end: number): boolean {
  const first = head.charCodeAt(start);
  if (isDigit(first)) return true;
  if (end - start === 1 && (first === bar || first === hyphen)) return true;
  return !isPlain(head, start, end, first) && headerWord.test(head.slice(start, end));
}

/** A word that is no header, whatever its letters: no dot or slash in it, and too long for a day, a month or a zone. */
function isPlain(head: string, start: number, end: number, first: number): boolean {
  if (end - start <= longestHeader || !isLetter(first) || first === 84 || first === 90) return false;
  for (let at = start; at < end; at++) {
    const code = head.charCodeAt(at);
    if (code === dotCode || code === slash) return false;
  }
  return true;
}

/** A single word is the name of a logger or of a compose service before ` - `, `|`, a tab, `[` or `: [`. */
function isBeforeSeparator(head: string, at: number): boolean {
  const end = Math.min(head.length, at + lookAhead);
  if (at >= end) return false;
  const first = head.charCodeAt(at);
  if (first === tab || first === open) return true;
  const next = skipSpace(head, first === colon ? at + 1 : at, end);
  if (next === end) return false;
  const mark = head.charCodeAt(next);
  if (first === colon) return mark === open;
  return mark === bar || (mark === hyphen && next > at && next + 1 < end && isSpace(head.charCodeAt(next + 1)));
}

/** `[error]`, `[core:error]`, `[E]`, `[2026-01-02T03:04:05Z ERROR crate]`. */
function groupLevel(content: string): Level | undefined {
  const last = content.slice(content.lastIndexOf(':') + 1).trim();
  const level = mayBeLevel(last, 0, last.length) ? markedWord(last) : undefined;
  return level ?? (content.length === 1 ? letterLevel(content) : undefined) ?? (isShouting(content) ? wordAmong(content) : undefined);
}

/** Two capitals side by side, as each loud word has. */
function isShouting(content: string): boolean {
  for (let at = 1; at < content.length; at++) if (isLoud(content.charCodeAt(at)) && isLoud(content.charCodeAt(at - 1))) return true;
  return false;
}

function wordAmong(content: string): Level | undefined {
  for (const word of content.split(' ')) {
    const level = loudWord(word);
    if (level !== undefined) return level;
  }
  return undefined;
}

const isOpening = (code: number): boolean => code === 40 || code === 60 || code === 123 || code === 42;
const isClosing = (code: number): boolean => code === 41 || code === 62 || code === 125 || code === 42;
/** `ERROR`, `ERROR:root:text`, `error:`, `production.ERROR:`, `(error)`, a bare `error` between tabs or bars. */
function tokenLevel(head: string, start: number, end: number): Level | undefined {
  const cut = colonIn(head, start, end);
  const whole = cut < end ? cut : withoutComma(head, start, end);
  const from = afterOpening(head, start, whole);
  const to = beforeClosing(head, from, whole);
  const framed = from > start || to < whole || (cut > start && cut < end);
  if (framed || isMarked(head, end)) {
    const named = afterDot(head, from, to);
    return mayBeLevel(head, named, to) ? markedWord(head.slice(named, to)) : undefined;
  }
  return isLoud(head.charCodeAt(from + 1)) && mayBeLevel(head, from, to) ? loudWord(head.slice(from, to)) : undefined;
}

/** A capital. */
const isLoud = (code: number): boolean => code >= 65 && code <= 90;

function afterOpening(head: string, start: number, end: number): number {
  let from = start;
  while (from < end && isOpening(head.charCodeAt(from))) from++;
  return from;
}

function beforeClosing(head: string, start: number, end: number): number {
  let to = end;
  while (to > start && isClosing(head.charCodeAt(to - 1))) to--;
  return to;
}

function colonIn(head: string, start: number, end: number): number {
  for (let at = start; at < end; at++) if (head.charCodeAt(at) === colon) return at;
  return end;
}

function withoutComma(head: string, start: number, end: number): number {
  const last = head.charCodeAt(end - 1);
  return end > start && (last === comma || last === semicolon || last === bang) ? end - 1 : end;
}

/** A tab or a bar behind a bare word says that it is one. */
function isMarked(head: string, at: number): boolean {
  const end = Math.min(head.length, at + lookAhead);
  if (at < end && head.charCodeAt(at) === tab) return true;
  const next = skipSpace(head, at, end);
  return next < end && head.charCodeAt(next) === bar;
}

function afterDot(head: string, from: number, to: number): number {
  for (let at = to - 1; at >= from; at--) if (head.charCodeAt(at) === dotCode) return at + 1;
  return from;
}
