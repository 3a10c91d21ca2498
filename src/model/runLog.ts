import { z } from 'zod';
import type { LogLine } from './logs.ts';
import type { InstanceId } from './service.ts';

const line = z.object({ at: z.number(), stamp: z.string().max(64), stream: z.enum(['out', 'err']), text: z.string().max(20_000) });
const run = z.object({ instance: z.string(), at: z.number(), lines: z.array(z.unknown()) });

/** Most lines that are read back of one run. */
const runLines = 200;

/** The end of a log as it stood when its run ended; `at` is the death, ms. Lines are redacted, oldest first; at most 200, 64 KiB. */
export interface RunLog {
  readonly instance: InstanceId;
  readonly at: number;
  readonly lines: readonly LogLine[];
}

/** Reads what was stored of runs; malformed parts are left out. */
export function parseRunLogs(stored: unknown): readonly RunLog[] {
  if (!Array.isArray(stored)) return [];
  return stored.slice(-4).flatMap(item => {
    const read = run.safeParse(item);
    if (!read.success) return [];
    const lines = read.data.lines.slice(-runLines).flatMap(each => {
      const one = line.safeParse(each);
      return one.success ? [one.data] : [];
    });
    return [{ instance: read.data.instance, at: read.data.at, lines }];
  });
}
