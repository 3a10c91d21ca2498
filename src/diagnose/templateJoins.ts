import { emptySums, keyWithout, sumWords } from './templateHash.ts';
import { hole } from './tokens.ts';

/** What the joins need to know of a template. */
export interface Joinable {
  readonly id: number;
  readonly words: readonly string[];
}

/** Templates that are one, and its words. */
export interface Join<T extends Joinable> {
  readonly members: readonly T[];
  readonly words: readonly string[];
}

/** Columns that are looked at: a line with more of them is a dump. */
const columnLimit = 64;

/** How many different words make a column a variable one, by where it stands. Few different words are states, and tell events apart. */
const manyFirst = 32;
export const manyWords = 7;
const manyAssigned = 5;
const manyNamed = 2;
export const manyProperties = 3;

export const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));
const prepositions = words('for by of from to on in at with via into onto under over through');
const adjectives = words('invalid unknown illegal');
const bearers = words(
  'user username account login client host hostname node server service domain interface device package bundle queue topic pool group database table job task container image',
);
export const nothing = words('null nil none undefined');
export const answers = words('true false yes no on off enabled disabled');

export const isWord = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);
const isPreposition = (text: string | undefined): boolean => text !== undefined && prepositions.has(text.toLowerCase());

/** `for user X`, `by client X`, `invalid user X`, and a single word between two prepositions: `for X from`. */
function isNamed(line: readonly string[], at: number): boolean {
  const before = line[at - 1]?.toLowerCase() ?? '';
  if (isPreposition(before)) return isPreposition(line[at + 1]);
  const introducing = line[at - 2]?.toLowerCase() ?? '';
  return bearers.has(before) && (prepositions.has(introducing) || adjectives.has(introducing));
}

/** Distinct words that a column must show before it counts as variable. */
function needed(line: readonly string[], at: number): number {
  if (at === 0) return manyFirst;
  if (isNamed(line, at)) return manyNamed;
  return line[at - 1] === '=' ? manyAssigned : manyWords;
}

/** Words around the column that hold the line together. */
export const anchors = (line: readonly string[], at: number): number =>
  line.filter((word, i) => i !== at && word !== hole && isWord(word)).length;

function isVariable(values: readonly string[], line: readonly string[], at: number): boolean {
  if (anchors(line, at) === 0) return false;
  if (at === 0 && values.every(value => isDotted(value) || value === hole)) return values.length >= manyAssigned;
  if (!values.includes(hole)) return values.length >= needed(line, at);
  return isValuePlace(line, at) && !values.some(value => answers.has(value) || nothing.has(value));
}

export const isDotted = (value: string): boolean => /\w\.\w/.test(value);

/** Where a word stands for the same as the values that were seen there: behind `=`, a preposition, or a colon in a longer text. */
function isValuePlace(line: readonly string[], at: number): boolean {
  const before = line[at - 1];
  return before === '=' || isPreposition(before) || isNamed(line, at) || (before === ':' && anchors(line, at) > 1);
}

/** Lists of what has the same key, at least two each. */
export function alike<T, K>(items: Iterable<readonly [K, T]>): T[][] {
  const single = new Map<K, T>();
  const several = new Map<K, T[]>();
  for (const [key, item] of items) {
    const list = several.get(key);
    const first = single.get(key);
    if (list !== undefined) list.push(item);
    else if (first !== undefined) several.set(key, [first, item]);
    else single.set(key, item);
  }
  return [...several.values()];
}

interface Cell<T> {
  readonly template: T;
  readonly column: number;
}

function* cells<T extends Joinable>(templates: readonly T[]): Generator<readonly [number, Cell<T>]> {
  const sums = emptySums(columnLimit * 8);
  for (const template of templates) {
    if (template.words.length > columnLimit * 8) continue;
    sumWords(template.words, sums);
    const end = Math.min(template.words.length, columnLimit);
    for (let column = 0; column < end; column++) {
      if (isWord(template.words[column] as string) || template.words[column] === hole)
        yield [keyWithout(sums, [column]), { template, column }];
    }
  }
}

/** Templates that differ in one column only, where that column is a variable one. */
export function columnJoins<T extends Joinable>(templates: readonly T[]): Join<T>[] {
  return alike(cells(templates)).flatMap(list => {
    const { template, column } = list[0] as Cell<T>;
    const values = list.map(cell => cell.template.words[column] as string);
    if (!isVariable(values, template.words, column)) return [];
    return [{ members: list.map(cell => cell.template), words: template.words.with(column, hole) }];
  });
}
