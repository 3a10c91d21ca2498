import assert from 'node:assert/strict';
import { backoff, hours, minutes, pause, seconds, systemClock } from '../../src/base/time.ts';
import { FakeClock, turns } from '../fakes/fakeClock.ts';
import { fc } from '../fakes/seeded.ts';

describe('backoff', () => {
  const chance = fc.double({ min: 0, max: 1, noNaN: true });

  it('never waits for nothing, grows, and stops growing at its limit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 1, max: 60_000 }),
        fc.array(chance, { minLength: 40, maxLength: 40 }),
        (first, limit, draws) => {
          let at = 0;
          let step = backoff(first, limit, () => draws[at++ % draws.length] ?? 0);
          for (let i = 0; i < 30; i++, step = step.next()) {
            const whole = Math.min(first * 2 ** i, limit);
            assert.ok(step.wait > 0);
            assert.ok(step.wait >= whole / 2 && step.wait <= whole, `step ${i}: ${step.wait} of ${whole}`);
          }
        },
      ),
    );
  });

  it('is a value: the same step gives the same wait', () => {
    const first = backoff(250, 30_000);
    assert.equal(first.wait, first.wait);
    const doubled = backoff(250, 30_000, () => 1).next();
    assert.equal(doubled.wait, 500);
  });
});

describe('pause', () => {
  it('ends when its time has passed, not before', async () => {
    const clock = new FakeClock(0);
    let ended = false;
    void pause(clock, 100).then(() => {
      ended = true;
    });
    clock.advance(99);
    await turns(1);
    assert.equal(ended, false);
    clock.advance(1);
    await turns(1);
    assert.equal(ended, true);
  });

  it('ends at once when it is aborted, and leaves no timer', async () => {
    const clock = new FakeClock(0);
    const stop = new AbortController();
    const waiting = pause(clock, 100_000, stop.signal);
    assert.deepEqual(clock.waits, [100_000]);
    stop.abort();
    await waiting;
    assert.deepEqual(clock.waits, []);
  });

  it('does not begin when it was aborted before', async () => {
    const clock = new FakeClock(0);
    await pause(clock, 100_000, AbortSignal.abort());
    assert.deepEqual(clock.waits, []);
  });
});

describe('The system clock', () => {
  it('has a steady time that never goes back, and timers that can be ended', async () => {
    const before = systemClock.steady();
    let ran = false;
    const never = systemClock.after(0, () => {
      ran = true;
    });
    never.dispose();
    await new Promise<void>(resolve => void systemClock.after(1, resolve));
    assert.equal(ran, false);
    assert.ok(systemClock.steady() >= before);
    assert.ok(Math.abs(systemClock.now() - Date.now()) < 1000);
  });

  it('counts in milliseconds', () => assert.deepEqual([seconds(2), minutes(2), hours(2)], [2000, 120_000, 7_200_000]));
});
