/** Where a text is shown; each sink has its own way to be misused. */
export type Sink = 'tree' | 'toast' | 'markdown' | 'plain';
/** Text that has passed the escaper of its sink. Only this file makes it. */
export type Safe<S extends Sink> = string & { readonly __safe: S };

// Controls, private use, surrogates, separators, and whatever is drawn as nothing: bidi overrides, zero width, tags, variation selectors, fillers.
const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]+/gu;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Terminal sequences (colours, cursor, titles, links): gone, both the 7 and the 8 bit forms. */
const ansi = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]{0,4096}(?:\u0007|\u001b\\)?|\u001b[@-Z\\-_]|\u009b[0-?]*[ -/]*[@-~]/g;
export const stripAnsi = (text: string): string => (text.includes('\u001b') || text.includes('\u009b') ? text.replace(ansi, '') : text);

/**
 * One line of visible characters, at most `max` graphemes and 8 code units for each; a cut is marked with "…".
 * Idempotent. Anything may go in: names, labels, log lines, output of health checks.
 */
export function displaySafe(text: string, max = 200): string {
  // A bounded head first: normalising a megabyte to show 200 characters would hold the event loop.
  const head = text.length > max * 32 ? text.slice(0, max * 32) : text;
  // Composed last: what stood between a letter and its accent is gone by then, so a second pass finds nothing to do.
  const visible = stripAnsi(head)
    .replace(/[\t\r\n]+/g, ' ')
    .replace(unseen, '')
    .normalize('NFC')
    .trim();
  if (visible.length <= max && head.length === text.length) return visible;
  return cutGraphemes(visible, max, head.length < text.length);
}

/** A grapheme may be made of thousands of marks, so the length in code units has a limit too. */
function cutGraphemes(text: string, max: number, alreadyCut: boolean): string {
  const longest = max * 8;
  let count = 0;
  let fits = 0;
  for (const { segment, index } of graphemes.segment(text)) {
    const end = index + segment.length;
    if (++count > max || end > longest) return cutAt(text, fits, max);
    if (count < max && end < longest) fits = end;
  }
  return alreadyCut ? cutAt(text, fits, max) : text;
}

function cutAt(text: string, end: number, max: number): string {
  const head = end > 0 || max === 1 ? text.slice(0, end) : text.slice(0, max * 8 - 1).replace(/[\uD800-\uDBFF]$/, '');
  return `${head.trimEnd()}…`;
}

// A word joiner would be dropped as a format character, so theme icons are broken by a plain space.
const breakIcons = (text: string): string => text.replaceAll('$(', '$ (');

/** Tree rows, quick picks and the status bar: no theme icons from outside. */
export const forTree = (text: string, max = 200): Safe<'tree'> => breakIcons(displaySafe(text, max)) as Safe<'tree'>;

/** Notifications and modals turn `[x](command:y)` into a link that runs the command: no such link from outside. */
export const forToast = (text: string, max = 400): Safe<'toast'> =>
  breakIcons(displaySafe(text, max)).replaceAll('](', '] (').replaceAll('<', '‹') as Safe<'toast'>;

/** Inline Markdown: every character with a meaning is escaped, so nothing becomes a link, an image or HTML. */
export const forMarkdown = (text: string, max = 400): Safe<'markdown'> =>
  breakIcons(displaySafe(text, max)).replace(/[\\`*_{}[\]()#+\-.!|<>~&@:/]/g, '\\$&') as Safe<'markdown'>;

/** Terminals and files: visible characters only. */
export const forPlain = (text: string, max = 400): Safe<'plain'> => displaySafe(text, max) as Safe<'plain'>;

/** A Markdown fence that the content cannot close: longer than its longest run of backticks. Lines are kept. */
export function fence(text: string, language = 'text'): Safe<'markdown'> {
  const clean = (line: string): string => stripAnsi(line).replace(/\t/g, '    ').replace(unseen, '');
  const body = text.replace(/\r\n|[\r\u2028\u2029]/g, '\n').replace(/[^\n]+/g, clean);
  // Not Math.max(...list): a list of 100,000 arguments overflows the stack.
  let longest = 0;
  for (const [run] of body.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  const ticks = '`'.repeat(Math.max(3, longest + 1));
  return `${ticks}${language}\n${body}\n${ticks}` as Safe<'markdown'>;
}
