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
const manyWords = 7;
const manyAssigned = 5;
const manyNamed = 2;
const manyProperties = 3;

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));
const prepositions = words('for by of from to on in at with as via into onto under over through');
const adjectives = words('invalid unknown illegal');
const bearers = words(
  'user username account login client host hostname node server service domain interface device package bundle queue topic pool group database table job task container image',
);
const nothing = words('null nil none undefined');
const answers = words('true false yes no on off enabled disabled');

const isWord = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);
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
const anchors = (line: readonly string[], at: number): number => line.filter((word, i) => i !== at && word !== hole && isWord(word)).length;

function isVariable(values: readonly string[], line: readonly string[], at: number): boolean {
  if (anchors(line, at) === 0) return false;
  if (at === 0 && values.every(value => isDotted(value) || value === hole)) return values.length >= manyAssigned;
  if (!values.includes(hole)) return values.length >= needed(line, at);
  return isValuePlace(line, at) && !values.some(value => answers.has(value) || nothing.has(value));
}

const isDotted = (value: string): boolean => /\w\.\w/.test(value);

/** Where a word stands for the same as the values that were seen there: behind `=`, a preposition, or a colon in a longer text. */
function isValuePlace(line: readonly string[], at: number): boolean {
  const before = line[at - 1];
  return before === '=' || isPreposition(before) || isNamed(line, at) || (before === ':' && anchors(line, at) > 1);
}

/** Lists of what has the same key, at least two each. */
function alike<T, K>(items: Iterable<readonly [K, T]>): T[][] {
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

const openings = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
  ['"', '"'],
  ["'", "'"],
]);
const stops = words(', ; ) ] } "');

/** Where the value behind a `=` ends: at a comma or closing bracket, or else after one word and its bracket. */
function valueEnd(line: readonly string[], start: number): number {
  for (let at = start; at < line.length; at++) {
    const closing = openings.get(line[at] as string);
    if (closing !== undefined) {
      const end = line.indexOf(closing, at + 1);
      if (end < 0) break;
      at = end;
    } else if (stops.has(line[at] as string)) return at;
    else if (line[at + 1] === '=') return at;
  }
  return Math.min(start + 1, line.length);
}

/** A line as constant parts and the values behind its `=`. */
function slotsOf(line: readonly string[]): { frame: string; values: string[] } {
  const frame: string[] = [];
  const values: string[] = [];
  for (let at = 0; at < line.length; ) {
    frame.push(line[at] as string);
    if (line[at++] !== '=') continue;
    const end = valueEnd(line, at);
    values.push(line.slice(at, end).join(' '));
    at = end;
  }
  return { frame: frame.join(' '), values };
}

/** `null` stands where there could be anything. */
const isOpen = (value: string): boolean => value.includes(hole) || nothing.has(value);
const fits = (open: string, other: string): boolean => open === other || (isOpen(open) && !answers.has(other));

interface Framed<T> {
  readonly template: T;
  readonly frame: string;
  readonly values: readonly string[];
}

function merged(frame: string, one: readonly string[], other: readonly string[]): string[] {
  let slot = 0;
  return frame.split(' ').flatMap(word => {
    if (word !== '=') return [word];
    const [left, right] = [one[slot] ?? '', other[slot++] ?? ''];
    return ['=', ...(left === right ? left.split(' ').filter(part => part !== '') : [hole])];
  });
}

/** Templates of one frame that are compared with each other at a time. */
const framedLimit = 200;

function joinFramed<T extends Joinable>(list: readonly Framed<T>[]): Join<T>[] {
  const found: Join<T>[] = [];
  // The most open first: what is constant joins what is known to vary.
  const openness = (item: Framed<T>): number => item.values.filter(isOpen).length;
  const [first, ...rest] = list
    .slice(0, framedLimit)
    .toSorted((one, other) => openness(other) - openness(one) || one.template.id - other.template.id);
  let pool = rest;
  for (let base = first; base !== undefined; base = pool.shift()) {
    const { template, frame, values } = base;
    const near = pool.filter(
      item => item.values.length === values.length && item.values.every((value, i) => fits(values[i] as string, value)),
    );
    if (near.length === 0) continue;
    pool = pool.filter(item => !near.includes(item));
    const all = near.reduce<readonly string[]>((open, item) => open.map((value, i) => (value === item.values[i] ? value : hole)), values);
    found.push({ members: [template, ...near.map(item => item.template)], words: merged(frame, values, all) });
  }
  return found;
}

/** Templates with the same keys, where values that differ are open in one of them; values may be of any length. */
export function slotJoins<T extends Joinable>(templates: readonly T[]): Join<T>[] {
  const framed = templates
    .filter(template => template.words.includes('='))
    .map(template => {
      const { frame, values } = slotsOf(template.words);
      return [frame, { template, frame, values }] as const;
    });
  return alike(framed).flatMap(joinFramed);
}

/** `Some text: a.dotted.name = whatever`: properties that are listed, one a line. */
export function propertyJoins<T extends Joinable>(templates: readonly T[]): Join<T>[] {
  const properties = templates.flatMap(template => {
    const at = template.words.indexOf('=') - 1;
    if (at < 1 || template.words.includes('=', at + 2) || !isDotted(template.words[at] as string)) return [];
    const head = template.words.slice(0, at);
    return anchors(head, -1) === 0 ? [] : [[head.join(' '), template] as const];
  });
  return alike(properties)
    .filter(list => list.length >= manyProperties)
    .map(members => ({ members, words: [...(members[0] as T).words.slice(0, (members[0] as T).words.indexOf('=') - 1), hole, '=', hole] }));
}

/** `name:80 text` beside `<*> text`: a short host name is known by the addresses that stand in its place. */
export function hostJoins<T extends Joinable>(templates: readonly T[]): Join<T>[] {
  const known = new Map(templates.filter(({ words: [first] }) => first === hole).map(template => [template.words.join(' '), template]));
  return templates.flatMap(template => {
    const [name, mark, port, ...rest] = template.words;
    if (name === undefined || !isWord(name) || mark !== ':' || port !== hole || anchors(rest, -1) < 2) return [];
    const twin = known.get([hole, ...rest].join(' '));
    return twin === undefined ? [] : [{ members: [twin, template], words: twin.words }];
  });
}
