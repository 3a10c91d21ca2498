import assert from 'node:assert/strict';
import { readSample, type Sample, usageSince } from '../../src/observe/dockerStats.ts';

const id = 'a'.repeat(64);
const read = '2026-01-01T12:00:00.123456789Z';
const at = Date.UTC(2026, 0, 1, 12) + 123;

/** As an engine on cgroup v1 answers, with the parts that are read. */
const v1 = {
  read,
  pids_stats: { current: 3, limit: 50 },
  cpu_stats: {
    cpu_usage: { total_usage: 340_483_262 },
    throttling_data: { periods: 17, throttled_periods: 15, throttled_time: 1_181_120_797 },
  },
  memory_stats: { usage: 30_000_000, stats: { inactive_file: 1, total_inactive_file: 4_000_000 }, limit: 33_554_432 },
};
const v2 = { ...v1, memory_stats: { usage: 30_000_000, stats: { inactive_file: 5_000_000, anon: 1 }, limit: 33_554_432 } };
const sample = (answer: unknown, facts: { memoryLimit?: number; pidsLimit?: number } = {}) =>
  readSample(answer, { instance: id, ...facts });

describe('a sample of what a container uses', () => {
  it('leaves the idle file cache out of its memory, on cgroup v1 and v2', () => {
    assert.equal(sample(v1)?.usage.memory, 26_000_000);
    assert.equal(sample(v2)?.usage.memory, 25_000_000);
  });

  it('has the limit of inspect, since without one the engine names the memory of the machine', () => {
    assert.deepEqual(sample(v1)?.usage, { instance: id, at, memory: 26_000_000, pids: 3, pidsLimit: 50 });
    assert.equal(sample(v1, { memoryLimit: 33_554_432 })?.usage.memoryLimit, 33_554_432);
  });

  for (const limit of [0, 2 ** 63, 2 ** 64, -1, 'max']) {
    it(`takes ${limit} for no limit of processes`, () => {
      assert.equal(sample({ ...v1, pids_stats: { current: 3, limit } })?.usage.pidsLimit, undefined);
      assert.equal(sample({ ...v1, pids_stats: { current: 3, limit } }, { pidsLimit: 9 })?.usage.pidsLimit, 9);
    });
  }

  const none: [string, unknown][] = [
    ['a container that does not run', { read: '0001-01-01T00:00:00Z', cpu_stats: {}, memory_stats: {}, pids_stats: {} }],
    ['an answer without a time', {}],
    ['a text', 'x'],
    ['nothing', undefined],
  ];
  for (const [what, answer] of none) it(`is none of ${what}`, () => assert.equal(sample(answer), undefined));

  it('leaves out what the engine did not tell', () => {
    assert.deepEqual(sample({ read })?.usage, { instance: id, at });
  });

  it('keeps memory that is smaller than its cache, which two counters read one after another can say', () => {
    assert.equal(sample({ ...v1, memory_stats: { usage: 10, stats: { total_inactive_file: 20 } } })?.usage.memory, 10);
  });
});

describe('what a container used since the sample before', () => {
  const point = (ms: number, cpuTime: number, throttledPeriods = 0): Sample => ({
    usage: { instance: id, at: at + ms },
    cpuTime,
    throttledPeriods,
  });

  it('is processors kept busy and the share of time it was held back', () => {
    const { cpu, throttled } = usageSince(point(0, 1e9, 10), point(10_000, 6e9, 60));
    assert.deepEqual([cpu, throttled], [0.5, 0.5]);
  });
  it('is never a share above one', () => assert.equal(usageSince(point(0, 0, 0), point(1000, 1, 500)).throttled, 1));
  it('is not known of a first sample', () => assert.deepEqual(usageSince(undefined, point(0, 1e9)), { instance: id, at }));
  it('is not known where counters began anew, or time stood still', () => {
    assert.equal(usageSince(point(0, 5e9), point(5000, 1e9)).cpu, undefined);
    assert.equal(usageSince(point(0, 5e9), point(0, 6e9)).cpu, undefined);
  });
});
