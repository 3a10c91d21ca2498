import { alike, anchors, isWord, type Join, type Joinable, manyWords } from './templateJoins.ts';
import { hole } from './tokens.ts';

const closings = new Map([
  ['[', ']'],
  ['(', ')'],
  ['{', '}'],
]);

/** The place behind `word, word, word`; the start where there is no such list. */
function listEnd(line: readonly string[], start: number): number {
  let end = start;
  while (end < line.length && (isWord(line[end] as string) || line[end] === hole)) {
    if (line[end + 1] !== ',') return end + 1;
    end += 2;
  }
  return start;
}

/** A template with one list in brackets taken for a value. */
interface Framed<T> {
  readonly template: T;
  readonly words: readonly string[];
  readonly list: string;
}

function framesOf<T extends Joinable>(template: T): (readonly [string, Framed<T>])[] {
  const line = template.words;
  return line.flatMap((word, at) => {
    const closing = closings.get(word);
    const end = closing === undefined ? at : listEnd(line, at + 1);
    if (closing === undefined || end === at + 1 || line[end] !== closing) return [];
    const words = [...line.slice(0, at + 1), hole, ...line.slice(end)];
    return [[`${at} ${words.join(' ')}`, { template, words, list: line.slice(at + 1, end).join(' ') }] as const];
  });
}

/** Those that are one: all where as many are known as make a column a variable one, the longer lists where a value stood in their place. */
function alikeIn<T>(list: readonly Framed<T>[]): readonly Framed<T>[] {
  const several = list.filter(item => item.list.includes(','));
  if (several.length > 0 && list.length >= manyWords) return list;
  const open = list.filter(item => item.list === hole);
  return open.length > 0 && several.length > 0 ? [...open, ...several] : [];
}

/** `peers: [ann, bob, cleo]`: lists of words in brackets, as long as they like. */
export function listJoins<T extends Joinable>(templates: readonly T[]): Join<T>[] {
  return alike(templates.filter(({ words }) => words.some(word => closings.has(word))).flatMap(framesOf)).flatMap(list => {
    const members = alikeIn(list);
    const [first] = members;
    if (first === undefined || closings.has(first.words[0] as string) || anchors(first.words, -1) === 0) return [];
    return [{ members: members.map(item => item.template), words: first.words }];
  });
}
