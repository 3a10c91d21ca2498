import { z } from 'zod';
import type { ServiceId } from './service.ts';

/** Who asked for quiet. */
export type AskedBy = 'person' | 'model' | 'build';

/** No lease lasts longer, in hours: attention that is away for more than a day is forgotten, not meant. A model gets less. */
export const longestLease: Readonly<Record<AskedBy, number>> = { person: 24, model: 8, build: 2 };

/** A lease on Dozor's attention: dev mode for all (`scope` is `all`), or one service left out. It always has an end. */
export interface Lease {
  readonly id: string;
  readonly scope: 'all' | ServiceId;
  readonly by: AskedBy;
  readonly reason: string;
  /** ms since the epoch */
  readonly since: number;
  readonly until: number;
}

/** All leases in force; a plain value that is stored as it is. */
export interface Attention {
  readonly leases: readonly Lease[];
}

export const fullAttention: Attention = { leases: [] };

const lease = z.object({
  id: z.string(),
  scope: z.string(),
  by: z.enum(['person', 'model', 'build']),
  reason: z.string(),
  since: z.number(),
  until: z.number(),
});

/** Reads stored leases; malformed ones are left out, and nothing gets a later end than `limit` (ms since the epoch). */
export function parseAttention(stored: unknown, limit: number): Attention {
  const list = z.object({ leases: z.array(z.unknown()) }).safeParse(stored);
  if (!list.success) return fullAttention;
  const leases = list.data.leases.flatMap(item => {
    const read = lease.safeParse(item);
    return read.success ? [{ ...read.data, until: Math.min(read.data.until, limit) }] : [];
  });
  return { leases };
}
