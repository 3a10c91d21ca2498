import { RE2JS } from 're2js';
import { reasonOf } from './log.ts';

/** Longest source of a pattern, in characters. */
const sourceCap = 256;
/** Largest program; a long line of a large one takes tens of milliseconds, and a pattern that a person wrote has below a hundred. */
const programCap = 500;
/** Characters of a line that are looked at. */
const lineCap = 4096;
/** Of this many lines in a row… */
const stretch = 1000;
/** …this many may match: a pattern that fits everything says nothing, and would make an error of every line. */
const stretchHits = 100;

/** A pattern from outside. Its time is linear in the line, whatever the pattern. */
export interface SafePattern {
  /** Whether it occurs in the line; false, too, once more than 100 of 1000 lines matched, until these have passed. */
  test(line: string): boolean;
  /** What is wrong with it in use: it matches too much. */
  readonly trouble: string | undefined;
}

export type Compiled = { readonly ok: true; readonly pattern: SafePattern } | { readonly ok: false; readonly because: string };

const refuse = (because: string): Compiled => ({ ok: false, because });

/** What a linear engine leaves out, with the words a person knows it by. */
const leftOut: readonly (readonly [find: RegExp, because: string])[] = [
  [/\(\?<?[=!]/, 'look-ahead and look-behind are not supported'],
  [/\\(?:[1-9]|k<)/, 'references back to a group are not supported'],
  [/\(\?>|[*+?}]\+/, 'atomic groups and possessive repeats are not supported'],
];

const whyNot = (source: string, error: unknown): string =>
  leftOut.find(([find]) => find.test(source))?.[1] ?? reasonOf(error).replace(/^error parsing regexp: /, '');

/** Compiles a regular expression from outside (RE2 syntax). Refused: empty, longer than 256 characters, invalid, or too large once compiled. */
export function compileSafe(source: string): Compiled {
  if (source.trim() === '') return refuse('it is empty');
  if (source.length > sourceCap) return refuse(`it is longer than ${sourceCap} characters`);
  try {
    const compiled = RE2JS.compile(source);
    const size = compiled.programSize();
    if (size > programCap)
      return refuse(`it is too large: ${size} steps once its repeats are written out, and at most ${programCap} are taken`);
    return { ok: true, pattern: rateCapped(text => compiled.test(text)) };
  } catch (error) {
    return refuse(whyNot(source, error));
  }
}

function rateCapped(matches: (text: string) => boolean): SafePattern {
  let [lines, hits] = [0, 0];
  let trouble: string | undefined;
  return {
    test(line) {
      if (lines >= stretch) [lines, hits] = [0, 0];
      lines++;
      if (hits > stretchHits || !matches(line.length > lineCap ? line.slice(0, lineCap) : line)) return false;
      if (++hits <= stretchHits) return true;
      trouble = `it matches more than ${stretchHits} of ${stretch} lines; the others are not counted`;
      return false;
    },
    get trouble() {
      return trouble;
    },
  };
}
