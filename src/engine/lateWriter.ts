import type { Disposable } from '../base/emitter.ts';
import type { Clock } from '../base/time.ts';
import type { ServiceId } from '../model/service.ts';

/** Each write waits for the disk: `after` ms after the first change `width` services are written, then as many each `pause` ms. */
export interface Pace {
  readonly after: number;
  readonly width: number;
  readonly pause: number;
}

/** Writes what changed of services a little later, a few at a time. */
export class LateWriter {
  private readonly dirty = new Set<ServiceId>();
  private timer: Disposable | undefined;
  private readonly clock: Clock;
  private readonly pace: Pace;
  private readonly write: (id: ServiceId) => void;

  constructor(clock: Clock, pace: Pace, write: (id: ServiceId) => void) {
    this.clock = clock;
    this.pace = pace;
    this.write = write;
  }

  mark(id: ServiceId): void {
    this.dirty.add(id);
    this.timer ??= this.clock.after(this.pace.after, () => this.some());
  }

  /** Writes one now if it waits. */
  now(id: ServiceId): void {
    if (this.dirty.delete(id)) this.write(id);
  }

  /** Writes all that wait now; may be used on. */
  flush(): void {
    this.timer?.dispose();
    this.timer = undefined;
    for (const id of [...this.dirty]) this.now(id);
  }

  private some(): void {
    this.timer = undefined;
    for (const id of [...this.dirty].slice(0, this.pace.width)) this.now(id);
    if (this.dirty.size > 0) this.timer = this.clock.after(this.pace.pause, () => this.some());
  }
}
