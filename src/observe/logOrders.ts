import type { OpenLine } from '../connect/lines.ts';
import type { DroppedLog, LogDigest, LogLine } from '../model/logs.ts';
import type { ServiceId } from '../model/service.ts';
import type { SeamMark } from './seam.ts';

/** Where the reading of a log stands, to the byte; plain data, so that another thread can go on with it. */
export interface FeedState {
  readonly seam: SeamMark;
  readonly frame: Uint8Array;
  readonly out: OpenLine;
  readonly err: OpenLine;
}

/** What is asked of the side that reads; each order is answered by one reply, in order. `feed`: one log, the same for each of its runs. */
export type Order =
  | {
      /** A log is read anew, from the stamp `newest` on; or goes on from `state`, where another thread left it. */
      readonly kind: 'open';
      readonly feed: string;
      readonly service: ServiceId;
      readonly pattern: string | undefined;
      readonly tty: boolean;
      readonly newest: string;
      readonly state?: FeedState | undefined;
    }
  /** The next bytes; `passOver`: they are counted and not read. */
  | { readonly kind: 'bytes'; readonly feed: string; readonly bytes: Uint8Array; readonly passOver: boolean }
  /** No more bytes come in this run. */
  | { readonly kind: 'end'; readonly feed: string }
  /** What was said since the last digest. */
  | { readonly kind: 'digest'; readonly feed: string }
  /** The newest lines that were read, whether they were told or not. */
  | { readonly kind: 'newest'; readonly feed: string }
  /** Another thread goes on with this log. */
  | { readonly kind: 'leave'; readonly feed: string }
  /** Lines that were cut elsewhere. */
  | { readonly kind: 'lines'; readonly service: ServiceId; readonly pattern: string | undefined; readonly lines: readonly LogLine[] };

export interface Reply {
  /** Stamp of the newest line taken; empty before the first. */
  readonly newest?: string;
  /** Lines and bytes taken, read or passed over, that no digest has told yet. */
  readonly untold?: DroppedLog;
  readonly digest?: LogDigest;
  /** Asked for as `newest`: at most 200, at most 64 KiB. */
  readonly lines?: readonly LogLine[];
  readonly state?: FeedState;
  /** These bytes are no log; nothing more of this run is taken. */
  readonly fault?: string;
}

/** Reads bytes of logs and makes digests of them: in a worker thread, or right here. */
export interface LogCore {
  take(order: Order): Reply;
}

/** Reads one service's lines, batch by batch. */
export interface LineReader {
  read(lines: readonly LogLine[]): LogDigest;
}

/** `pattern`: the service's own pattern for errors. */
export type NewReader = (pattern: string | undefined) => LineReader;
