import type { Disposable } from '../base/emitter.ts';
import { type Clock, hours } from '../base/time.ts';
import { current, type LeaseWish, nextEnd, withLease, withoutLease } from '../decide/devMode.ts';
import { type AskedBy, type Attention, type Lease, parseAttention } from '../model/attention.ts';
import type { ServiceId } from '../model/service.ts';
import type { Memory } from '../remember/memory.ts';

const stored = 'attention';

/** Holds the leases: kept in memory with their end, so that a reload neither loses nor prolongs them, and ended on time. */
export class AttentionKeeper implements Disposable {
  private attention: Attention;
  private timer: Disposable | undefined;
  private readonly memory: Memory;
  private readonly clock: Clock;
  private readonly changed: () => void;

  constructor(memory: Memory, clock: Clock, changed: () => void) {
    this.memory = memory;
    this.clock = clock;
    this.changed = changed;
    this.attention = current(parseAttention(memory.get(stored), clock.now() + hours(24)), clock.now());
    this.schedule();
  }

  get(): Attention {
    return current(this.attention, this.clock.now());
  }

  lease(wish: LeaseWish): Lease {
    const next = withLease(this.attention, wish, this.clock.now());
    this.set(next.attention);
    return next.lease;
  }

  end(scope: 'all' | ServiceId, by: AskedBy): number {
    const next = withoutLease(this.attention, scope, by, this.clock.now());
    if (next.ended > 0) this.set(next.attention);
    return next.ended;
  }

  private set(attention: Attention): void {
    this.attention = attention;
    this.memory.put(stored, attention);
    this.schedule();
    this.changed();
  }

  private schedule(): void {
    this.timer?.dispose();
    this.timer = undefined;
    const end = nextEnd(this.attention, this.clock.now());
    if (end === undefined) return;
    this.timer = this.clock.after(Math.max(0, end - this.clock.now()) + 5, () => this.set(current(this.attention, this.clock.now())));
  }

  dispose(): void {
    this.timer?.dispose();
  }
}
