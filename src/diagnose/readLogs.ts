import { stripAnsi } from '../base/safeText.ts';
import type { LeveledLine, LogDigest, LogLine } from '../model/logs.ts';
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

const leveled = (line: LogLine): LeveledLine => ({
  at: line.at,
  level: levelOf(line.text),
  text: stripAnsi(line.text).slice(0, keepText),
});

const isError = (line: LeveledLine): boolean => line.level === 'error' || line.level === 'fatal';

/** Error lines, a stack trace as one. */
function errorsOf(lines: readonly LeveledLine[]): LeveledLine[] {
  const errors: LeveledLine[] = [];
  let frames = 0;
  for (const line of lines) {
    const open = frames > 0 ? errors.at(-1) : undefined;
    if (open !== undefined && frame.test(line.text)) {
      frames--;
      continue;
    }
    frames = isError(line) ? traceLength : 0;
    if (isError(line)) note(errors, line, open);
  }
  return errors;
}

function note(errors: LeveledLine[], line: LeveledLine, open: LeveledLine | undefined): void {
  if (open !== undefined && headless.test(open.text)) errors.pop();
  errors.push(line);
}

/** What a stretch of log told: counts, the error lines (a stack trace counts once), the last lines. Pure; linear. */
export function digest(lines: readonly LogLine[]): LogDigest {
  const read = lines.map(leveled);
  const errors = errorsOf(read);
  return {
    lines: lines.length,
    errors: errors.slice(-keepErrors),
    errorCount: errors.length,
    last: read.slice(-keepLast),
    from: lines[0]?.at ?? 0,
    to: lines.at(-1)?.at ?? 0,
  };
}
