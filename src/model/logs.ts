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

/** What a known pattern draws out of a line, in closed alphabets: letters, digits and the marks of names. */
export interface KnownValues {
  /** Host that was called, without its port. */
  readonly peer?: string;
  readonly port?: string;
  readonly path?: string;
  /** Name of a setting or of a directive. */
  readonly setting?: string;
  /** A host looked up, a module, a command, an image, a table, a user. */
  readonly name?: string;
}

/** The row of the catalogue that knows a line: `family/name`. Evidence, never a verdict. */
export interface KnownLine extends KnownValues {
  readonly row: string;
}

/** A line with its level read, colour codes removed. */
export interface LeveledLine {
  readonly at: number;
  readonly level: Level;
  readonly text: string;
  /** Present where the catalogue of known patterns has a row for it. */
  readonly known?: KnownLine;
}

/** How often a pattern of lines came in one stretch. */
export interface PatternCount {
  /** The same for the same text, in any run and after a reload. */
  readonly id: string;
  /** Constant words, `<*>` for what varies. */
  readonly text: string;
  /** The worst level that its lines claimed in this stretch. */
  readonly level: Level;
  readonly count: number;
  /** Stamps of the first and last line in this stretch, ms. */
  readonly first: number;
  readonly last: number;
  /** One of its lines, redacted, at most 300 characters. */
  readonly sample: string;
}

/** Lines that came faster than they could be read. */
export interface DroppedLog {
  readonly lines: number;
  readonly bytes: number;
}

/** What a stretch of log told, small enough to keep. */
export interface LogDigest {
  /** Lines read in this stretch. */
  readonly lines: number;
  /** Error and fatal lines of this stretch, and known ones that are errors though they claim no level; newest last, at most 40. */
  readonly errors: readonly LeveledLine[];
  /** Count of such lines, including those not kept. */
  readonly errorCount: number;
  /** The last lines whatever their level, newest last, at most 12. */
  readonly last: readonly LeveledLine[];
  /** First and last stamp of the stretch, ms; 0 when it was empty. */
  readonly from: number;
  readonly to: number;
  /** Patterns of this stretch, worst level and highest count first, at most 64; absent where none were mined. */
  readonly patterns?: readonly PatternCount[];
  /** Lines that `dozor.logs.pattern` matches; newest last, at most 12. */
  readonly hits?: { readonly count: number; readonly lines: readonly LeveledLine[] };
  /**
   * Errors of earlier stretches whose stack trace went on in this one, as they are known now: each stands in for the newest error with its
   * stamp, and is not counted again.
   */
  readonly continued?: readonly LeveledLine[];
  /** What was let go between the stretch before and the end of this one. */
  readonly dropped?: DroppedLog;
  /** Why `dozor.logs.pattern` cannot be used, in words. */
  readonly patternTrouble?: string;
}
