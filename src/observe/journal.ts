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

/**
 * systemd's own chronicle of a unit ("Started", "Main process exited", "Failed with result") stands in the unit's journal. What kept it
 * from starting a program is told by the child that was to become it, under another name, and is no chronicle.
 */
const isChronicle = (entry: Fields): boolean =>
  text(entry['_COMM']) === 'systemd' && text(entry['USER_UNIT']) !== '' && text(entry['MESSAGE_ID']) !== '';

function entryOf(line: string): Fields {
  try {
    return fields(JSON.parse(line));
  } catch {
    return {};
  }
}

/** One entry of `journalctl -o json` -> a log line; undefined when it is none. The stamp is the journal's cursor. */
function readEntry(entry: Fields): LogLine | undefined {
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

/** Output of `journalctl -o json` -> lines, oldest first; `own`: without what systemd says about the unit. */
export const readJournal = (output: string, own: boolean): LogLine[] =>
  output
    .split('\n')
    .map(entryOf)
    .filter(entry => !own || !isChronicle(entry))
    .flatMap(entry => readEntry(entry) ?? []);
