import { type Log, reasonOf } from '../base/log.ts';

/** Runs something that may be wrong in a way nobody thought of: a surprise in one part, or in whoever listens, may not end the rest. */
export function safely(log: Log, what: string, run: () => void): void {
  try {
    run();
  } catch (error) {
    log.error(`${what}: ${reasonOf(error)}`);
  }
}
