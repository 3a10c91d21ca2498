/** Largest answer in bytes and longest wait for it in ms; 0 ms leaves the wait to the caller's signal. */
export interface Limits {
  readonly ms: number;
  readonly bytes: number;
}

const MiB = 1024 * 1024;

const rows: readonly (readonly [path: RegExp, limits: Limits])[] = [
  [/^\/containers\/json/, { ms: 15_000, bytes: 64 * MiB }],
  [/^\/containers\/[^/]+\/json/, { ms: 5000, bytes: 4 * MiB }],
  // The engine waits for the container's own grace period here, so the caller knows how long is too long.
  [/^\/containers\/[^/]+\/(?:stop|restart)/, { ms: 0, bytes: MiB }],
];

const others: Limits = { ms: 5000, bytes: MiB };

/** What a call of the engine may cost, by its path. */
export const limitsOf = (path: string): Limits => rows.find(([find]) => find.test(path))?.[1] ?? others;
