import assert from 'node:assert/strict';
import { Intake, Pulse } from '../../src/engine/queue.ts';
import type { Observation } from '../../src/model/observation.ts';
import { FakeClock, turns } from '../fakes/fakeClock.ts';
import { noon, synced } from '../fakes/make.ts';

const some = (count: number, from = 0): Observation[] => Array.from({ length: count }, (_, i) => synced(from + i));

describe('The intake', () => {
  let clock: FakeClock;
  let batches: number[][];
  let intake: Intake;
  let missed: number;
  const took = (): number[] => batches.flat();
  const push = (list: readonly Observation[]): void => {
    for (const seen of list) intake.push(seen);
  };

  beforeEach(() => {
    clock = new FakeClock(noon);
    batches = [];
    missed = 0;
    intake = new Intake(
      clock,
      batch => {
        batches.push(batch.map(seen => seen.at));
        // Each batch takes 5 ms, so that a slice of 8 ms holds two.
        clock.advance(5);
      },
      () => void missed++,
    );
  });

  it('hands on what came, in order, in batches, after the present turn', async () => {
    push(some(100));
    assert.deepEqual([took(), intake.queued], [[], 100]);
    await turns(1);
    assert.deepEqual(
      took(),
      some(100).map(seen => seen.at),
    );
    assert.deepEqual(
      batches.map(batch => batch.length),
      [64, 36],
    );
    assert.deepEqual([intake.queued, intake.taken], [0, 100]);
  });

  it('lets the event loop turn between slices', async () => {
    push(some(64 * 5));
    const after: number[] = [];
    for (let i = 0; i < 4; i++) {
      await turns(1);
      after.push(batches.length);
    }
    assert.deepEqual(after, [2, 4, 5, 5]);
  });

  it('keeps the order when more comes while it works', async () => {
    push(some(64 * 3));
    await turns(1);
    push(some(10, 1000));
    await turns(3);
    assert.deepEqual(
      took(),
      [...some(64 * 3), ...some(10, 1000)].map(seen => seen.at),
    );
  });

  it('takes all at once when it is drained, and nothing twice', async () => {
    push(some(640));
    intake.drainNow();
    assert.deepEqual(
      took(),
      some(640).map(seen => seen.at),
    );
    await turns(3);
    assert.equal(intake.taken, 640);
    intake.drainNow();
    assert.equal(batches.length, 10);
  });

  it('goes on after a batch that could not be taken', async () => {
    let first = true;
    const seen: number[] = [];
    intake = new Intake(
      clock,
      batch => {
        if (first) {
          first = false;
          throw new Error('poison');
        }
        seen.push(...batch.map(each => each.at));
      },
      () => undefined,
    );
    push(some(130));
    assert.throws(() => intake.drainNow(), /poison/);
    await turns(2);
    assert.deepEqual(
      seen,
      some(66, 64).map(each => each.at),
    );
  });

  it('lets go of what comes when 100,000 wait, counts it, and says so once it is through', async () => {
    push(some(100_007));
    assert.deepEqual([intake.queued, intake.dropped, missed], [100_000, 7, 0]);
    intake.drainNow();
    assert.deepEqual([intake.taken, took().at(-1), missed], [100_000, 99_999, 1]);
    push(some(1));
    intake.drainNow();
    assert.equal(missed, 1);
  });

  it('lets go of what waits, and after its end takes nothing', async () => {
    push(some(10));
    intake.clear();
    await turns(2);
    push(some(10));
    intake.dispose();
    push(some(10));
    await turns(2);
    assert.deepEqual([took(), intake.queued], [[], 0]);
  });
});

describe('The pulse', () => {
  it('fires at once, then at most once per span, and never loses the last beat', () => {
    const clock = new FakeClock(0);
    const fired: number[] = [];
    const pulse = new Pulse(clock, 50, () => void fired.push(clock.now()));
    pulse.beat();
    clock.advance(10);
    pulse.beat();
    pulse.beat();
    clock.advance(39);
    assert.deepEqual(fired, [0]);
    clock.advance(1);
    assert.deepEqual(fired, [0, 50]);
    clock.advance(60);
    pulse.beat();
    assert.deepEqual(fired, [0, 50, 110]);
    clock.advance(1000);
    assert.deepEqual(fired, [0, 50, 110]);
    assert.deepEqual(clock.waits, []);
  });

  it('fires no more after its end', () => {
    const clock = new FakeClock(0);
    const fired: number[] = [];
    const pulse = new Pulse(clock, 50, () => void fired.push(clock.now()));
    pulse.beat();
    pulse.beat();
    pulse.dispose();
    clock.advance(100);
    assert.deepEqual([fired, clock.waits], [[0], []]);
  });
});
