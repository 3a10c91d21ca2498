import { z } from 'zod';
import type { Make } from './change.ts';
import type { InstanceId } from './service.ts';

/** A make and its newest run. */
export interface MadeRun {
  readonly make: Make;
  readonly instance: InstanceId;
  /** When that run began, or was last seen unhealthy, ms. */
  readonly from: number;
}

/** The makes of a service that are remembered, over recreates and reloads. */
export interface Makes {
  readonly now: MadeRun;
  /** When the present make began to run, ms. */
  readonly since: number;
  /** The newest other make that ran in peace, and for how long, ms. */
  readonly stable?: { readonly make: Make; readonly ran: number };
}

const make = z.object({
  image: z.string(),
  imageId: z.string(),
  env: z.record(z.string(), z.string()),
  command: z.string(),
  mounts: z.array(z.string()),
  networks: z.array(z.string()),
  limits: z.record(z.string(), z.number()),
  composeHash: z.string().optional(),
});

const makes = z.object({
  now: z.object({ make, instance: z.string(), from: z.number() }),
  since: z.number(),
  stable: z.object({ make, ran: z.number() }).optional(),
});

/** Reads stored makes; undefined for anything malformed. */
export function parseMakes(stored: unknown): Makes | undefined {
  const read = makes.safeParse(stored);
  return read.success ? (read.data as Makes) : undefined;
}
