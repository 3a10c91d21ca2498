/** Where a text is shown; each sink has its own way to be misused. */
export type Sink = 'tree' | 'toast' | 'markdown' | 'plain';
/** Text that has passed the escaper of its sink. Only this file makes it. */
export type Safe<S extends Sink> = string & { readonly __safe: S };

// Controls, formats (bidi overrides, zero width, tags), private use, surrogates, line and paragraph separators, Hangul fillers.
const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\u115F\u1160\u3164\uFFA0]+/gu;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Terminal sequences (colours, cursor, titles, links): gone, both the 7 and the 8 bit forms. */
const ansi = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]{0,4096}(?:\u0007|\u001b\\)?|\u001b[@-Z\\-_]|\u009b[0-?]*[ -/]*[@-~]/g;
export const stripAnsi = (text: string): string => (text.includes('\u001b') || text.includes('\u009b') ? text.replace(ansi, '') : text);

/**
 * One line of visible characters, at most `max` graphemes; a cut is marked with "…".
 * Idempotent. Anything may go in: names, labels, log lines, output of health checks.
 */
export function displaySafe(text: string, max = 200): string {
  // A bounded head first: normalising a megabyte to show 200 characters would hold the event loop.
  const head = text.length > max * 32 ? text.slice(0, max * 32) : text;
  const visible = stripAnsi(head).replace(/[\t\r\n]+/g, ' ').normalize('NFC').replace(unseen, '').trim();
  if (visible.length <= max && head.length === text.length) return visible;
  return cutGraphemes(visible, max, head.length < text.length);
}

function cutGraphemes(text: string, max: number, alreadyCut: boolean): string {
  const kept: string[] = [];
  for (const { segment } of graphemes.segment(text)) {
    if (kept.length === max) return `${kept.slice(0, max - 1).join('').trimEnd()}…`;
    kept.push(segment);
  }
  const whole = kept.join('');
  return alreadyCut && !whole.endsWith('…') ? `${kept.slice(0, max - 1).join('').trimEnd()}…` : whole;
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
  breakIcons(displaySafe(text, max))
    .replace(/[\\`*_{}[\]()#+\-.!|<>~&@:/]/g, '\\$&') as Safe<'markdown'>;

/** Terminals and files: visible characters only. */
export const forPlain = (text: string, max = 400): Safe<'plain'> => displaySafe(text, max) as Safe<'plain'>;

/** A Markdown fence that the content cannot close: longer than its longest run of backticks. Lines are kept. */
export function fence(text: string, language = 'text'): Safe<'markdown'> {
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/).map(line => stripAnsi(line).replace(/\t/g, '    ').replace(unseen, ''));
  const body = lines.join('\n');
  const longest = Math.max(0, ...[...body.matchAll(/`+/g)].map(run => run[0].length));
  const ticks = '`'.repeat(Math.max(3, longest + 1));
  return `${ticks}${language}\n${body}\n${ticks}` as Safe<'markdown'>;
}
