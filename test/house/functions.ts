import { codeOf } from './sources.ts';

export interface Measured {
  readonly line: number;
  readonly lines: number;
}

/** "=> {" or "): Type {"; what of it is a function is decided by the word before its parenthesis. */
const opening = /(=>|\)(?:\s*:\s*[^;{}()=]*(?:\{[^{}]*\}[^;{}()=]*)?)?)\s*\{/g;
const control = /\b(if|for|while|switch|catch|with|await)\s*$/;

function matching(code: string, at: number, open: string, close: string, direction: 1 | -1): number {
  let depth = 0;
  for (let index = at; index >= 0 && index < code.length; index += direction) {
    if (code[index] === open) depth++;
    if (code[index] === close) depth--;
    if (depth === 0) return index;
  }
  return at;
}

const lineOf = (code: string, index: number): number => code.slice(0, index).split('\n').length;

/**
 * Lengths of the functions in a source text, read off its braces; the compiler has no parser for us to ask. A function
 * whose body is one expression counts as one line.
 */
export function functionsIn(text: string): Measured[] {
  const code = codeOf(text);
  const found: Measured[] = [];
  for (const match of code.matchAll(opening)) {
    const close = match.index;
    const start = code[close] === ')' ? matching(code, close, ')', '(', -1) : close;
    if (code[close] === ')' && control.test(code.slice(Math.max(0, start - 10), start))) continue;
    const brace = match.index + match[0].length - 1;
    const line = lineOf(code, start);
    found.push({ line, lines: lineOf(code, matching(code, brace, '{', '}', 1)) - line + 1 });
  }
  const short = [...code.matchAll(/=>(?!\s*\{)/g)].map(match => ({ line: lineOf(code, match.index), lines: 1 }));
  return [...found, ...short];
}
