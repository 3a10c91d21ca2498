import assert from 'node:assert/strict';
import { disposeAll, Emitter } from '../../src/base/emitter.ts';
import { eachLimited } from '../../src/base/limit.ts';
import { reasonOf } from '../../src/base/log.ts';
import { turns } from '../fakes/fakeClock.ts';
import { fc } from '../fakes/seeded.ts';

describe('eachLimited', () => {
  it('works on all items, in order, never on more at once than its width', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(), { maxLength: 30 }), fc.integer({ min: 1, max: 6 }), async (items, width) => {
        let [now, most] = [0, 0];
        const begun: number[] = [];
        await eachLimited(items, width, async item => {
          begun.push(item);
          most = Math.max(most, ++now);
          for (let i = 0; i < item % 4; i++) await Promise.resolve();
          now--;
        });
        assert.deepEqual(begun, items);
        assert.equal(now, 0);
        assert.equal(most, Math.min(width, most));
      }),
    );
  });

  it('uses the whole width', async () => {
    let running = 0;
    const ends: (() => void)[] = [];
    const done = eachLimited([1, 2, 3, 4, 5], 3, () => {
      running++;
      return new Promise(resolve => void ends.push(resolve));
    });
    assert.equal(running, 3);
    ends.shift()?.();
    await turns(1);
    assert.equal(running, 4);
    while (ends.length > 0) {
      ends.shift()?.();
      await turns(1);
    }
    await done;
    assert.equal(running, 5);
  });

  it('passes on what went wrong', async () => {
    await assert.rejects(
      eachLimited([1, 2], 1, async () => {
        throw new Error('no');
      }),
      /no/,
    );
  });
});

describe('Emitter', () => {
  it('tells all listeners until they leave', () => {
    const emitter = new Emitter<number>();
    const told: string[] = [];
    const first = emitter.event(value => void told.push(`a${value}`));
    emitter.event(value => void told.push(`b${value}`));
    emitter.fire(1);
    first.dispose();
    first.dispose();
    emitter.fire(2);
    emitter.dispose();
    emitter.fire(3);
    assert.deepEqual(told, ['a1', 'b1', 'b2']);
  });

  it('lets a listener join and leave while it is told', () => {
    const emitter = new Emitter<number>();
    const told: string[] = [];
    const own = emitter.event(value => {
      told.push(`a${value}`);
      own.dispose();
      emitter.event(later => void told.push(`c${later}`));
    });
    emitter.event(value => void told.push(`b${value}`));
    emitter.fire(1);
    emitter.fire(2);
    assert.deepEqual(told, ['a1', 'b1', 'b2', 'c2']);
  });

  it('tells the others when one listener throws, and then says so', () => {
    const emitter = new Emitter<number>();
    const told: number[] = [];
    emitter.event(() => {
      throw new Error('first');
    });
    emitter.event(value => void told.push(value));
    assert.throws(() => emitter.fire(7), /first/);
    assert.deepEqual(told, [7]);
  });
});

describe('disposeAll', () => {
  it('ends the last first and leaves the list as it was', () => {
    const ended: number[] = [];
    const parts = [1, 2, 3].map(n => ({ dispose: () => void ended.push(n) }));
    disposeAll(parts);
    assert.deepEqual(ended, [3, 2, 1]);
    assert.equal(parts.length, 3);
  });
});

describe('reasonOf', () => {
  it('finds words for anything that was thrown', () => {
    assert.equal(reasonOf(new Error('down')), 'down');
    assert.equal(reasonOf(new TypeError('')), 'TypeError');
    assert.equal(reasonOf('text'), 'text');
    assert.equal(reasonOf(undefined), 'undefined');
    assert.equal(reasonOf(Object.create(null)), 'unknown error');
  });
});
