/** Lines of one stack trace that are joined to its first line. */
const traceLength = 200;

/** A line that only continues the one before it: a frame, or the cause behind a cause. */
const frame =
  /^(?:\s+at |\s+File "|\s+\.\.\. \d+ more|\t|\s{2,}\S|Caused by: |Require stack:$|- \/|\}$|goroutine \d+ \[|[\w/.*()-]{1,200}\(0x[0-9a-f]|\s*\^+\s*$|\s*---> |\s+--- End of )/;
/** Frames that look like code: only behind a panic of Go is such a line one of them. */
const goFrame = /^(?:[\w./*()[\]{}·-]{1,200}\(.{0,2000}\)$|created by |\[signal |exit status \d)/;
const goHead = /^(?:panic: |fatal error: |goroutine \d+ \[)/;
/** Python says what went wrong below the frames. */
const pythonHead = /Traceback \(most recent call last\):\s*$/;
const pythonChain = /^(?:During handling of the above exception|The above exception was the direct cause)/;
/** Rust, and the console of .NET, say it on the line below their head. */
const bareHead = /(?: panicked at [^\s]{1,300}:\d{1,9}:\d{1,9}:|^(?:fail|crit): [\w.`+]{1,200}\[\d{1,9}\])\s*$/;

/** What a trace still waits for: its message below the frames, on the next line, or only a cause to know it by. */
type Awaits = 'message' | 'next' | 'cause' | 'nothing';

/** The trace that a stream is in. One object per error line, changed as its lines come. */
export interface Trace {
  awaits: Awaits;
  room: number;
  /** Its head was the line before: no frame has come yet. */
  fresh: boolean;
  /** A second exception is told next. */
  chained: boolean;
  readonly go: boolean;
}

/** What a line is to the trace before it. `message` replaces the head's text, `rest` completes it. */
export type Part = 'frame' | 'message' | 'rest' | 'cause' | 'other';

const awaitsOf = (head: string): Awaits => {
  if (pythonHead.test(head)) return 'message';
  return bareHead.test(head) ? 'next' : 'nothing';
};

export const traceFrom = (head: string): Trace => ({
  awaits: awaitsOf(head),
  room: traceLength,
  fresh: true,
  chained: false,
  go: goHead.test(head),
});

/** Takes the next line of the same stream; `other` ends the trace. Linear in the line's length. */
export function partOf(trace: Trace, text: string): Part {
  if (trace.room-- <= 0) return 'other';
  if (text.trim() === '') return 'frame';
  const { fresh } = trace;
  trace.fresh = false;
  if (trace.awaits === 'next') return settled(trace, 'rest');
  if (frame.test(text) || (trace.go && goFrame.test(text))) return 'frame';
  if (pythonHead.test(text)) return again(trace, fresh);
  // A Traceback without a frame has told nothing yet: what follows is somebody else's line.
  if (trace.awaits !== 'nothing') return fresh ? 'other' : settled(trace, trace.awaits);
  if (!pythonChain.test(text)) return 'other';
  trace.chained = true;
  return 'frame';
}

function settled(trace: Trace, part: Part): Part {
  trace.awaits = 'nothing';
  return part;
}

/** A Traceback right below an error is the error's own; after "During handling of …" it is the next of the same. */
function again(trace: Trace, fresh: boolean): Part {
  if (!fresh && !trace.chained) return 'other';
  trace.awaits = trace.chained ? 'message' : 'cause';
  trace.chained = false;
  trace.fresh = true;
  return 'frame';
}
