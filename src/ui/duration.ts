import { hours, minutes } from '../base/time.ts';

const units: Readonly<Record<string, number>> = { m: minutes(1), min: minutes(1), h: hours(1), d: hours(24) };
const longest = hours(24);

export type When = { readonly ok: true; readonly until: number } | { readonly ok: false; readonly because: string };

const help = 'Type a length of time such as 30m, 2h or 1h30m, or a time of day such as 18:30.';

/**
 * Reads "90m", "2h", "1h 30m" or a time of day ("18:30": the next one, local time) into a moment, ms since the epoch.
 * At most 24 hours ahead, because quiet without an end is how trouble is missed.
 */
export function parseWhen(text: string, now: number): When {
  const words = text
    .trim()
    .toLowerCase()
    .replace(/^(?:for|until|till)\s+/, '');
  const until = clockTime(words, now) ?? length(words, now);
  if (until === undefined) return { ok: false, because: help };
  if (until - now > longest) return { ok: false, because: 'At most 24 hours: a lease on attention always ends.' };
  return { ok: true, until };
}

function clockTime(words: string, now: number): number | undefined {
  const match = /^(\d{1,2})[:.](\d{2})$/.exec(words);
  if (match === null) return undefined;
  const [hour, minute] = [Number(match[1]), Number(match[2])];
  if (hour > 23 || minute > 59) return undefined;
  const at = new Date(now);
  at.setHours(hour, minute, 0, 0);
  if (at.getTime() <= now) at.setDate(at.getDate() + 1);
  return at.getTime();
}

function length(words: string, now: number): number | undefined {
  if (!/^(?:\d{1,4}(?:\.\d{1,2})?\s*(?:min|m|h|d)[a-z]*\s*){1,3}$/.test(words)) return undefined;
  const parts = [...words.matchAll(/(\d{1,4}(?:\.\d{1,2})?)\s*(min|m|h|d)/g)];
  const total = parts.reduce((sum, part) => sum + Number(part[1]) * (units[part[2] ?? ''] ?? 0), 0);
  return total > 0 ? now + total : undefined;
}
