/** A stretch of a line in one style; `from` and `to` count UTF-16 units of the plain text. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly style: Style;
}

export interface Style {
  /** One of the terminal's sixteen colours. */
  readonly color?: number;
  readonly bold?: true;
  readonly faint?: true;
  readonly italic?: true;
  readonly underline?: true;
}

/** SGR first (its numbers are read), then any other sequence, then characters that cannot be seen. */
const codes = /\u001b\[([\d;:]{0,64})m|\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]{0,4096}(?:\u0007|\u001b\\)?|\u001b[@-Z\\-_]?/g;
const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\u115F\u1160\u3164\uFFA0]/gu;
const clean = (text: string): string => text.replaceAll('\t', '    ').replace(unseen, '');

/** Splits a coloured line into plain text and spans. Whatever is no colour is dropped, so nothing raw reaches the editor. */
export function readAnsi(line: string): { readonly text: string; readonly spans: readonly Span[] } {
  if (!line.includes('\u001b')) return { text: clean(line), spans: [] };
  const spans: Span[] = [];
  let text = '';
  let style: Style = {};
  let from = 0;
  const take = (part: string): void => {
    const piece = clean(part);
    if (piece === '') return;
    if (Object.keys(style).length > 0) spans.push({ from: text.length, to: text.length + piece.length, style });
    text += piece;
  };
  for (const match of line.matchAll(codes)) {
    take(line.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[1] !== undefined) style = applySgr(style, match[1]);
  }
  take(line.slice(from));
  return { text, spans };
}

const marks: Readonly<Record<number, Style>> = { 1: { bold: true }, 2: { faint: true }, 3: { italic: true }, 4: { underline: true } };
/** Codes that end a mark, and which. */
const ends: Readonly<Record<number, readonly (keyof Style)[]>> = {
  22: ['bold', 'faint'],
  23: ['italic'],
  24: ['underline'],
  39: ['color'],
};

const without = (style: Style, keys: readonly (keyof Style)[]): Style =>
  Object.fromEntries(Object.entries(style).filter(([key]) => !keys.includes(key as keyof Style)));

function applySgr(before: Style, text: string): Style {
  const numbers = text.split(/[;:]/).map(Number);
  let style = before;
  for (let i = 0; i < numbers.length; i++) {
    const code = numbers[i] ?? 0;
    if (code === 38 || code === 48) {
      const rich = extended(numbers, i + 1);
      if (code === 38 && rich.color !== undefined) style = { ...style, color: rich.color };
      i += rich.used;
      continue;
    }
    style = simple(style, code);
  }
  return style;
}

function simple(style: Style, code: number): Style {
  if (code === 0) return {};
  if (code >= 30 && code <= 37) return { ...style, color: code - 30 };
  if (code >= 90 && code <= 97) return { ...style, color: code - 82 };
  const end = ends[code];
  return end === undefined ? { ...style, ...marks[code] } : without(style, end);
}

/** `5;n` of the 256 colours or `2;r;g;b`, brought to the nearest of sixteen, so that the theme decides how they look. */
function extended(numbers: readonly number[], at: number): { readonly color?: number; readonly used: number } {
  if (numbers[at] === 5) return { color: from256(numbers[at + 1] ?? 0), used: 2 };
  if (numbers[at] === 2) return { color: nearest(numbers[at + 1] ?? 0, numbers[at + 2] ?? 0, numbers[at + 3] ?? 0), used: 4 };
  return { used: 0 };
}

function from256(n: number): number {
  if (n < 16) return n;
  if (n >= 232) return nearest(8 + (n - 232) * 10, 8 + (n - 232) * 10, 8 + (n - 232) * 10);
  const cube = n - 16;
  const part = (value: number): number => (value === 0 ? 0 : 55 + value * 40);
  return nearest(part(Math.floor(cube / 36)), part(Math.floor(cube / 6) % 6), part(cube % 6));
}

const palette: readonly (readonly [number, number, number])[] = [
  [0, 0, 0],
  [205, 0, 0],
  [0, 205, 0],
  [205, 205, 0],
  [0, 0, 238],
  [205, 0, 205],
  [0, 205, 205],
  [229, 229, 229],
  [127, 127, 127],
  [255, 0, 0],
  [0, 255, 0],
  [255, 255, 0],
  [92, 92, 255],
  [255, 0, 255],
  [0, 255, 255],
  [255, 255, 255],
];

function nearest(red: number, green: number, blue: number): number {
  const distances = palette.map(([r, g, b]) => (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2);
  return distances.indexOf(Math.min(...distances));
}
