import { alike, anchors, answers, isDotted, isWord, type Join, type Joinable, manyProperties, nothing, words } from './templateJoins.ts';
import { hole } from './tokens.ts';

const openings = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
  ['"', '"'],
  ["'", "'"],
]);
const stops = words(', ; ) ] } "');

/** Where the value behind a `=` ends: at a comma or closing bracket, or else after one word. */
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
