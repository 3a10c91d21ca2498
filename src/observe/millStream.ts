import { seconds } from '../base/time.ts';
import { FrameError } from '../connect/frames.ts';
import type { DroppedLog, LogDigest, LogLine } from '../model/logs.ts';
import type { ServiceId } from '../model/service.ts';
import { Bucket } from './bucket.ts';
import { emptyDigest, joinDigests } from './joinDigests.ts';
import type { LogHost } from './logHost.ts';
import type { Order, Reply } from './logOrders.ts';
import { sinceOf } from './seam.ts';
import { slotBytes } from './slotPool.ts';

/** Whose log it is, and how its bytes are to be read. */
export interface LogOf {
  readonly service: ServiceId;
  readonly pattern: string | undefined;
  readonly tty: boolean;
}

/** What a stream needs of its mill. */
export interface Mill {
  hostOf(service: ServiceId): LogHost;
  /** Waits until so many bytes more may be taken in, all logs together. */
  room(bytes: number): Promise<void>;
  /** A log comes faster than it is read. */
  behind(): void;
  /** ms, monotonic. */
  steady(): number;
}

/** Slots of one log under way; and from how many bytes on the reading is behind. */
const mostUnderWay = 4;
const behindAt = 1.5 * slotBytes;
/** ms: a burst waits so long for the reading. After that, what comes while it is behind is only counted, until it has kept up as long. */
const patience = seconds(1);

type OfFeed<O> = O extends { feed: string } ? Omit<O, 'feed'> : never;

/** One log on its way through the mill: bytes in, digests out, in order. It outlives the runs of its reader, and the thread that reads. */
export class MillStream {
  /** Stamp of the newest line taken; empty before the first. */
  private newest = '';
  private of: LogOf = { service: '', pattern: undefined, tty: false };
  private host: LogHost;
  private life = -1;
  private lost = false;
  private fault: string | undefined;
  private staged: Buffer[] = [];
  private size = 0;
  private readonly underWay = new Set<Promise<void>>();
  private bytesUnderWay = 0;
  /** When the reading fell behind, and when it last was; ms. */
  private behindSince: number | undefined;
  private behindAt = 0;
  private turn: Promise<unknown> = Promise.resolve();
  /** Digested elsewhere, and not told yet. */
  private held = emptyDigest;
  /** Taken there, and not told yet. */
  private untold: DroppedLog = { lines: 0, bytes: 0 };
  /** Bytes that a thread died on. They come again; then they are counted and not read. */
  private feared = 0;
  private readonly bucket: Bucket;
  private readonly mill: Mill;
  private readonly feed: string;

  constructor(mill: Mill, feed: string, service: ServiceId) {
    this.mill = mill;
    this.feed = feed;
    this.host = mill.hostOf(service);
    this.bucket = new Bucket(this.host.readRate, mill.steady(), this.host.readBurst);
  }

  /** The query's `since` for going on; undefined before the first line. */
  get since(): string | undefined {
    return sinceOf(this.newest);
  }

  /** The log is read anew, from `since` on or from before it. */
  open(of: LogOf): void {
    this.of = of;
    const host = this.mill.hostOf(of.service);
    // A thread that could never be started did not die of these bytes.
    if (host !== this.host) this.feared = 0;
    this.host = host;
    this.life = host.life;
    this.lost = false;
    this.fault = undefined;
    this.staged = [];
    this.size = 0;
    void this.tell({ kind: 'open', ...of, newest: this.newest });
  }

  /** Resolves when more may be read: false once it must be opened anew. Rejects with `FrameError` when the bytes are no log. */
  async push(chunk: Buffer): Promise<boolean> {
    this.staged.push(chunk);
    this.size += chunk.length;
    if (this.size >= slotBytes) await this.inTurn(() => this.flush(slotBytes));
    this.check();
    return !this.lost;
  }

  /** No more bytes come. Rejects with `FrameError`. */
  async end(): Promise<void> {
    await this.inTurn(async () => {
      await this.flush(1);
      await this.tell({ kind: 'end' });
    });
    this.check();
  }

  /** What was said since the last digest, and what was let go. Never rejects. */
  async digest(): Promise<LogDigest> {
    const { reply } = await this.inTurn(async () => {
      await this.flush(1);
      // Not waited for in this turn: the next bytes need not wait for the answer.
      return { reply: this.tell({ kind: 'digest' }) };
    });
    const told = (await reply)?.digest ?? emptyDigest;
    const { held } = this;
    this.held = emptyDigest;
    return joinDigests(held, told);
  }

  /** The newest lines that were read, told or not. Empty where the thread that read them is gone. Never rejects. */
  async newestLines(): Promise<readonly LogLine[]> {
    const { reply } = await this.inTurn(async () => {
      await this.flush(1);
      return { reply: this.tell({ kind: 'newest' }) };
    });
    return (await reply)?.lines ?? [];
  }

  private check(): void {
    if (this.fault !== undefined) throw new FrameError(this.fault);
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(work);
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  private async flush(least: number): Promise<void> {
    while (this.size >= least && !this.lost) await this.sendSome();
    if (!this.lost) return;
    this.staged = [];
    this.size = 0;
  }

  private async sendSome(): Promise<void> {
    while (this.underWay.size >= mostUnderWay) await Promise.race(this.underWay);
    await this.mill.room(Math.min(this.size, slotBytes));
    await this.moveIfDue();
    const { host } = this;
    const slot = await host.slots.take();
    if (slot === undefined) this.lose(0);
    if (slot === undefined || this.lost) return;
    const bytes = this.fill(slot);
    const passOver = this.passesOver(bytes.length);
    const sent = this.tell({ kind: 'bytes', bytes, passOver }).then(() => {
      host.slots.give(slot);
      this.underWay.delete(sent);
      this.bytesUnderWay -= bytes.length;
    });
    this.underWay.add(sent);
    this.bytesUnderWay += bytes.length;
  }

  private fill(slot: Buffer): Buffer {
    let at = 0;
    while (at < slot.length) {
      const [chunk] = this.staged;
      if (chunk === undefined) break;
      const taken = chunk.copy(slot, at);
      at += taken;
      if (taken === chunk.length) this.staged.shift();
      else this.staged[0] = chunk.subarray(taken);
    }
    this.size -= at;
    return slot.subarray(0, at);
  }

  private passesOver(bytes: number): boolean {
    if (this.feared > 0) {
      this.feared -= bytes;
      return true;
    }
    return this.isLate() || !this.bucket.take(bytes, this.mill.steady());
  }

  private isLate(): boolean {
    const now = this.mill.steady();
    if (this.bytesUnderWay < behindAt) {
      if (now - this.behindAt > patience) this.behindSince = undefined;
      return false;
    }
    this.behindAt = now;
    this.behindSince ??= now;
    this.mill.behind();
    return now - this.behindSince > patience;
  }

  /** Another thread has taken over this half of the services: it goes on to the byte where this one stops. */
  private async moveIfDue(): Promise<void> {
    const next = this.mill.hostOf(this.of.service);
    if (next === this.host || this.lost) return;
    const left = await this.tell({ kind: 'leave' });
    if (left === undefined || this.lost) return;
    this.held = joinDigests(this.held, left.digest ?? emptyDigest);
    this.host = next;
    this.life = next.life;
    void this.tell({ kind: 'open', ...this.of, newest: this.newest, state: left.state });
  }

  private async tell(order: OfFeed<Order>): Promise<Reply | undefined> {
    const { host, life } = this;
    const bytes = order.kind === 'bytes' ? order.bytes.length : 0;
    if (host.life !== life) return this.lose(bytes);
    const reply = await host.send({ ...order, feed: this.feed });
    if (host !== this.host || life !== this.life) return undefined;
    if (reply === undefined) return this.lose(bytes);
    this.newest = reply.newest ?? this.newest;
    this.untold = reply.untold ?? this.untold;
    this.fault ??= reply.fault;
    return reply;
  }

  /** What was taken there and not told is gone; what had not been taken comes again once it is opened anew. */
  private lose(bytes: number): undefined {
    if (this.untold.lines > 0) this.held = joinDigests(this.held, { ...emptyDigest, dropped: this.untold });
    this.untold = { lines: 0, bytes: 0 };
    this.feared += bytes;
    this.lost = true;
    return undefined;
  }
}
