import { stripAnsi } from '../base/safeText.ts';
import type { Level, LeveledLine, LogDigest, LogLine } from '../model/logs.ts';
import { type Recognised, recognise } from './knownPatterns.ts';
import { levelOf } from './levels.ts';
import { patternNames, type Tallies, tallies } from './patternTally.ts';
import { createMiner } from './templates.ts';
import { type Part, partOf, type Trace, traceFrom } from './traces.ts';

/** What `dozor.logs.pattern` was made into. */
export interface LinePattern {
  test(text: string): boolean;
}

/** Reads the log of one service, stretch by stretch; it knows what it has read, so that it needs each line once and in order. */
export interface LogReader {
  read(lines: readonly LogLine[]): LogDigest;
}

const keepErrors = 40;
const keepLast = 12;
const keepHits = 12;
/** Longest text that is kept of a line, in characters. */
const keepText = 1000;

/** An error while its trace may still go on. */
interface Open {
  line: LeveledLine;
  /** The text that is mined; empty once it is, or while the trace has not yet said what went wrong. */
  unmined: string;
  strength: number;
  readonly level: Level;
  readonly trace: Trace;
  /** The stretch that counted it. */
  readonly stretch: object;
}

interface Stretch {
  readonly errors: Open[];
  readonly continued: Set<Open>;
  readonly last: LeveledLine[];
  readonly hits: LeveledLine[];
  readonly tallies: Tallies;
  errorCount: number;
  hitCount: number;
}

/**
 * A reader with a template miner of its own. Linear in its input; bounded: 2,000 templates, one open trace per stream. What a stretch tells
 * in counts does not depend on where the log was cut.
 */
export function createLogReader(options: { readonly pattern?: LinePattern } = {}): LogReader {
  const { pattern } = options;
  const miner = createMiner();
  const names = patternNames();
  const open: Record<LogLine['stream'], Open | undefined> = { out: undefined, err: undefined };

  const read = (raw: LogLine, keep: boolean, stretch: Stretch): void => {
    const text = stripAnsi(raw.text);
    const hit = pattern?.test(text) ?? false;
    const before = open[raw.stream];
    const part = before === undefined ? 'other' : partOf(before.trace, text);
    if (before !== undefined && part !== 'other') {
      goOn(before, part, text, stretch);
      noteFrame(raw.at, text, hit, keep, stretch);
    } else {
      if (before !== undefined) close(before, stretch);
      open[raw.stream] = begin(raw.at, text, hit, keep, stretch);
    }
  };

  return {
    read(lines) {
      const stretch: Stretch = {
        errors: [],
        continued: new Set(),
        last: [],
        hits: [],
        tallies: tallies(miner, names),
        errorCount: 0,
        hitCount: 0,
      };
      let left = lines.length;
      for (const line of lines) read(line, left-- <= keepLast, stretch);
      return digestOf(lines, stretch);
    },
  };
}

/** A line that goes on nobody's trace; the error it is, if it is one. `keep`: it is one of the last of its stretch. */
function begin(at: number, text: string, hit: boolean, keep: boolean, stretch: Stretch): Open | undefined {
  const claimed = levelOf(text);
  const found = recognise(text, claimed);
  const level = hit && claimed !== 'fatal' ? 'error' : claimed;
  const error = isError(level, found);
  if (!error) stretch.tallies.add(text, level, at);
  if (!error && !keep) return undefined;
  const line = lineOf(at, level, text, found);
  if (keep) stretch.last.push(line);
  if (hit) noteHit(stretch, line);
  return error ? caught(line, text, strengthOf(found), stretch) : undefined;
}

function caught(line: LeveledLine, text: string, strength: number, stretch: Stretch): Open {
  const level = line.level === 'fatal' ? 'fatal' : 'error';
  const trace = traceFrom(text);
  const waits = trace.awaits !== 'nothing';
  if (!waits) stretch.tallies.add(text, level, line.at);
  const error: Open = { line, unmined: waits ? text : '', strength, level, trace, stretch };
  stretch.errorCount++;
  stretch.errors.push(error);
  return error;
}

/** A known line is an error where it claims no level; of one that claims info its row must say so. */
const isError = (level: Level, found: Recognised | undefined): boolean =>
  level === 'error' || level === 'fatal' || (found?.row.loud === true && (level === 'unknown' || found.row.calm === true));

const strengthOf = (found: Recognised | undefined): number => (found === undefined ? 0 : (found.row.strength ?? 2));

function lineOf(at: number, level: Level, text: string, found?: Recognised): LeveledLine {
  const known = found === undefined ? {} : { known: { row: found.row.id, ...found.values } };
  return { at, level, text: text.slice(0, keepText), ...known };
}

/** A line of an open trace: a frame, the message that it has waited for, or the cause behind its cause, which tells more than its head. */
function goOn(error: Open, part: Part, text: string, stretch: Stretch): void {
  const before = error.line;
  const found = recognise(text, 'error');
  if (found !== undefined && strengthOf(found) > error.strength) {
    error.strength = strengthOf(found);
    error.line = { ...error.line, known: { row: found.row.id, ...found.values } };
  }
  if (part === 'message' || part === 'rest') {
    const whole = part === 'message' ? text : `${error.line.text.trimEnd()} ${text.trim()}`;
    error.line = { ...error.line, text: whole.slice(0, keepText) };
    if (error.unmined !== '') stretch.tallies.add(whole, error.level, error.line.at);
    error.unmined = '';
  }
  if (error.line !== before && error.stretch !== stretch) stretch.continued.add(error);
}

function noteFrame(at: number, text: string, hit: boolean, keep: boolean, stretch: Stretch): void {
  if (keep) stretch.last.push(lineOf(at, levelOf(text), text));
  if (hit) noteHit(stretch, lineOf(at, 'error', text));
}

/** A trace that ended before it said what went wrong is known by its head. */
function close(error: Open, stretch: Stretch): void {
  if (error.unmined !== '') stretch.tallies.add(error.unmined, error.level, error.line.at);
  error.unmined = '';
}

function noteHit(stretch: Stretch, line: LeveledLine): void {
  stretch.hitCount++;
  stretch.hits.push(line);
  if (stretch.hits.length >= keepHits * 2) stretch.hits.splice(0, keepHits);
}

function digestOf(lines: readonly LogLine[], stretch: Stretch): LogDigest {
  const patterns = stretch.tallies.patterns();
  return {
    lines: lines.length,
    errors: stretch.errors.slice(-keepErrors).map(each => each.line),
    errorCount: stretch.errorCount,
    last: stretch.last,
    from: lines[0]?.at ?? 0,
    to: lines.at(-1)?.at ?? 0,
    ...(patterns.length === 0 ? {} : { patterns }),
    ...(stretch.hitCount === 0 ? {} : { hits: { count: stretch.hitCount, lines: stretch.hits.slice(-keepHits) } }),
    ...(stretch.continued.size === 0 ? {} : { continued: [...stretch.continued].map(each => each.line) }),
  };
}
