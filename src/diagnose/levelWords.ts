import type { Level } from '../model/logs.ts';

const spellings: Readonly<Record<Exclude<Level, 'unknown'>, readonly string[]>> = {
  trace: ['TRACE', 'TRC', 'TRCE', 'VERBOSE', 'FINEST', 'SILLY', 'VRB'],
  debug: ['DEBUG', 'DBG', 'DBUG', 'FINE', 'FINER', 'DEBG', 'DEBUG1', 'DEBUG2', 'DEBUG3', 'DEBUG4', 'DEBUG5'],
  info: ['INFO', 'INF', 'INFORMATION', 'INFORMATIONAL', 'NOTICE'],
  warn: ['WARN', 'WARNING', 'WRN'],
  error: ['ERROR', 'ERR', 'ERRO', 'EROR', 'SEVERE'],
  fatal: ['FATAL', 'FTL', 'CRIT', 'CRITICAL', 'PANIC', 'DPANIC', 'EMERG', 'EMERGENCY'],
};

/** Words that name a level only where punctuation says so: `LOG:` of Postgres, `[Note]` of MySQL, `fail:` of .NET. */
const shySpellings: Readonly<Record<string, Level>> = {
  LOG: 'info',
  NOTE: 'info',
  SYSTEM: 'info',
  FAIL: 'error',
  FAILURE: 'error',
  ALERT: 'fatal',
};

const letters: Readonly<Record<string, Level>> = {
  T: 'trace',
  V: 'trace',
  D: 'debug',
  I: 'info',
  N: 'info',
  W: 'warn',
  E: 'error',
  F: 'fatal',
  C: 'fatal',
};

const words: ReadonlyMap<string, Level> = new Map(
  Object.entries(spellings).flatMap(([level, list]) => list.map(word => [word, level as Level] as const)),
);
const marked: ReadonlyMap<string, Level> = new Map([...words, ...Object.entries(shySpellings)]);

/** First letters in either case, as bits of their place in the alphabet. */
const firsts = [...marked.keys()].reduce((bits, word) => bits | (1 << (word.charCodeAt(0) & 31)), 0);
const [shortest, longest] = [3, 13];

/** Whether a part of the text could be a level at all, so that most words need no copy. */
export function mayBeLevel(text: string, from: number, to: number): boolean {
  return to - from >= shortest && to - from <= longest && ((firsts >>> (text.charCodeAt(from) & 31)) & 1) === 1;
}

/** The level of a word in capitals that stands alone. */
export const loudWord = (word: string): Level | undefined => words.get(word);
/** The level of a word, in any case, that punctuation sets apart. */
export const markedWord = (word: string): Level | undefined => (word.length > longest ? undefined : marked.get(word.toUpperCase()));
export const letterLevel = (letter: string): Level | undefined => letters[letter];

/** Severity of syslog, journald and GELF, 0…7. */
export const syslogLevel = (severity: number): Level =>
  (['fatal', 'fatal', 'fatal', 'error', 'warn', 'info', 'info', 'debug'] as const)[severity & 7] ?? 'unknown';

/** Numbers of pino and bunyan are 10…60, those of syslog 0…7. */
export function numberLevel(value: number): Level | undefined {
  if (!Number.isFinite(value) || value < 0) return undefined;
  if (value <= 7) return syslogLevel(Math.trunc(value));
  if (value < 10) return undefined;
  return (['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const)[Math.min(5, Math.floor(value / 10) - 1)];
}
