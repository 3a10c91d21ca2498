import type { Disposable } from './emitter.ts';

/** Where time comes from. Passed in, so that tests own it. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch. */
  now(): number;
  /** Monotonic, milliseconds; for durations only, because the wall clock may jump. */
  steady(): number;
  /** Runs `run` once after `ms` milliseconds, unless disposed first. */
  after(ms: number, run: () => void): Disposable;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return { dispose: () => clearTimeout(timer) };
  },
};

export const seconds = (n: number): number => n * 1000;
export const minutes = (n: number): number => n * 60_000;
export const hours = (n: number): number => n * 3_600_000;

/** Resolves after `ms`, or at once when the signal aborts; it never rejects. */
export function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal?.aborted) return resolve();
    const done = (): void => {
      timer.dispose();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = clock.after(ms, done);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** A backoff is a value: each step gives the wait and the next backoff. */
export interface Backoff {
  readonly wait: number;
  next(): Backoff;
}

/**
 * Exponential backoff with full jitter, in milliseconds.
 * `random` gives 0…1; the wait is drawn from [cap/2, cap] of the present step so that a retry is never immediate.
 */
export function backoff(first: number, limit: number, random: () => number = Math.random): Backoff {
  const step = Math.min(first, limit);
  return { wait: step / 2 + (random() * step) / 2, next: () => backoff(step * 2, limit, random) };
}
