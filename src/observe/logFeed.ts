import { FrameDecoder, type Stream } from '../connect/frames.ts';
import { type Line, LineDecoder } from '../connect/lines.ts';
import type { DroppedLog, LogDigest, LogLine } from '../model/logs.ts';
import { addDropped, emptyDigest, joinDigests } from './joinDigests.ts';
import type { FeedState, Order } from './logOrders.ts';
import { newestCap, newestOf } from './newestLines.ts';
import { Seam } from './seam.ts';

type Open = Extract<Order, { kind: 'open' }>;

const nothing: DroppedLog = { lines: 0, bytes: 0 };

/** One log under way: bytes -> frames -> lines -> what is new -> one digest, until it is asked for. */
export class LogFeed {
  readonly seam: Seam;
  private readonly tty: boolean;
  private readonly read: (lines: readonly LogLine[]) => LogDigest;
  private readonly frames = new FrameDecoder();
  private readonly out: LineDecoder;
  private readonly err: LineDecoder;
  private digest = emptyDigest;
  private dropped = nothing;
  /** Numbers and no object, since each line changes them. */
  private takenLines = 0;
  private takenBytes = 0;
  private lines: Line[] = [];
  /** A container that is removed by force takes its log along: what was heard of it last is here. */
  private kept: readonly Line[] = [];
  private passedTo: (() => string) | undefined;

  constructor({ tty, newest, state }: Open, read: (lines: readonly LogLine[]) => LogDigest, before: LogFeed | undefined) {
    this.tty = tty;
    this.read = read;
    // What was left here goes on here; else only the newest stamp is known.
    this.seam = state === undefined && before?.seam.newest === newest ? before.seam : new Seam(seamMark(newest, state));
    this.out = new LineDecoder('out', this.letGo, state?.out);
    this.err = new LineDecoder('err', this.letGo, state?.err);
    if (before !== undefined) this.inherit(before);
    if (state === undefined) this.seam.resume();
    else this.frames.push(Buffer.from(state.frame), () => undefined);
  }

  /** Lines and bytes taken that no digest has told yet. */
  get untold(): DroppedLog {
    return { lines: this.takenLines, bytes: this.takenBytes };
  }

  /** The newest lines that were read. */
  get newestLines(): readonly Line[] {
    return this.kept;
  }

  get state(): FeedState {
    return { seam: this.seam.mark, frame: this.frames.leftover(), out: this.out.open, err: this.err.open };
  }

  /** Throws `FrameError` when the bytes are no frames. */
  push(bytes: Buffer, passOver: boolean): void {
    const piece = (stream: Stream, part: Buffer): void => {
      const decoder = stream === 'err' ? this.err : this.out;
      if (passOver) decoder.passOver(part);
      else decoder.push(part, !this.tty, this.add);
    };
    try {
      if (this.tty) piece('out', bytes);
      else this.frames.push(bytes, piece);
    } finally {
      this.settle();
    }
  }

  end(): void {
    this.out.end(this.add);
    this.err.end(this.add);
    this.settle();
  }

  /** What was said since the last call. */
  takeDigest(): LogDigest {
    const { digest, dropped } = this;
    this.digest = emptyDigest;
    this.dropped = nothing;
    this.takenLines = this.takenBytes = 0;
    return dropped.lines === 0 ? digest : { ...digest, dropped };
  }

  private inherit(before: LogFeed): void {
    this.digest = before.digest;
    this.dropped = before.dropped;
    this.takenLines = before.takenLines;
    this.takenBytes = before.takenBytes;
    this.kept = before.kept;
  }

  private readonly add = (line: Line, bytes: number): void => {
    if (!this.seam.admit(line)) return;
    this.takenLines++;
    this.takenBytes += bytes;
    this.lines.push(line);
  };

  private readonly letGo = (bytes: number, stamp: () => string): void => {
    if (this.seam.resuming && !this.seam.pass(stamp())) return;
    this.passedTo = stamp;
    this.dropped = addDropped(this.dropped, { lines: 1, bytes });
    this.takenLines++;
    this.takenBytes += bytes;
  };

  private settle(): void {
    if (this.passedTo !== undefined) this.seam.pass(this.passedTo());
    this.passedTo = undefined;
    if (this.lines.length === 0) return;
    this.digest = joinDigests(this.digest, this.read(this.lines));
    this.kept = newestOf([...this.kept, ...this.lines.slice(-newestCap)]);
    this.lines = [];
  }
}

const seamMark = (newest: string, state: FeedState | undefined): FeedState['seam'] =>
  state?.seam ?? (newest === '' ? { newest, atNewest: [] } : { newest });
