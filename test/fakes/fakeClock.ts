import type { Disposable } from '../../src/base/emitter.ts';
import type { Clock } from '../../src/base/time.ts';

interface Timer {
  readonly due: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that stands still until it is told to go on; timers run in the order they are due. All in ms. */
export class FakeClock implements Clock {
  private wall: number;
  private mono = 0;
  private timers: Timer[] = [];
  private order = 0;

  constructor(wall: number) {
    this.wall = wall;
  }

  now = (): number => this.wall;
  steady = (): number => this.mono;

  after(ms: number, run: () => void): Disposable {
    const timer = { due: this.mono + Math.max(0, ms), order: this.order++, run };
    this.timers.push(timer);
    return {
      dispose: () => {
        this.timers = this.timers.filter(other => other !== timer);
      },
    };
  }

  /** Waits of the timers that are set, ms, soonest first. */
  get waits(): number[] {
    return this.timers.map(timer => timer.due - this.mono).sort((a, b) => a - b);
  }

  /** Lets time pass; a timer that is due within it runs at its moment, also one that was set meanwhile. */
  advance(ms: number): void {
    const end = this.mono + ms;
    for (let next = this.next(end); next !== undefined; next = this.next(end)) {
      this.pass(next.due - this.mono);
      this.timers = this.timers.filter(other => other !== next);
      next.run();
    }
    this.pass(end - this.mono);
  }

  private next(end: number): Timer | undefined {
    return this.timers.filter(timer => timer.due <= end).sort((a, b) => a.due - b.due || a.order - b.order)[0];
  }

  private pass(ms: number): void {
    this.wall += ms;
    this.mono += ms;
  }
}

/** Lets promises and immediates that are ready run, as often as `times`. */
export async function turns(times = 10): Promise<void> {
  for (let i = 0; i < times; i++) await new Promise(resolve => setImmediate(resolve));
}

/** Waits in turns of the event loop, real sockets included; rejects after 10 s, so that a test fails instead of hanging. */
export async function until(fits: () => boolean): Promise<void> {
  const end = performance.now() + 10_000;
  while (!fits()) {
    if (performance.now() > end) throw new Error(`did not come true within 10 s: ${fits}`);
    await turns(1);
  }
}
