/** Rewrites single characters, so that no piece of text can form a link or HTML with what comes before or after it. */
const rewrites: readonly (readonly [RegExp, string])[] = [
  // Images fetch from where they like; the text in brackets stays.
  [/!(?=\[)/g, ''],
  // Inline links, reference links and their definitions.
  [/\](?=[([:])/g, '] '],
  // HTML and <autolinks>.
  [/<(?=[A-Za-z/!?])/g, '‹'],
  // Bare addresses become links by themselves; broken ones stay readable.
  [/\b([a-z][a-z0-9+.-]{1,30}):(?=\/\/)/gi, '$1: '],
  [/\b(command|vscode|vscode-insiders|file|data|javascript|mailto):(?=\S)/gi, '$1: '],
  [/\bwww\.(?=\S)/gi, 'www '],
  // Theme icons are ours.
  [/\$(?=\()/g, '$ '],
];

const tame = (text: string): string => rewrites.reduce((out, [find, put]) => out.replace(find, put), text);

/** Filters the text of a model as it streams. */
export interface ModelTextFilter {
  /** Gives what may be shown now: whole lines only, as a link may be cut by a chunk. */
  push(chunk: string): string;
  /** Gives the rest. */
  end(): string;
}

/**
 * The text of a model is never trusted Markdown: images, HTML, links of any form and `command:` addresses lose their effect,
 * also inside code, because two readers may differ on where code ends. A very long line is let out in parts at a space.
 */
export function modelTextFilter(): ModelTextFilter {
  let held = '';
  return {
    push(chunk) {
      held += chunk;
      const at = held.length > 4000 ? Math.max(held.lastIndexOf('\n'), held.lastIndexOf(' ')) : held.lastIndexOf('\n');
      if (at < 0) return '';
      const ready = held.slice(0, at + 1);
      held = held.slice(at + 1);
      return tame(ready);
    },
    end() {
      const rest = held;
      held = '';
      return tame(rest);
    },
  };
}
