import assert from 'node:assert/strict';
import fc from 'fast-check';
import { trendOf, trendWords } from '../../src/diagnose/trend.ts';

const minute = 60_000;
/** One value each minute. */
const points = (...values: number[]): [number, number][] => values.map((value, i) => [i * minute, value]);
const line = (count: number, value: (i: number) => number): [number, number][] =>
  points(...Array.from({ length: count }, (_, i) => value(i)));

describe('the trend of samples', () => {
  it('is not known of fewer than four', () => assert.equal(trendOf(points(1, 2, 3)), undefined));

  it('tells how fast it grows and when it reaches the limit', () => {
    const trend = trendOf(points(100, 110, 120, 130), 200);
    assert.deepEqual([(trend?.slope ?? 0) * minute, trend?.length, trend?.timeToLimitMs], [10, 3 * minute, 7 * minute]);
  });

  it('is not bent by a spike', () => {
    const trend = trendOf(line(20, i => (i === 10 ? 10_000 : 100)));
    assert.deepEqual([trend?.slope, trend?.leak], [0, false]);
  });

  const leaks: [string, [number, number][], boolean][] = [
    ['ten that never fall', line(10, i => 100 + 5 * i), true],
    ['nine that never fall', line(9, i => 100 + 5 * i), false],
    ['an hour of growth that a collector takes back each time', line(60, i => 100 + i + (i % 5) * 3), true],
    ['an hour of a saw that comes back', line(60, i => 100 + (i % 10) * 5), false],
    ['a step and then calm', line(60, i => (i < 5 ? 100 : 200)), false],
    ['growth that is a wobble', line(60, i => 1000 + i * 0.1), false],
    ['a fall', line(20, i => 500 - 10 * i), false],
  ];
  for (const [what, samples, expected] of leaks)
    it(`calls ${what} ${expected ? 'a leak' : 'no leak'}`, () => assert.equal(trendOf(samples)?.leak, expected));

  it('knows no time to a limit that it does not come nearer to', () => {
    assert.equal(trendOf(points(130, 120, 110, 100), 200)?.timeToLimitMs, undefined);
    assert.equal(trendOf(points(1, 2, 3, 4))?.timeToLimitMs, undefined);
  });

  it('is the slope of a line, however long it is and whatever else', () => {
    const args = [fc.integer({ min: 4, max: 200 }), fc.double({ min: 0.5, max: 50, noNaN: true })] as const;
    fc.assert(
      fc.property(...args, (count, step) => {
        const slope = trendOf(line(count, i => 10 + step * i))?.slope ?? 0;
        assert.ok(Math.abs(slope * minute - step) < 1e-6 * step);
      }),
    );
  });

  it('has words for people', () => {
    const mebi = 1_048_576;
    const words = (samples: [number, number][], of: 'cpu' | 'memory' | 'pids'): string => {
      const trend = trendOf(samples);
      return trend === undefined ? '' : trendWords(trend, of);
    };
    assert.equal(
      words(
        line(12, i => (100 + 2 * i) * mebi),
        'memory',
      ),
      'grows steadily by 2.0 MiB a minute',
    );
    assert.equal(
      words(
        line(5, i => 1 + i),
        'pids',
      ),
      'grows by 1.0 processes a minute',
    );
    assert.equal(
      words(
        line(6, i => 90 - 3 * i),
        'pids',
      ),
      'falls by 3.0 processes a minute',
    );
    assert.equal(
      words(
        line(6, () => 0.5),
        'cpu',
      ),
      'steady',
    );
  });
});
