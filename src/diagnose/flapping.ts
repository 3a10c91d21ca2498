import { type FlapRing, type FlapState, flapSlot, flapSlots, flapStates } from '../model/flaps.ts';

/** It flaps from this share of weighted changes on, and no longer at that one, %. Between the two nothing changes. */
const [startsAt, endsAt] = [20, 5];
/** Fewer slots say nothing. */
const judgedFrom = 10;
/** After so many slots of one state nothing of what was before is left: more need not be filled. */
const enough = flapSlots + judgedFrom;

const slotOf = (at: number): number => Math.max(0, Math.floor(at / flapSlot));

/** The ring of a service that was first seen at `at` (ms): all ok, and nothing seen yet. */
export const newFlaps = (at: number): FlapRing => ({
  states: Array<FlapState>(flapSlots).fill('ok'),
  fed: 0,
  slot: slotOf(at),
  flapping: false,
});

/**
 * Weighted share of changes, 0…100 %: (100 / 20) · Σ w_x · [s_x ≠ s_{x−1}] over x = 1…20, w_x = 0.75 + 0.5 · (x − 1) / 19, so that newer
 * changes weigh more and the weights sum to 20. The formula is that of Nagios (base/flapping.c).
 */
export function flapPercent(states: readonly FlapState[]): number {
  const last = flapSlots - 1;
  let sum = 0;
  for (let x = 1; x <= last; x++) if (states[x] !== states[x - 1]) sum += 0.75 + (0.5 * (x - 1)) / (last - 1);
  return (100 / last) * sum;
}

/** How often the state changed within the ring. */
export const flapChanges = (states: readonly FlapState[]): number => states.filter((state, i) => i > 0 && state !== states[i - 1]).length;

/** Takes in how the service is at `at` (ms), undefined while it is out of sight. The same ring where that says nothing new. */
export function feed(ring: FlapRing, state: FlapState | undefined, at: number): FlapRing {
  // That all is still well makes no slot worse, so that calm services cost nothing.
  if (state === ring.now && (state === undefined || state === 'ok')) return ring;
  const open = passed(ring, at);
  const worst = state === undefined ? open.worst : worse(open.worst, state);
  return open === ring && open.worst === worst && open.now === state ? ring : { ...open, worst, now: state };
}

const worse = (a: FlapState | undefined, b: FlapState): FlapState =>
  a !== undefined && flapStates.indexOf(a) > flapStates.indexOf(b) ? a : b;

/** Closes the slots that are over at `at` (ms); those in which nothing was told take the state that holds. */
export function passed(ring: FlapRing, at: number): FlapRing {
  const over = slotOf(at) - ring.slot;
  if (over <= 0) return ring;
  let next = closed(ring, ring.worst ?? ring.now);
  for (let i = Math.min(over - 1, enough); i > 0; i--) next = closed(next, ring.now);
  return { ...next, slot: ring.slot + over, worst: undefined };
}

function closed(ring: FlapRing, state: FlapState | undefined): FlapRing {
  if (state === undefined) return ring;
  const states = [...ring.states.slice(1), state];
  const fed = Math.min(flapSlots, ring.fed + 1);
  return { ...ring, states, fed, flapping: fed < judgedFrom ? false : judge(flapPercent(states), ring.flapping) };
}

const judge = (percent: number, before: boolean): boolean => percent >= startsAt || (before && percent > endsAt);
