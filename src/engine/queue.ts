import type { Disposable } from '../base/emitter.ts';
import type { Clock } from '../base/time.ts';
import type { Observation } from '../model/observation.ts';

/** Longest time that one slice of work may hold the event loop, ms. */
const slice = 8;
const chunk = 64;
/** What waits beyond this is let go; some hundred bytes each. */
const cap = 100_000;

/** Gathers observations and hands them on in small batches, so that a storm never holds the event loop. Order is kept. */
export class Intake implements Disposable {
  private waiting: Observation[] = [];
  /** Where in `waiting` the next batch begins; cutting the list for each batch would copy it as often. */
  private at = 0;
  private ended = false;
  private scheduled: NodeJS.Immediate | undefined;
  private readonly clock: Clock;
  private readonly take: (batch: readonly Observation[]) => void;
  private readonly missed: () => void;
  private missing = false;
  taken = 0;
  dropped = 0;

  /** `missed` is called when the queue is through after it had to let go of something: the world is to be looked at anew. */
  constructor(clock: Clock, take: (batch: readonly Observation[]) => void, missed: () => void) {
    this.clock = clock;
    this.take = take;
    this.missed = missed;
  }

  get queued(): number {
    return this.waiting.length - this.at;
  }

  push(seen: Observation): void {
    if (this.ended) return;
    if (this.queued >= cap) {
      this.dropped++;
      this.missing = true;
      return;
    }
    this.waiting.push(seen);
    this.schedule();
  }

  /** Takes in all that waits, at once. */
  drainNow(): void {
    this.work(Number.POSITIVE_INFINITY);
  }

  private work(limit: number): void {
    if (this.scheduled !== undefined) clearImmediate(this.scheduled);
    this.scheduled = undefined;
    const began = this.clock.steady();
    try {
      do {
        const batch = this.waiting.slice(this.at, this.at + chunk);
        // Counted before they are taken: a batch that throws must not come again.
        this.at += batch.length;
        this.taken += batch.length;
        if (batch.length > 0) this.take(batch);
      } while (this.queued > 0 && this.clock.steady() - began < limit);
    } finally {
      this.waiting = this.waiting.slice(this.at);
      this.at = 0;
      if (this.queued > 0) this.schedule();
      else this.settle();
    }
  }

  private settle(): void {
    if (!this.missing) return;
    this.missing = false;
    this.missed();
  }

  private schedule(): void {
    this.scheduled ??= setImmediate(() => this.work(slice));
  }

  /** Lets go of what waits. */
  clear(): void {
    this.waiting = [];
    this.at = 0;
  }

  dispose(): void {
    this.ended = true;
    if (this.scheduled !== undefined) clearImmediate(this.scheduled);
    this.clear();
  }
}

/** Fires at once for the first beat, and then at most once per `every` ms; the last beat is never lost. */
export class Pulse implements Disposable {
  private resting: Disposable | undefined;
  private again = false;
  private readonly clock: Clock;
  private readonly every: number;
  private readonly fire: () => void;

  constructor(clock: Clock, every: number, fire: () => void) {
    this.clock = clock;
    this.every = every;
    this.fire = fire;
  }

  beat(): void {
    if (this.resting !== undefined) {
      this.again = true;
      return;
    }
    this.resting = this.clock.after(this.every, () => this.rest());
    this.fire();
  }

  private rest(): void {
    this.resting = undefined;
    if (!this.again) return;
    this.again = false;
    this.beat();
  }

  dispose(): void {
    this.resting?.dispose();
  }
}
