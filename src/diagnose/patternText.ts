const marks = /\s*([,;:.()[\]{}="'|])\s*/g;
const hole = '<*>';
/** Longest part of a template that counts, in characters. */
const patternLength = 400;

/**
 * A template's text with the spaces around punctuation set by one rule: they differ between a template just made and one that was joined.
 * Idempotent; at most 400 characters.
 */
export const patternText = (text: string): string =>
  text
    .slice(0, patternLength * 2)
    .replace(marks, '$1')
    .replace(/([,;:)\]}])(?=[^\s,;:.)\]}"'|=])/g, '$1 ')
    .replace(/\s+/g, ' ')
    .slice(0, patternLength)
    .trim();

/** A stable id of a pattern: the same text gives the same, in any process. 64 bits (two FNV-1a sums) as 16 hex digits. */
export function patternId(text: string): string {
  let [a, b] = [0x811c9dc5, 0x2545f491];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ (code + i), 0x01000193);
  }
  return [a, b].map(sum => (sum >>> 0).toString(16).padStart(8, '0')).join('');
}

/** A pattern that holds fewer constant words covers nothing but itself: it would take in lines that share no sense with it. */
const fewestWords = 2;
const constantWords = (text: string): number => text.replaceAll(hole, ' ').match(/\p{L}{2,}/gu)?.length ?? 0;

/**
 * Whether each line of the pattern `special` is also one of `general`. A hole stands for one run without spaces; behind a `=`, where joins put
 * whole values together, for any text. Time linear in the texts for each hole.
 */
export function covers(general: string, special: string): boolean {
  if (general === special) return true;
  const first = general.indexOf(hole);
  if (first < 0 || !special.startsWith(general.slice(0, first))) return false;
  let at = first;
  for (let from = first; from >= 0; ) {
    const next = general.indexOf(hole, from + hole.length);
    const part = general.slice(from + hole.length, next < 0 ? undefined : next);
    const end = next < 0 ? lastPartAt(special, part) : partAt(special, part, at);
    if (end <= at || (general[from - 1] !== '=' && hasSpace(special, at, end))) return false;
    at = end + part.length;
    from = next;
  }
  return constantWords(general) >= fewestWords;
}

const hasSpace = (text: string, from: number, to: number): boolean => {
  const space = text.indexOf(' ', from);
  return space >= 0 && space < to;
};

/** A hole right behind a hole has no place of its own. */
const partAt = (text: string, part: string, after: number): number => (part === '' ? -1 : text.indexOf(part, after + 1));
const lastPartAt = (text: string, part: string): number => (text.endsWith(part) ? text.length - part.length : -1);
