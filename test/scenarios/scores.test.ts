import assert from 'node:assert/strict';
import { fc } from '../fakes/seeded.ts';
import { brier, ece, lowerBound, pairs, pairwiseF1 } from './scores.ts';

const near = (value: number, expected: number, by = 0.002): void => assert.ok(Math.abs(value - expected) < by, `${value}, not ${expected}`);
const stated = (p: number, ...rights: boolean[]) => rights.map(right => ({ p, right }));

describe('scores', () => {
  it('give the Brier score of the textbook: 0 for a prophet, 0.25 for a coin', () => {
    assert.equal(brier([...stated(1, true), ...stated(0, false)]), 0);
    near(brier(stated(0.5, true, false, true)), 0.25);
    assert.ok(Number.isNaN(brier([])));
  });
  it('find a calibrated speaker without error, and a boaster with what he boasts', () => {
    near(ece(stated(0.5, true, false), 1), 0);
    near(ece(stated(0.9, true, false, false, false, false), 1), 0.7);
    assert.ok(Number.isNaN(ece([])));
  });
  it('prove 0.86 from 20 cases without a miss and 0.95 from 59', () => {
    near(lowerBound(20, 20), 0.861);
    near(lowerBound(59, 59), 0.95);
    near(lowerBound(9, 10), 0.606);
    assert.equal(lowerBound(0, 10), 0);
  });
  it('never bound a share from above itself', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 80 }), fc.nat(80), (of, some) => {
        const hits = Math.min(some, of);
        assert.ok(lowerBound(hits, of) <= hits / of);
      }),
    );
  });
  it('compare groups by the pairs in them', () => {
    assert.deepEqual([...pairs([['b', 'a', 'c'], ['d']])], ['a b', 'a c', 'b c']);
    assert.equal(pairwiseF1(pairs([['a'], ['b']]), pairs([['a'], ['b']])), 1);
    assert.equal(pairwiseF1(pairs([['a', 'b']]), pairs([['a'], ['b']])), 0);
    near(pairwiseF1(pairs([['a', 'b', 'c']]), pairs([['a', 'b']])), 0.5);
  });
});
