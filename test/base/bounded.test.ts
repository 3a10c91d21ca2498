import assert from 'node:assert/strict';
import { appendBounded, LruMap, Ring } from '../../src/base/bounded.ts';
import { fc } from '../fakes/seeded.ts';

const cap = fc.integer({ min: 1, max: 9 });
const items = fc.array(fc.nat(), { maxLength: 60 });

describe('appendBounded', () => {
  it('keeps the newest and leaves the list before it as it was', () => {
    fc.assert(
      fc.property(items, cap, (list, size) => {
        let kept: readonly number[] = [];
        for (const [i, item] of list.entries()) {
          const before = [...kept];
          const next = appendBounded(kept, item, size);
          assert.deepEqual(kept, before);
          assert.deepEqual(next, list.slice(0, i + 1).slice(-size));
          kept = next;
        }
      }),
    );
  });
});

describe('Ring', () => {
  it('keeps the newest and counts every one it let go', () => {
    fc.assert(
      fc.property(items, cap, (list, size) => {
        const ring = new Ring<number>(size);
        for (const [i, item] of list.entries()) {
          ring.push(item);
          assert.deepEqual(ring.toArray(), list.slice(0, i + 1).slice(-size));
          assert.equal(ring.size, ring.toArray().length);
          assert.equal(ring.dropped, Math.max(0, i + 1 - size));
        }
      }),
    );
  });

  it('is empty after clear', () => {
    const ring = new Ring<number>(2);
    for (const item of [1, 2, 3]) ring.push(item);
    ring.clear();
    assert.deepEqual([ring.size, ring.toArray()], [0, []]);
  });
});

describe('LruMap', () => {
  it('keeps the keys that were written last', () => {
    const map = new LruMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.set('a', 3);
    map.set('c', 4);
    assert.deepEqual([map.get('a'), map.get('b'), map.get('c')], [3, undefined, 4]);
    assert.deepEqual([map.has('a'), map.has('b')], [true, false]);
  });
});
