import type { Clock } from '../base/time.ts';
import { fields, time } from './readers.ts';

/** The server's wall clock as seen from here. */
export class ServerClock {
  private offset = 0;
  /** Uncertainty of `now`, ms. */
  plusMinus = 1000;
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Milliseconds since the epoch on the server's clock. */
  now(): number {
    return this.clock.now() + this.offset;
  }

  /** `info`: the engine's answer, asked for and received at these steady times, at wall time `received`. */
  learn(info: unknown, took: number, received: number): void {
    const theirs = time(fields(info)['SystemTime']);
    if (theirs === undefined) return;
    const error = took / 2 + 1;
    const offset = theirs - (received - took / 2);
    // Within the error of the measurement the clocks are the same: an offset made of noise would put looks before their events.
    this.offset = Math.abs(offset) <= error ? 0 : offset;
    this.plusMinus = Math.ceil(error);
  }
}
