import assert from 'node:assert/strict';
import {
  brier,
  calibration,
  calibrationReport,
  ece,
  kindOf,
  type Labelled,
  lowerBound,
  type Outcome,
} from '../../src/diagnose/calibration.ts';
import { isotonic, risen } from '../../src/diagnose/isotonic.ts';
import { fc } from '../fakes/seeded.ts';

const rows = (...pairs: readonly (readonly [number, boolean])[]): Outcome[] => pairs.map(([p, right]) => ({ p, right }));
const outcome = fc.record({ p: fc.double({ min: 0, max: 1, noNaN: true }), right: fc.boolean() });
const near = (is: number, want: number, by = 1e-3): void => assert.ok(Math.abs(is - want) <= by, `${is} is not ${want}`);

describe('the Brier score', () => {
  it('is 0 for the truth, 0.25 for a coin and 1 for its opposite', () => {
    assert.equal(brier(rows([1, true], [0, false])), 0);
    assert.equal(brier(rows([0.5, true], [0.5, false])), 0.25);
    assert.equal(brier(rows([0, true], [1, false])), 1);
    assert.ok(Number.isNaN(brier([])));
  });

  it('is least for the share that comes true', () => {
    const all = (p: number): number => brier(Array.from({ length: 10 }, (_, i) => ({ p, right: i < 7 })));
    for (const p of [0.5, 0.6, 0.69, 0.71, 0.8, 0.9]) assert.ok(all(0.7) < all(p));
  });
});

describe('the calibration error', () => {
  it('is 0 where what was said came true as often, and the gap where it did not', () => {
    const bin = (p: number, right: number): Outcome[] => Array.from({ length: 10 }, (_, i) => ({ p, right: i < right }));
    near(ece([...bin(0.1, 1), ...bin(0.3, 3), ...bin(0.5, 5), ...bin(0.7, 7), ...bin(0.9, 9)]), 0, 1e-9);
    near(ece([...bin(0.1, 3), ...bin(0.3, 5), ...bin(0.5, 7), ...bin(0.7, 9), ...bin(0.9, 10)]), (0.2 * 4 + 0.1) / 5, 1e-9);
  });

  it('fills its bins by count, does not depend on the order, and stands in 0…1', () => {
    near(ece(rows([0.99, true], [0.98, true], [0.97, true], [0.96, true], [0.1, true]), 5), (0.01 + 0.02 + 0.03 + 0.04 + 0.9) / 5, 1e-9);
    fc.assert(
      fc.property(fc.array(outcome, { minLength: 1, maxLength: 40 }), all => {
        const error = ece(all);
        assert.ok(error >= 0 && error <= 1);
        near(ece(all.toReversed()), error, 1e-9);
      }),
    );
  });
});

describe('the lower bound of a share', () => {
  it('has the values of the exact method', () => {
    near(lowerBound(20, 20), 0.8609);
    near(lowerBound(59, 59), 0.9505);
    near(lowerBound(58, 59), 0.9222);
    near(lowerBound(5, 10), 0.2224);
    near(lowerBound(1, 1), 0.05);
    near(lowerBound(1, 20), 0.00256, 1e-4);
    assert.deepEqual([lowerBound(0, 5), lowerBound(0, 0)], [0, 0]);
  });

  it('lies below the share, and rises with what was right and with how much was seen', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(300), (n, some) => {
        const k = Math.min(some, n - 1);
        assert.ok(lowerBound(k, n) <= k / n);
        assert.ok(lowerBound(k, n) < lowerBound(k + 1, n));
        assert.ok(lowerBound(n, n) < lowerBound(n + 1, n + 1));
        assert.ok(lowerBound(k, n, 0.99) <= lowerBound(k, n, 0.9));
      }),
    );
  });
});

describe('isotonic regression', () => {
  it('leaves what rises, and pools what falls', () => {
    assert.deepEqual(
      isotonic([
        [3, 0.9],
        [1, 0.1],
        [2, 0.5],
      ]).map(({ y }) => y),
      [0.1, 0.5, 0.9],
    );
    const [low, high] = isotonic([
      [1, 0],
      [2, 1],
      [3, 0],
      [4, 1],
    ]).slice(0, 2);
    assert.deepEqual([low?.y, high?.y], [0, 0.5]);
    assert.deepEqual(isotonic([]), []);
  });

  it('rises, keeps the mean, and is the closest of all that do', () => {
    const point = fc.tuple(fc.integer({ min: 0, max: 20 }), fc.constantFrom(0, 1));
    fc.assert(
      fc.property(
        fc.array(point, { minLength: 1, maxLength: 30 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 21, maxLength: 21 }),
        (points, levels) => {
          const steps = isotonic(points);
          for (let i = 1; i < steps.length; i++) assert.ok((steps[i]?.y ?? 0) > (steps[i - 1]?.y ?? 0));
          near(
            steps.reduce((sum, { y, weight }) => sum + y * weight, 0),
            points.reduce((sum, [, y]) => sum + y, 0),
            1e-9,
          );
          // Which step a point fell into: they hold the points in order of x.
          const sorted = points.toSorted(([a], [b]) => a - b);
          const fitted = steps.flatMap(({ y, weight }) => Array.from({ length: weight }, () => y));
          const other = levels.toSorted((a, b) => a - b);
          const error = (at: (i: number, x: number) => number): number => sorted.reduce((sum, [x, y], i) => sum + (at(i, x) - y) ** 2, 0);
          assert.ok(error(i => fitted[i] ?? 0) <= error((_i, x) => other[x] ?? 0) + 1e-9);
        },
      ),
    );
  });

  it('goes straight from step to step and level beyond them', () => {
    const steps = isotonic([
      [1, 0.2],
      [3, 0.8],
    ]);
    assert.deepEqual(
      [0, 1, 3, 9].map(x => risen(steps, x)),
      [0.2, 0.2, 0.8, 0.8],
    );
    near(risen(steps, 2), 0.5, 1e-9);
    assert.equal(risen([], 0.4), 0.4);
  });
});

describe('calibration', () => {
  const oom = kindOf('oom', ['oom.event', 'oom.flag', 'oom.event']);
  const labelled = (n: number, right: (i: number) => boolean, kind = oom, p = 0.9): Labelled[] =>
    Array.from({ length: n }, (_, i) => ({ p, right: right(i), kind }));

  it('changes nothing without labels, and little with few', () => {
    assert.equal(calibration([])(oom, 0.9), 0.9);
    near(calibration(labelled(1, () => false))(oom, 0.9), 9 / 11, 1e-9);
    near(calibration(labelled(90, i => i < 45))(oom, 0.9), 0.54, 1e-9);
  });

  it('judges each kind by its own labels: the same category and the same kinds of evidence, in any order', () => {
    assert.equal(kindOf('oom', ['b', 'a']), kindOf('oom', ['a', 'b', 'a']));
    const fitted = calibration(labelled(20, () => false));
    assert.equal(fitted(kindOf('oom', ['oom.event']), 0.9), 0.9);
    assert.ok(fitted(oom, 0.9) < 0.4);
  });

  it('pools all kinds from 200 labels on, and never changes the order of two', () => {
    const many = [...labelled(100, i => i < 20, 'a', 0.6), ...labelled(100, i => i < 80, 'b', 0.9)];
    const fitted = calibration(many);
    near(fitted('never seen', 0.6), 0.2, 1e-9);
    near(fitted('never seen', 0.9), 0.8, 1e-9);
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(fc.property(share, share, (a, b) => assert.ok(fitted('a', Math.min(a, b)) <= fitted('b', Math.max(a, b)) + 1e-12)));
  });

  it('gives a probability for any probability', () => {
    const kind = fc.constantFrom('a', 'b');
    const row = fc.record({ p: fc.double({ min: 0, max: 1, noNaN: true }), right: fc.boolean(), kind });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 260 }), kind, fc.double({ min: 0, max: 1, noNaN: true }), (all, of, p) => {
        const calibrated = calibration(all)(of, p);
        assert.ok(calibrated >= 0 && calibrated <= 1);
      }),
    );
  });

  it('is reported with the precision of the high band and its bound', () => {
    assert.equal(calibrationReport([]), undefined);
    const all = [...Array.from({ length: 20 }, () => ({ p: 0.95, right: true })), { p: 0.6, right: false }];
    const report = calibrationReport(all);
    assert.deepEqual([report?.rows, report?.high.rows, report?.high.right], [21, 20, 20]);
    near(report?.high.atLeast ?? 0, 0.8609);
  });
});
