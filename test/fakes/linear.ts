import assert from 'node:assert/strict';

const timed = (run: () => void): number => {
  const began = performance.now();
  run();
  return performance.now() - began;
};

/** Below this a figure says nothing, ms. */
const grain = 8;

/**
 * Twice the input may take about twice the time. The factor of 3 leaves room for a busy machine and is far from the 4 of a quadratic;
 * the best of several rounds counts, so that only what is slow each time fails.
 */
export function assertLinear(what: string, make: (size: number) => string, run: (text: string) => unknown, size: number): void {
  const [small, large] = [make(size), make(size * 2)];
  let [one, two] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < 8; round++) {
    one = Math.min(
      one,
      timed(() => run(small)),
    );
    two = Math.min(
      two,
      timed(() => run(large)),
    );
    if (two < Math.max(grain, one) * 3) return;
  }
  assert.fail(`${what}: ${size} took ${one.toFixed(1)} ms, twice of it ${two.toFixed(1)} ms`);
}
