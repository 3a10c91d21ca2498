import assert from 'node:assert/strict';
import { feed, flapChanges, flapPercent, newFlaps, passed } from '../../src/diagnose/flapping.ts';
import { type FlapRing, type FlapState, flapSlot, flapSlots, flapStates, parseFlaps } from '../../src/model/flaps.ts';
import { noon } from '../fakes/make.ts';
import { fc } from '../fakes/seeded.ts';

/** A ring's states in which exactly these of the 20 steps are changes; 20 is the newest. */
function changedAt(...steps: readonly number[]): FlapState[] {
  let state: FlapState = 'ok';
  return Array.from({ length: flapSlots }, (_, x) => {
    if (steps.includes(x)) state = state === 'ok' ? 'down' : 'ok';
    return state;
  });
}

const near = (actual: number, expected: number): void => assert.ok(Math.abs(actual - expected) < 0.05, `${actual}, not ${expected}`);

/** One state per slot, each told in the middle of its slot. */
const told = (states: readonly (FlapState | undefined)[], ring = newFlaps(noon)): FlapRing =>
  states.reduce<FlapRing>((fed, state, i) => feed(fed, state, noon + (i + 0.5) * flapSlot), ring);
const later = (ring: FlapRing, slots: number): FlapRing => passed(ring, noon + slots * flapSlot);
const upDown = (slots: number): FlapState[] => Array.from({ length: slots }, (_, i) => (i % 2 === 0 ? 'ok' : 'down'));

const states = fc.array(fc.constantFrom(...flapStates), { minLength: flapSlots, maxLength: flapSlots });
const feeds = fc.array(fc.record({ wait: fc.integer({ min: 0, max: 3 * flapSlot }), state: fc.constantFrom(...flapStates, undefined) }), {
  maxLength: 60,
});

function played(all: readonly { readonly wait: number; readonly state: FlapState | undefined }[]): { ring: FlapRing; at: number } {
  let [ring, at] = [newFlaps(noon), noon];
  for (const { wait, state } of all) {
    at += wait;
    ring = feed(ring, state, at);
  }
  return { ring, at };
}

describe('The share of changes', () => {
  it('is 24.2 % where the four newest changed, and 35.5 % where the six newest did', () => {
    near(flapPercent(changedAt(17, 18, 19, 20)), 24.2);
    near(flapPercent(changedAt(15, 16, 17, 18, 19, 20)), 35.5);
  });

  it('is 6.25 % for one change alone, and 5 % at most ten slots later', () => {
    near(flapPercent(changedAt(20)), 6.25);
    assert.ok(flapPercent(changedAt(10)) <= 5);
    assert.ok(flapPercent(changedAt(11)) > 5);
  });

  it('is 100 % where each slot differs from the one before', () => near(flapPercent(changedAt(...Array(flapSlots).keys())), 100));

  it('is 0 while nothing changes', () => {
    for (const state of flapStates) assert.equal(flapPercent(Array<FlapState>(flapSlots).fill(state)), 0);
  });

  it('lies within 0 and 100, and is 0 only without a change', () =>
    fc.assert(
      fc.property(states, all => {
        const percent = flapPercent(all);
        assert.ok(percent >= 0 && percent <= 100 + 1e-9);
        assert.equal(percent === 0, flapChanges(all) === 0);
      }),
    ));

  it('does not depend on which states they are, only on where they change', () =>
    fc.assert(
      fc.property(states, all => {
        const renamed = all.map(state => flapStates[(flapStates.indexOf(state) + 1) % 3] ?? 'ok');
        assert.equal(flapPercent(renamed), flapPercent(all));
      }),
    ));

  it('of the same changes sinks with each slot that passes, by the same for each change', () =>
    fc.assert(
      fc.property(states, all => {
        const still = [...all.slice(1), all.at(-1) ?? 'ok'];
        const lost = all[1] === all[0] ? 0 : 1;
        const kept = flapChanges(all) - lost;
        near(flapPercent(all) - flapPercent(still), 5 * (lost * 0.75 + (kept * 0.5) / 19));
      }),
    ));
});

describe('A ring of states', () => {
  it('begins full of ok, is judged from ten slots on, and then says at once what it saw', () => {
    const early = later(told(upDown(9)), 9);
    assert.ok(flapPercent(early.states) >= 20);
    assert.equal(early.flapping, false);
    assert.equal(later(told(upDown(10)), 10).flapping, true);
  });

  it('flaps from 20 % on until 5 %, and nothing changes in between', () => {
    const calm = told(Array<FlapState>(12).fill('ok'));
    const flips: FlapState[] = ['down', 'ok', 'down', 'ok'];
    const at = (i: number): number => noon + (12 + i) * flapSlot;
    const three = flips.slice(0, 3).reduce<FlapRing>((ring, state, i) => feed(ring, state, at(i)), calm);
    assert.equal(passed(three, at(3)).flapping, false);
    const four = feed(three, 'ok', at(3));
    assert.equal(passed(four, at(4)).flapping, true);
    const ends = Array.from({ length: 30 }, (_, i) => passed(four, at(4 + i)));
    const percents = ends.map(({ states: each }) => flapPercent(each));
    assert.ok(percents.some(percent => percent < 20 && percent > 5));
    for (const [i, ring] of ends.entries()) assert.equal(ring.flapping, (percents[i] ?? 0) > 5, `${percents[i]} %`);
  });

  it('takes the worst that was told in a slot, a crash and a restart within one as down', () => {
    const ring = feed(feed(feed(newFlaps(noon), 'ok', noon), 'down', noon + 1000), 'ok', noon + 2000);
    assert.deepEqual(later(ring, 2).states.slice(-2), ['down', 'ok']);
  });

  it('takes what was told last for a slot in which nothing was', () =>
    assert.deepEqual(later(told(['ok', 'degraded']), 5).states.slice(-5), ['ok', 'degraded', 'degraded', 'degraded', 'degraded']));

  it('leaves out the slots in which its service was out of sight', () => {
    const ring = later(told(['ok', 'down', undefined, undefined, undefined, 'ok']), 6);
    assert.deepEqual(ring.states.slice(-4), ['ok', 'ok', 'down', 'ok']);
    assert.equal(ring.fed, 3);
  });

  it('never flaps in a constant state, whichever it is', () => {
    for (const state of flapStates) {
      const ring = told(Array<FlapState>(60).fill(state));
      for (let slots = 60; slots < 90; slots++) assert.equal(later(ring, slots).flapping, false);
    }
  });

  it('stays the same ring while all stays well', () => {
    const ring = feed(newFlaps(noon), 'ok', noon);
    assert.equal(feed(ring, 'ok', noon + 90 * flapSlot), ring);
  });

  it('is the same whether slots are closed one by one or when something is told', () =>
    fc.assert(
      fc.property(feeds, all => {
        let [lazy, eager, at] = [newFlaps(noon), newFlaps(noon), noon];
        for (const { wait, state } of all) {
          for (let step = 0; step < wait; step += flapSlot / 4) eager = passed(eager, at + step);
          at += wait;
          lazy = feed(lazy, state, at);
          eager = feed(eager, state, at);
        }
        at += 50 * flapSlot;
        assert.deepEqual(passed(lazy, at), passed(eager, at));
      }),
    ));

  it('forgets nothing by a long absence of news, and is whole again after any time', () =>
    fc.assert(
      fc.property(feeds, fc.integer({ min: 31, max: 1e9 }), (all, slots) => {
        const { ring, at } = played(all);
        const whole = passed(ring, at + slots * flapSlot);
        assert.equal(whole.states.length, flapSlots);
        if (ring.now !== undefined) assert.deepEqual([flapPercent(whole.states), whole.flapping, whole.fed], [0, false, flapSlots]);
      }),
    ));

  it('can be stored and read again, and what is malformed is not read', () => {
    fc.assert(
      fc.property(feeds, all => {
        const { ring } = played(all);
        assert.deepEqual(JSON.parse(JSON.stringify(parseFlaps(JSON.parse(JSON.stringify(ring))))), JSON.parse(JSON.stringify(ring)));
      }),
    );
    const ring = newFlaps(noon);
    const broken = [undefined, null, [], {}, { ...ring, states: [] }, { ...ring, fed: 99 }, { ...ring, slot: Number.NaN }];
    for (const stored of [...broken, { ...ring, now: 'fine' }, { ...ring, states: Array(5000).fill('ok') }]) {
      assert.equal(parseFlaps(stored), undefined);
    }
  });
});
