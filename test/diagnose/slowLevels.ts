import { stripAnsi } from '../../src/base/safeText.ts';
import { letterLevel, loudWord, markedWord, numberLevel, syslogLevel } from '../../src/diagnose/levelWords.ts';
import type { Level } from '../../src/model/logs.ts';

/** A level stands at the head of a line; further in it is somebody's text. Characters. */
const headLength = 300;
/** Longest line that is parsed as JSON; of longer ones the head is searched. */
const jsonLength = 32_768;

/** The level parser as plain expressions, slow and easy to read: what the fast one must agree with. */
export function slowLevelOf(text: string): Level {
  const line = stripAnsi(text);
  return jsonLevel(line) ?? pairLevel(line) ?? fixedLevel(line) ?? wordLevel(line) ?? 'unknown';
}

const levelKeys = [
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
];
const jsonKey =
  /"(?:level|severity|lvl|log\.level|loglevel|log_level|levelname|Level|@l|@level|severity_text)"\s{0,3}:\s{0,3}(?:"(\w{1,13})"|(\d{1,3})\b)/;

function jsonLevel(line: string): Level | undefined {
  const at = line.indexOf('{"');
  if (at < 0 || at > 80 || (at > 0 && !/[\s|:]/.test(line[at - 1] ?? ''))) return undefined;
  const record = line.length > jsonLength || !line.trimEnd().endsWith('}') ? undefined : parsed(line.slice(at));
  if (record === undefined) return cutJsonLevel(line.slice(at, at + 4096));
  // Two fields that disagree tell nothing.
  const found = new Set(levelKeys.map(key => fieldLevel(record[key])).filter(level => level !== undefined));
  if (found.size > 1) return 'unknown';
  const [level] = found;
  return level ?? wordlessJson(record);
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

/** Walks the tokens, so that `msg="level=error"` is a message and no level. */
function pairLevel(line: string): Level | undefined {
  if (!line.includes('=') || !pairHint.test(line)) return undefined;
  const text = line.slice(0, 2048);
  pairToken.lastIndex = 0;
  for (let match = pairToken.exec(text); match !== null && match[0] !== ''; match = pairToken.exec(text)) {
    if (/^(?:level|lvl|severity|log_?level)$/i.test(match[1] ?? '')) return fieldLevel((match[2] ?? '').replaceAll('"', ''));
  }
  return undefined;
}

/** Heads that name a level by a letter or a number. */
const fixedHeads: readonly (readonly [RegExp, (mark: string) => Level | undefined])[] = [
  [/^([IWEF])\d{4} \d\d:\d\d:\d\d\.\d{1,9} +\d{1,9} [^\s\]]{1,200}:\d{1,6}\]/, letterLevel],
  [/^([DIWEF]), \[\d{4}-/, letterLevel],
  [/^(?:\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} +\d+ +\d+ )?([VDIWEF])[/ ][\w.]{1,40} {0,8}(?:\( *\d+\))?: /, letterLevel],
  [
    /^\d{1,9}:[XCSM] \d\d \w{3} \d{4} [\d:.]{8,15} ([.*#-])/,
    mark => ({ '.': 'debug', '-': 'debug', '*': 'info', '#': 'warn' })[mark] as Level,
  ],
  [
    /^=(ERROR|CRASH|WARNING|INFO|SUPERVISOR|PROGRESS) REPORT=/,
    mark => (({ ERROR: 'error', CRASH: 'error', SUPERVISOR: 'error', WARNING: 'warn' })[mark] as Level) ?? 'info',
  ],
];

/** One look that spares most lines the heads. */
const fixedHint = /^(?:[VDIWEF][\d,/ ]|\d|=[A-Z])/;

function fixedLevel(line: string): Level | undefined {
  if (!fixedHint.test(line)) return undefined;
  for (const [head, read] of fixedHeads) {
    const match = head.exec(line);
    if (match?.[1] !== undefined) return read(match[1]);
  }
  return undefined;
}

const syslogHead = /^(?:<\d{1,3}>)?(?:\d )?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [^\s:]{1,100} [\w/.-]{1,60}(?:\[\d{1,9}\])?: /;

/** The words at the head; a syslog priority counts only where the words say nothing. */
function wordLevel(line: string): Level | undefined {
  const syslog = syslogHead.exec(line)?.[0] ?? '';
  const head = line.slice(syslog.length, syslog.length + headLength);
  const walked = walk(head);
  if (walked.level !== undefined) return walked.level;
  const priority = /^<(\d{1,3})>/.exec(line)?.[1];
  return strongLevel(head.slice(walked.rest)) ?? (priority === undefined ? undefined : syslogLevel(Number(priority)));
}

const headToken = /\s*(?:\[([^\]\n]{0,80})\]|(\S[^\s[\]|]*))/y;
/** What loggers put before the level: times, numbers, zones, names of loggers. */
const headerWord =
  /^(?:[\d:.,/+#TZ_-]+|\d\S*|[<(]\d+[>)]|UTC|GMT|CES?T|[AP]M|[-|>:]+|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec),?|(?![\w$./]*(?:Error|Exception):)[\w$-]+(?:[./][\w$-]+)+:?(?:\d+:?)?)$/;
/** A single word is the name of a logger or of a compose service when one of these follows. */
const separatorNext = /^(?:\s+-\s|\s*\||\t|\[|:\s*\[)/;

/** Goes over the header, token by token, to the level or to where the text begins. */
function walk(head: string): { level?: Level; rest: number } {
  headToken.lastIndex = 0;
  for (let i = 0; i < 14; i++) {
    const at = headToken.lastIndex;
    const match = headToken.exec(head);
    if (match === null) return { rest: at };
    const after = head.slice(headToken.lastIndex, headToken.lastIndex + 4);
    const level = match[1] === undefined ? tokenLevel(match[2] ?? '', after) : groupLevel(match[1]);
    if (level !== undefined) return { level, rest: at };
    if (match[1] === undefined && !headerWord.test(match[2] ?? '') && !separatorNext.test(after)) return { rest: at };
  }
  return { rest: headToken.lastIndex };
}

/** `[error]`, `[core:error]`, `[E]`, `[2026-01-02T03:04:05Z ERROR crate]`. */
function groupLevel(content: string): Level | undefined {
  const last = content.slice(content.lastIndexOf(':') + 1).trim();
  return markedWord(last) ?? (content.length === 1 ? letterLevel(content) : undefined) ?? firstOf(content.split(' '), loudWord);
}

function firstOf<T, R>(items: readonly T[], read: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = read(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `ERROR`, `ERROR:root:text`, `error:`, `production.ERROR:`, `(error)`, a bare `error` between tabs or bars. */
function tokenLevel(token: string, after: string): Level | undefined {
  const colon = token.indexOf(':');
  const word = colon < 0 ? token.replace(/[,;!]$/, '') : token.slice(0, colon);
  const bare = word.replace(/^[(<{*]+|[)>}*]+$/g, '');
  if (colon > 0 || bare !== word || /^(?:\t|\s*\|)/.test(after)) return markedWord(bare.slice(bare.lastIndexOf('.') + 1));
  return loudWord(bare);
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

/** How all of them begin; what names an error says so somewhere. */
const strongHint = /^(?:panic|fatal|thread|FATAL|Out of|PHP|Fatal|Parse|Recov|Segm|Killed|Abort|Bus|Illegal|Trace|\[?Un|npm|Caused|gorout)/;

function strongLevel(text: string): Level | undefined {
  const start = text.trimStart();
  if (!strongHint.test(start) && !start.includes('rror') && !start.includes('xception') && !start.endsWith('(core dumped)'))
    return undefined;
  return firstOf(strong, ([opening, level]) => (opening.test(start) ? level : undefined));
}
