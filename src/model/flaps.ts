import { z } from 'zod';

/** How a service was, best first. */
export const flapStates = ['ok', 'degraded', 'down'] as const;
export type FlapState = (typeof flapStates)[number];

/** Slots that are looked at together, and their length in ms. */
export const flapSlots = 21;
export const flapSlot = 30_000;

const state = z.enum(flapStates);
const ring = z.object({
  states: z.array(state).length(flapSlots),
  fed: z.number().int().min(0).max(flapSlots),
  slot: z.number().int().min(0),
  worst: state.optional(),
  now: state.optional(),
  flapping: z.boolean(),
});

/**
 * The ups and downs of a service: one state per slot of 30 s, the worst that was told in it. Slots in which it was out of sight are left out.
 */
export interface FlapRing {
  /** Of slots that are over, newest last; always 21, at first all ok. */
  readonly states: readonly FlapState[];
  /** How many of them were seen, at most 21. */
  readonly fed: number;
  /** The open slot: ms since the epoch / 30,000. */
  readonly slot: number;
  /** The worst that was told in the open slot; absent when nothing was. */
  readonly worst?: FlapState | undefined;
  /** What was told last, and holds until something else is told; absent while it is out of sight. */
  readonly now?: FlapState | undefined;
  /** It began to go up and down, and did not come to rest yet. */
  readonly flapping: boolean;
}

/** Reads a stored ring; undefined where it is malformed. */
export function parseFlaps(stored: unknown): FlapRing | undefined {
  const read = ring.safeParse(stored);
  return read.success ? read.data : undefined;
}
