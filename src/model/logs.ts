export type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'unknown';

/** One log line. The text is redacted and keeps its colour codes; every other control character is gone. */
export interface LogLine {
  /** Engine's stamp in ms; the text's own time is only a hint. */
  readonly at: number;
  /** Engine's stamp to the letter (RFC 3339 with nanoseconds, or empty), for exact resumption. */
  readonly stamp: string;
  readonly stream: 'out' | 'err';
  readonly text: string;
  /** Longer than 16 KiB and cut. */
  readonly cut?: true;
}

/** A line with its level read, colour codes removed. */
export interface LeveledLine {
  readonly at: number;
  readonly level: Level;
  readonly text: string;
}

/** What a stretch of log told, small enough to keep. */
export interface LogDigest {
  /** Lines read in this stretch. */
  readonly lines: number;
  /** Error and fatal lines of this stretch, newest last, at most 40. */
  readonly errors: readonly LeveledLine[];
  /** Count of error and fatal lines, including those not kept. */
  readonly errorCount: number;
  /** The last lines whatever their level, newest last, at most 12. */
  readonly last: readonly LeveledLine[];
  /** First and last stamp of the stretch, ms; 0 when it was empty. */
  readonly from: number;
  readonly to: number;
}
