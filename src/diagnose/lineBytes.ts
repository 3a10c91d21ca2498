/** Longest part of a line that counts, bytes: what follows is somebody's payload. */
const lineLimit = 4096;
/** Room behind a line, so that a scan may look ahead. */
const slack = 4;

/** The bytes of one line, in memory that each line fills again. */
export interface LineBytes {
  readonly bytes: Uint8Array;
  /** The same bytes, to be read four at a time. */
  readonly view: DataView;
  /** The same bytes as whole words, the first byte lowest. */
  readonly words: Int32Array;
  /** Bytes of the line; two spaces stand behind them. */
  length: number;
  /** Whether the line ends there, or was cut. */
  whole: boolean;
}

const encoder = new TextEncoder();
const bytes = new Uint8Array(lineLimit + slack);
const room = bytes.subarray(0, lineLimit);
const current: LineBytes = { bytes, view: new DataView(bytes.buffer), words: new Int32Array(bytes.buffer), length: 0, whole: true };
let last = '';

/** The bytes of a line. All who read the same line one after the other share them; the next line takes their place. */
export function bytesOf(line: string): LineBytes {
  if (line === last) return current;
  const { read, written } = encoder.encodeInto(line, room);
  bytes[written] = 32;
  bytes[written + 1] = 32;
  current.length = written;
  current.whole = read === line.length;
  last = line;
  return current;
}

/** Room of the same size for bytes of one's own. */
export const lineBuffer = (): Uint8Array => new Uint8Array(lineLimit + slack);
