import { cleanText } from '../connect/lines.ts';
import type { LogLine } from '../model/logs.ts';
import { type Fields, fields, items, text } from './readers.ts';

/** `MESSAGE` is a text, or, when it holds bytes that are none, a list of numbers. */
function messageOf(entry: Fields): string {
  const message = entry['MESSAGE'];
  if (typeof message === 'string') return message;
  const bytes = items(message).filter((byte): byte is number => typeof byte === 'number' && byte >= 0 && byte < 256);
  return Buffer.from(bytes).toString('utf8');
}

const longest = 16 * 1024;

/** One line of `journalctl -o json` -> a log line; undefined when it is none. The stamp is the journal's cursor. */
function readEntry(line: string): LogLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const entry = fields(value);
  const micros = text(entry['__REALTIME_TIMESTAMP']);
  if (!/^\d{1,18}$/.test(micros)) return undefined;
  const message = messageOf(entry);
  // Priorities up to 3 are errors; the journal knows no second stream for most programs.
  const stream = Number(text(entry['PRIORITY']) || '6') <= 3 ? 'err' : 'out';
  const whole = cleanText(message.slice(0, longest));
  return {
    at: Math.floor(Number(micros) / 1000),
    stamp: text(entry['__CURSOR']),
    stream,
    text: whole,
    ...(message.length > longest ? { cut: true } : {}),
  };
}

/** Output of `journalctl -o json` -> lines, oldest first. */
export const readJournal = (output: string): LogLine[] => output.split('\n').flatMap(line => (line === '' ? [] : (readEntry(line) ?? [])));
