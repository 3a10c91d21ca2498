import type { Clock } from '../base/time.ts';
import { isLoss } from '../connect/apiError.ts';
import type { DockerApi } from '../connect/dockerApi.ts';
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

  /** Asks the engine for its time. Rejects with `ApiError` when the engine is out of reach. */
  async ask(api: DockerApi, signal: AbortSignal): Promise<void> {
    const began = this.clock.steady();
    try {
      const theirs = time(fields(await api.info(signal))['SystemTime']);
      if (theirs !== undefined) this.learn(theirs, this.clock.steady() - began);
    } catch (error) {
      // A proxy in front of the socket may forbid this call alone; watching needs it not.
      if (isLoss(error)) throw error;
    }
  }

  /** The engine said `theirs` at some moment of the `took` ms that end now. */
  learn(theirs: number, took: number): void {
    const error = took / 2 + 1;
    const offset = theirs - (this.clock.now() - took / 2);
    // Within the error of the measurement the clocks are the same: an offset made of noise would put looks before their events.
    this.offset = Math.abs(offset) <= error ? 0 : offset;
    this.plusMinus = Math.ceil(error);
  }
}
