import type { ServiceId } from './service.ts';

/** Who asked for quiet. */
export type AskedBy = 'person' | 'model' | 'build';

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
