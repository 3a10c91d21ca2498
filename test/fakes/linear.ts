import assert from 'node:assert/strict';

/** Time that this thread has worked, ms: other programs on a busy machine do not count. */
const cpu = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};
const timed = (run: () => void): number => {
  const began = cpu();
  run();
  return cpu() - began;
};

/** Below this a figure says nothing, ms. */
const grain = 4;
/** Large strings cost a little more than their share: more than four, and well below sixteen. */
const leeway = 10;

/**
 * Four times the input may take about four times the work; a quadratic takes sixteen. The best of several rounds counts, so that only
 * what is slow each time fails.
 */
export function assertLinear(what: string, make: (size: number) => string, run: (text: string) => unknown, size: number): void {
  const [small, large] = [make(size / 2), make(size * 2)];
  let [one, four] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < 10; round++) {
    one = Math.min(
      one,
      timed(() => void run(small)),
    );
    four = Math.min(
      four,
      timed(() => void run(large)),
    );
    if (four < Math.max(grain, one) * leeway) return;
  }
  assert.fail(`${what}: ${size / 2} took ${one.toFixed(1)} ms, four times of it ${four.toFixed(1)} ms`);
}
