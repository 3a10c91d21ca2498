/** Dozor's own log. Heartbeats are debug, changes of state info, so that a calm day is a short log. */
export interface Log {
  debug(text: string): void;
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** What went wrong, in one line, for a log or a "because". */
export function reasonOf(error: unknown): string {
  if (error instanceof Error) return error.message || error.name;
  try {
    return String(error);
  } catch {
    // An object without a prototype has no words.
    return 'unknown error';
  }
}
