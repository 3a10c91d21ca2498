import { z } from 'zod';

const death = z.object({
  instance: z.string(),
  at: z.number(),
  nano: z.string(),
  exit: z.number().optional(),
  exitFrom: z.enum(['inspect', 'event']).optional(),
  oom: z.boolean(),
  intended: z.boolean(),
  inferred: z.boolean(),
  ran: z.number().optional(),
});

/**
 * One death in our own ledger, because the engine's ring forgets and a start resets its count.
 * `at` in ms; `exit` from inspect where it was in time, else the event's claim; `intended` when a person or the engine ended it;
 * `inferred` when found by comparing looks; `ran` is the length of the run in ms.
 */
export interface Death {
  readonly instance: string;
  readonly at: number;
  readonly nano: string;
  readonly exit?: number;
  readonly exitFrom?: 'inspect' | 'event';
  readonly oom: boolean;
  readonly intended: boolean;
  readonly inferred: boolean;
  readonly ran?: number;
}

/** Reads a stored ledger; anything malformed is left out. */
export function parseDeaths(stored: unknown): readonly Death[] {
  if (!Array.isArray(stored)) return [];
  return stored.flatMap(item => {
    const read = death.safeParse(item);
    return read.success ? [read.data as Death] : [];
  });
}
