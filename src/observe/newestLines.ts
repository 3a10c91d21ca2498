import type { Line } from '../connect/lines.ts';

/** What is kept of the end of a log: lines, and characters in all. */
export const newestCap = 200;
const chars = 64 * 1024;

/** The newest lines that fit: at most 200, at most 64 KiB. */
export function newestOf(lines: readonly Line[]): readonly Line[] {
  let room = chars;
  let from = lines.length;
  while (from > 0 && lines.length - from < newestCap) {
    room -= lines[from - 1]?.text.length ?? 0;
    if (room < 0) break;
    from--;
  }
  return lines.slice(from);
}
