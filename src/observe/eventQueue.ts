import type { EngineEvent } from './dockerEvents.ts';

const queueCap = 5000;
const sliceMs = 8;
const stormPerSecond = 200;

/**
 * Stands between the stream and those who act on it: the read loop only enqueues, events are handled in slices of at most 8 ms.
 * It knows a storm (200 events a second, or more than it can hold) and says when one is over.
 */
export class EventQueue {
  private items: EngineEvent[] = [];
  private open = false;
  private scheduled = false;
  private second = 0;
  private count = 0;
  /** Events that did not fit. */
  dropped = 0;
  private readonly steady: () => number;
  private readonly handle: (event: EngineEvent) => void;

  constructor(steady: () => number, handle: (event: EngineEvent) => void) {
    this.steady = steady;
    this.handle = handle;
  }

  /** Events are handled as they come. */
  get isOpen(): boolean {
    return this.open;
  }

  get stormy(): boolean {
    return this.count >= stormPerSecond && this.steady() - this.second < 2000;
  }

  push(event: EngineEvent): void {
    const now = this.steady();
    if (now - this.second >= 1000) {
      this.second = now;
      this.count = 0;
    }
    this.count++;
    if (this.items.length >= queueCap) {
      this.items.shift();
      this.dropped++;
    }
    this.items.push(event);
    this.schedule();
  }

  /** What has gathered so far, taken out. */
  take(): EngineEvent[] {
    const taken = this.items;
    this.items = [];
    return taken;
  }

  /** From now on events are handled as they come. */
  start(): void {
    this.open = true;
    this.schedule();
  }

  stop(): void {
    this.open = false;
    this.items = [];
  }

  private schedule(): void {
    if (!this.open || this.scheduled || this.items.length === 0) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.drain();
      this.schedule();
    });
  }

  private drain(): void {
    const end = this.steady() + sliceMs;
    let done = 0;
    for (const event of this.items) {
      if (!this.open || this.steady() > end) break;
      done++;
      this.handle(event);
    }
    this.items = this.items.slice(done);
  }
}
