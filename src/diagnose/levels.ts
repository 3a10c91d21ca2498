import { stripAnsi } from '../base/safeText.ts';
import type { Level } from '../model/logs.ts';
import { walk } from './levelHead.ts';
import { letterLevel, markedWord, numberLevel, syslogLevel } from './levelWords.ts';

const [blank, comma, hyphen, slash, colon, lessThan, equals] = [32, 44, 45, 47, 58, 60, 61] as const;
const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** A level stands at the head of a line; further in it is somebody's text. Characters. */
const headLength = 300;
/** Longest line that is parsed as JSON; of longer ones the head is searched. */
const jsonLength = 32_768;

/**
 * The level a log line claims, found by tiers of shape, the surest first: JSON, key=value, the fixed heads of known loggers, then the words
 * at its head, then words that leave no doubt. No shape and no such word means `unknown`, not info. Linear in the length; ANSI is ignored.
 */
export function levelOf(text: string): Level {
  const line = stripAnsi(text);
  return jsonLevel(line) ?? pairLevel(line) ?? fixedLevel(line) ?? wordLevel(line) ?? 'unknown';
}

const levelKeys: ReadonlySet<string> = new Set([
  'level',
  'severity',
  'lvl',
  'log.level',
  'loglevel',
  'log_level',
  'levelname',
  'Level',
  '@l',
  '@level',
  'SeverityText',
  'severity_text',
  'PRIORITY',
]);
const jsonKey =
  /"(?:level|severity|lvl|log\.level|loglevel|log_level|levelname|Level|@l|@level|severity_text)"\s{0,3}:\s{0,3}(?:"(\w{1,13})"|(\d{1,3})\b)/;

function jsonLevel(line: string): Level | undefined {
  const at = line.indexOf('{"');
  if (at < 0 || at > 80 || (at > 0 && !/[\s|:]/.test(line[at - 1] ?? ''))) return undefined;
  const record = line.length > jsonLength || !line.trimEnd().endsWith('}') ? undefined : parsed(line.slice(at));
  if (record === undefined) return cutJsonLevel(line.slice(at, at + 4096));
  return recordLevel(record);
}

function recordLevel(record: Record<string, unknown>): Level {
  let found: Level | undefined;
  for (const key of Object.keys(record)) {
    const level = levelKeys.has(key) ? fieldLevel(record[key]) : undefined;
    // Two fields that disagree tell nothing.
    if (level !== undefined && found !== undefined && level !== found) return 'unknown';
    found ??= level;
  }
  return found ?? wordlessJson(record);
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function fieldLevel(value: unknown): Level | undefined {
  if (typeof value === 'number') return numberLevel(value);
  if (typeof value !== 'string') return undefined;
  return /^\d{1,3}$/.test(value) ? numberLevel(Number(value)) : markedWord(value.trim());
}

function cutJsonLevel(head: string): Level | undefined {
  const match = jsonKey.exec(head);
  return match === null ? undefined : fieldLevel(match[1] ?? Number(match[2]));
}

/** Serilog leaves out "Information", MongoDB has a letter; otherwise the message may still be a stack trace. */
function wordlessJson(record: Record<string, unknown>): Level {
  if ('@t' in record && '@mt' in record) return 'info';
  if (typeof record['s'] === 'string' && 'c' in record) return letterLevel(record['s'].charAt(0)) ?? 'unknown';
  const message = record['msg'] ?? record['message'];
  return (typeof message === 'string' ? strongLevel(message.slice(0, headLength)) : undefined) ?? 'unknown';
}

const pairHint = /(?:^|\s)(?:level|lvl|severity|log_?level)=/i;
const pairToken = /\s*(?:([\w.@-]+)=("(?:[^"\\]|\\.)*"?|\S*)|"(?:[^"\\]|\\.)*"?|\S+)/y;

/** The keys end in `l` or `y`. */
function mayHavePair(line: string): boolean {
  for (let at = line.indexOf('='); at >= 0; at = line.indexOf('=', at + 1)) {
    const before = line.charCodeAt(at - 1) | blank;
    if (before === 108 || before === 121) return true;
  }
  return false;
}

/** Walks the tokens, so that `msg="level=error"` is a message and no level. */
function pairLevel(line: string): Level | undefined {
  if (!mayHavePair(line) || !pairHint.test(line)) return undefined;
  const text = line.slice(0, 2048);
  pairToken.lastIndex = 0;
  for (let match = pairToken.exec(text); match !== null && match[0] !== ''; match = pairToken.exec(text)) {
    if (/^(?:level|lvl|severity|log_?level)$/i.test(match[1] ?? '')) return fieldLevel((match[2] ?? '').replaceAll('"', ''));
  }
  return undefined;
}

type FixedHead = readonly [RegExp, (mark: string) => Level | undefined];

const logcat: FixedHead = [/^(?:\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} +\d+ +\d+ )?([VDIWEF])[/ ][\w.]{1,40} {0,8}(?:\( *\d+\))?: /, letterLevel];

/** Heads that name a level by a letter or a number, by what they begin with. */
const letterHeads: readonly FixedHead[] = [
  [/^([IWEF])\d{4} \d\d:\d\d:\d\d\.\d{1,9} +\d{1,9} [^\s\]]{1,200}:\d{1,6}\]/, letterLevel],
  [/^([DIWEF]), \[\d{4}-/, letterLevel],
  logcat,
];
const redis: FixedHead = [
  /^\d{1,9}:[XCSM] \d\d \w{3} \d{4} [\d:.]{8,15} ([.*#-])/,
  mark => ({ '.': 'debug', '-': 'debug', '*': 'info', '#': 'warn' })[mark] as Level,
];
const reportHeads: readonly FixedHead[] = [
  [
    /^=(ERROR|CRASH|WARNING|INFO|SUPERVISOR|PROGRESS) REPORT=/,
    mark => (({ ERROR: 'error', CRASH: 'error', SUPERVISOR: 'error', WARNING: 'warn' })[mark] as Level) ?? 'info',
  ],
];

const none: readonly FixedHead[] = [];

/** One look that spares most lines the heads. */
function headsFor(line: string): readonly FixedHead[] {
  const first = line.charCodeAt(0);
  if (isDigit(first)) return digitHeads(line);
  if (first === equals) return reportHeads;
  const second = line.charCodeAt(1);
  return isDigit(second) || second === comma || second === slash || second === blank ? letterHeads : none;
}

const [logcatHeads, redisHeads] = [[logcat], [redis]];

/** Logcat has a dash behind two digits, Redis a colon and a letter behind some; the dates of all others have neither. */
function digitHeads(line: string): readonly FixedHead[] {
  let at = 1;
  while (isDigit(line.charCodeAt(at))) at++;
  if (at === 2 && line.charCodeAt(at) === hyphen) return logcatHeads;
  return line.charCodeAt(at) === colon && !isDigit(line.charCodeAt(at + 1)) ? redisHeads : none;
}

function fixedLevel(line: string): Level | undefined {
  for (const [head, read] of headsFor(line)) {
    const match = head.exec(line);
    if (match?.[1] !== undefined) return read(match[1]);
  }
  return undefined;
}

const syslogHead = /^(?:<\d{1,3}>)?(?:\d )?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [^\s:]{1,100} [\w/.-]{1,60}(?:\[\d{1,9}\])?: /;

function syslogLength(line: string): number {
  const first = line.charCodeAt(0);
  const month = line.charCodeAt(3) === blank && line.charCodeAt(6) === blank;
  if (!month && first !== lessThan && !(isDigit(first) && line.charCodeAt(1) === blank)) return 0;
  return syslogHead.exec(line)?.[0].length ?? 0;
}

/** The words at the head; a syslog priority counts only where the words say nothing. */
function wordLevel(line: string): Level | undefined {
  const start = syslogLength(line);
  const head = line.slice(start, start + headLength);
  const walked = walk(head);
  if (walked.level !== undefined) return walked.level;
  const strong = strongLevel(head.slice(walked.rest));
  if (strong !== undefined || line.charCodeAt(0) !== lessThan) return strong;
  const priority = /^<(\d{1,3})>/.exec(line)?.[1];
  return priority === undefined ? undefined : syslogLevel(Number(priority));
}

/** Openings that leave no doubt; only where no shape has told a level. */
const strong: readonly (readonly [RegExp, Level])[] = [
  [/^(?:panic: |fatal error: |thread '[^']{0,100}' (?:\(\d+\) )?panicked at |FATAL ERROR: |Out of memory: )/, 'fatal'],
  [/^(?:PHP )?(?:Fatal|Parse|Recoverable fatal) error: /, 'fatal'],
  [/^(?:Segmentation fault|Killed$|Aborted(?: \(|$)|Bus error|Illegal instruction)|\(core dumped\)$/, 'fatal'],
  [/^Traceback \(most recent call last\):/, 'error'],
  [/^\[?(?:Unhandled|Uncaught)\w{0,40}\b/, 'error'],
  [/^npm (?:ERR!|error )/, 'error'],
  [/^(?:Caused by: |Exception in thread "|Exception ignored in: |goroutine \d+ \[running\]:|error\[E\d{4}\])/, 'error'],
  [/^(?:[\w$]{1,60}[./:]{1,2}){0,12}[\w$]{0,60}(?:Error|Exception)(?: \[\w{1,40}\])?(?::|$)/, 'error'],
];

/** How all of them begin; what names an error says so in its first word. */
const strongHint = /^(?:panic|fatal|thread|FATAL|Out of|PHP|Fatal|Parse|Recov|Segm|Killed|Abort|Bus|Illegal|Trace|\[?Un|npm|Caused|gorout)/;
const hintLetters = new Set([...'pftFOPRSKABIT[UnCg'].map(letter => letter.charCodeAt(0)));
const errorName = /^[\w$./:]*?(?:rror|xception)/;
const dumped = '(core dumped)';

function strongLevel(text: string): Level | undefined {
  const start = text.trimStart();
  const hinted = hintLetters.has(start.charCodeAt(0)) && strongHint.test(start);
  if (!hinted && !errorName.test(start) && !start.endsWith(dumped)) return undefined;
  for (const [opening, level] of strong) if (opening.test(start)) return level;
  return undefined;
}
