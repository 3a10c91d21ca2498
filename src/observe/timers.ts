import type { Disposable } from '../base/emitter.ts';
import type { Clock } from '../base/time.ts';

/** Timers by name: asking for one that runs already changes nothing, so many reasons make one run. */
export class Timers implements Disposable {
  private readonly running = new Map<string, Disposable>();
  private over = false;
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  has(name: string): boolean {
    return this.running.has(name);
  }

  /** Runs once, `ms` from now. */
  later(name: string, ms: number, run: () => void): void {
    if (this.over || this.running.has(name)) return;
    const timer = this.clock.after(ms, () => {
      this.running.delete(name);
      run();
    });
    this.running.set(name, timer);
  }

  /** Runs again and again, `ms` after the last run has ended. `run` must not reject. */
  every(name: string, ms: number, run: () => Promise<void>): void {
    this.later(name, ms, () => void run().then(() => this.every(name, ms, run)));
  }

  cancel(name: string): void {
    this.running.get(name)?.dispose();
    this.running.delete(name);
  }

  dispose(): void {
    this.over = true;
    for (const timer of this.running.values()) timer.dispose();
    this.running.clear();
  }
}
