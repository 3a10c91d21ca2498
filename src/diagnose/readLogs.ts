import { stripAnsi } from '../base/safeText.ts';
import type { LeveledLine, LogDigest, LogLine } from '../model/logs.ts';
import { recognise } from './knownPatterns.ts';
import { levelOf } from './levels.ts';

const keepErrors = 40;
const keepLast = 12;
/** Longest text that is kept of a line, in characters. */
const keepText = 1000;
/** Lines of one stack trace that are joined to its first line. */
const traceLength = 50;

/** A line that only continues the one before it: a frame of a stack trace, or the cause behind a cause. */
const frame =
  /^(?:\s+at |\s+File "|\s+\.\.\. \d+ more|\t|\s{2,}\S|Caused by: |goroutine \d+ \[|[\w/.*()-]{1,200}\(0x[0-9a-f]|\s*\^+\s*$|---> |\s+--- End of )/;
/** Python says what went wrong below the frames: then that line stands for the trace. */
const headless = /Traceback \(most recent call last\):\s*$/;

/** A line as it is kept, and whether it counts as an error; `strength` is that of its known row. */
interface Read {
  readonly line: LeveledLine;
  readonly error: boolean;
  readonly strength: number;
}

function read({ at, text: raw }: LogLine): Read {
  const text = stripAnsi(raw);
  const level = levelOf(text);
  const found = recognise(text, level);
  const line: LeveledLine = { at, level, text: text.slice(0, keepText) };
  const claimed = level === 'error' || level === 'fatal';
  if (found === undefined) return { line, error: claimed, strength: 0 };
  // A known line is an error where it claims no level; of one that claims info its row must say so.
  const { id, loud, calm, strength = 2 } = found.row;
  const error = claimed || (loud === true && (level === 'unknown' || calm === true));
  return { line: { ...line, known: { row: id, ...found.values } }, error, strength };
}

/** Error lines, a stack trace as one. */
function errorsOf(lines: readonly Read[]): LeveledLine[] {
  const errors: Read[] = [];
  let frames = 0;
  for (const each of lines) {
    const open = frames > 0 ? errors.at(-1) : undefined;
    if (open !== undefined && frame.test(each.line.text)) {
      frames--;
      errors[errors.length - 1] = withCause(open, each);
      continue;
    }
    frames = each.error ? traceLength : 0;
    if (each.error) note(errors, each, open);
  }
  return errors.map(each => each.line);
}

/** The cause behind a cause tells more than the head of its trace. */
function withCause(open: Read, frame: Read): Read {
  const { known } = frame.line;
  if (known === undefined || frame.strength <= open.strength) return open;
  return { ...open, line: { ...open.line, known }, strength: frame.strength };
}

function note(errors: Read[], each: Read, open: Read | undefined): void {
  if (open !== undefined && headless.test(open.line.text)) errors.pop();
  errors.push(each);
}

/** What a stretch of log told: counts, the error lines (a stack trace counts once), the last lines. Pure; linear. */
export function digest(lines: readonly LogLine[]): LogDigest {
  const all = lines.map(read);
  const errors = errorsOf(all);
  return {
    lines: lines.length,
    errors: errors.slice(-keepErrors),
    errorCount: errors.length,
    last: all.slice(-keepLast).map(each => each.line),
    from: lines[0]?.at ?? 0,
    to: lines.at(-1)?.at ?? 0,
  };
}
