import assert from 'node:assert/strict';
import type { Facts } from '../../src/model/service.ts';
import type { Usage } from '../../src/model/usage.ts';
import { DockerUsage } from '../../src/observe/dockerUsage.ts';
import { FakeClock, turns } from '../fakes/fakeClock.ts';
import { instanceOf, noon, someFacts } from '../fakes/make.ts';

const minute = 60_000;

function bed(random: () => number = () => 1) {
  const clock = new FakeClock(noon);
  const running = new Map<string, Facts>();
  const asked: [instance: string, at: number][] = [];
  const told: Usage[] = [];
  const failures: unknown[] = [];
  const open: (() => void)[] = [];
  const held = { yes: false };
  const answer = { memory: 1, broken: false };
  const sampler = new DockerUsage({
    clock,
    random,
    target(instance) {
      const facts = running.get(instance);
      return facts === undefined ? undefined : { service: instance, facts };
    },
    async ask(instance) {
      asked.push([instance, clock.steady()]);
      if (held.yes) await new Promise<void>(resolve => open.push(resolve));
      if (answer.broken) throw new Error('no answer');
      const read = new Date(clock.now()).toISOString();
      return { read, memory_stats: { usage: answer.memory }, cpu_stats: { cpu_usage: { total_usage: clock.steady() * 5e5 } } };
    },
    tell: (_service, usage) => void told.push(usage),
    failed: error => void failures.push(error),
  });
  const run = (name: string, over: Partial<Facts> = {}): string => {
    const facts = someFacts(name, over);
    running.set(facts.instance, facts);
    sampler.see(facts.instance);
    return facts.instance;
  };
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 500) {
      clock.advance(Math.min(left, 500));
      await turns(2);
    }
  };
  const times = (name: string): number[] => asked.filter(([instance]) => instance === instanceOf(name)).map(([, at]) => at);
  return { clock, running, asked, told, failures, open, held, answer, sampler, run, pass, times };
}

describe('the pace of usage samples', () => {
  it('is one each five minutes for who has no limit', async () => {
    const { run, pass, times, told } = bed();
    run('web');
    await pass(16 * minute);
    assert.deepEqual(times('web'), [5 * minute, 10 * minute, 15 * minute]);
    assert.deepEqual(
      told.map(({ cpu }) => cpu),
      [undefined, 0.5, 0.5],
    );
  });

  it('is spread evenly, so that sixty make twelve samples in any minute', async () => {
    let n = 0;
    const { run, pass, asked } = bed(() => (n++ % 60) / 60);
    for (let i = 0; i < 60; i++) run(`s${i}`);
    await pass(15 * minute);
    const inMinute = (from: number): number => asked.filter(([, at]) => at >= from * minute && at < (from + 1) * minute).length;
    assert.deepEqual(
      [5, 6, 7, 8, 9, 10].map(inMinute).filter(count => Math.abs(count - 12) > 1),
      [],
    );
  });

  it('is one each minute for who has a limit of memory or processes, the first soon', async () => {
    const { run, pass, times } = bed();
    run('a', { memoryLimit: 1000 });
    run('b', { pidsLimit: 9 });
    await pass(2.5 * minute);
    assert.deepEqual(
      [times('a'), times('b')],
      [
        [3000, 63_000, 123_000],
        [3000, 63_000, 123_000],
      ],
    );
  });

  it('is one each five seconds for two minutes after a kill for memory, then one each minute', async () => {
    const { run, pass, times, sampler, clock } = bed();
    const id = run('a');
    await pass(minute);
    sampler.suspect(id);
    clock.advance(0);
    await turns();
    await pass(4 * minute);
    const after = times('a').map(at => at - minute);
    assert.deepEqual(
      after.slice(0, 4),
      [0, 5000, 10_000, 15_000].map(at => at + (after[0] ?? 0)),
    );
    assert.equal(after.filter(at => at <= 2 * minute).length, 25);
    assert.ok(after.filter(at => at > 2 * minute + 5000).length <= 2, String(after));
  });

  it('does not stay fast because the trouble goes on', async () => {
    const { run, pass, times } = bed();
    const unwell = someFacts('a', { health: 'unhealthy' });
    for (let i = 0; i < 18; i++) {
      run('a', unwell);
      await pass(30_000);
    }
    assert.equal(times('a').filter(at => at > 3 * minute).length, 6);
  });

  it('goes on after a crash with the next run, soon', async () => {
    const { run, pass, times, sampler, running } = bed();
    const id = run('a');
    await pass(minute);
    running.delete(id);
    sampler.suspect(id);
    sampler.drop(id);
    await pass(10_000);
    assert.deepEqual(times('a'), []);
    run('a');
    await pass(11_000);
    assert.deepEqual(times('a'), [71_000, 76_000, 81_000]);
  });

  it('is never within five seconds, however often it is started again', async () => {
    const { run, pass, times, sampler, running } = bed();
    for (let i = 0; i < 60; i++) {
      const id = run('a');
      await pass(2000);
      running.delete(id);
      sampler.suspect(id);
      sampler.drop(id);
    }
    const gaps = times('a')
      .slice(1)
      .map((at, i) => at - (times('a')[i] ?? 0));
    assert.ok(gaps.length > 10 && Math.min(...gaps) >= 5000, String(gaps));
  });

  it('gets faster as a limit comes near, and not again while it stays there', async () => {
    const { run, pass, times, answer } = bed();
    run('a', { memoryLimit: 100 });
    await pass(2 * minute);
    answer.memory = 85;
    await pass(minute);
    assert.deepEqual(
      times('a')
        .slice(-3)
        .map(at => at - 123_000),
      [45_000, 50_000, 55_000],
    );
    await pass(15 * minute);
    assert.ok(times('a').filter(at => at > 6 * minute).length <= 13, String(times('a')));
  });

  it('is at most eight at once', async () => {
    const { run, pass, open, held, asked } = bed();
    held.yes = true;
    for (let i = 0; i < 20; i++) run(`s${i}`, { memoryLimit: 1000 });
    await pass(4000);
    assert.equal(asked.length, 8);
    open.splice(0, 3).forEach(done => void done());
    await turns();
    assert.equal(asked.length, 11);
  });

  it('ends with the container, and an answer under way is not told', async () => {
    const { run, pass, open, held, sampler, told, asked } = bed();
    held.yes = true;
    const id = run('a', { memoryLimit: 1000 });
    await pass(4000);
    sampler.drop(id);
    open.splice(0).forEach(done => void done());
    await pass(3 * minute);
    assert.deepEqual([told.length, asked.length], [0, 1]);
  });

  it('goes on after a question that failed, which is told', async () => {
    const { run, pass, times, failures, answer } = bed();
    answer.broken = true;
    run('a', { memoryLimit: 1000 });
    await pass(64_000);
    assert.deepEqual([times('a'), failures.length], [[3000, 63_000], 2]);
  });

  it('stops when the watch ends', async () => {
    const { run, pass, sampler, asked, clock } = bed();
    run('a', { memoryLimit: 1000 });
    run('b');
    sampler.close();
    await pass(10 * minute);
    assert.deepEqual([asked, clock.waits], [[], []]);
  });
});
