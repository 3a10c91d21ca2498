import assert from 'node:assert/strict';
import type { Answer } from '../../src/connect/http.ts';
import { HttpProbes } from '../../src/observe/httpProbes.ts';
import { FakeClock, turns } from '../fakes/fakeClock.ts';

const good: Answer = { kind: 'answer', ok: true, ms: 1, status: 200 };

function bed(random: () => number = () => 0.5) {
  const clock = new FakeClock(0);
  const running = new Set<string>();
  const asked: [string, number][] = [];
  const told: string[] = [];
  const open: { name: string; signal: AbortSignal; done(): void }[] = [];
  const held = { yes: false };
  const probes = new HttpProbes({
    clock,
    random,
    target: name => (running.has(name) ? { service: name, url: new URL(`http://${name}/`), addresses: [], ports: [] } : undefined),
    ask(url, _allowed, signal) {
      asked.push([url.hostname, clock.steady()]);
      if (!held.yes) return Promise.resolve(good);
      return new Promise(resolve => open.push({ name: url.hostname, signal, done: () => resolve(good) }));
    },
    tell: name => void told.push(name),
  });
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 500) {
      clock.advance(Math.min(left, 500));
      await turns(2);
    }
  };
  return { clock, running, asked, told, open, held, probes, pass };
}

describe('the pace of health check URLs', () => {
  it('is one question each half minute while the container runs', async () => {
    const { running, probes, asked, told, pass } = bed();
    running.add('a');
    probes.see('a');
    probes.see('a');
    await pass(100_000);
    assert.deepEqual(
      asked.map(([, at]) => at),
      [3500, 33_500, 63_500, 93_500],
    );
    assert.equal(told.length, 4);
  });

  it('has jitter, and never comes within 10 s', async () => {
    let turn = 0;
    const { running, probes, asked, pass } = bed(() => (turn++ % 2 === 0 ? 0 : 1));
    running.add('a');
    probes.see('a');
    await pass(300_000);
    const gaps = asked.slice(1).map(([, at], i) => at - (asked[i]?.[1] ?? 0));
    assert.deepEqual([...new Set(gaps)].sort(), [24_000, 36_000]);
  });

  it('does not ask faster because the container restarts', async () => {
    const { running, probes, asked, pass } = bed();
    running.add('a');
    for (let i = 0; i < 60; i++) {
      probes.see('a');
      await pass(4000);
      probes.drop('a');
    }
    const gaps = asked.slice(1).map(([, at], i) => at - (asked[i]?.[1] ?? 0));
    assert.ok(asked.length > 3 && Math.min(...gaps) >= 10_000, String(gaps));
  });

  it('ends when the container stops, and an answer under way is not told', async () => {
    const { running, probes, asked, told, open, held, pass } = bed();
    held.yes = true;
    running.add('a');
    probes.see('a');
    await pass(5000);
    probes.drop('a');
    assert.equal(open[0]?.signal.aborted, true);
    open[0]?.done();
    await pass(100_000);
    assert.deepEqual([asked.length, told.length], [1, 0]);
  });

  it('ends by itself when the container is not there any more', async () => {
    const { running, probes, asked, clock, pass } = bed();
    running.add('a');
    probes.see('a');
    await pass(5000);
    running.delete('a');
    await pass(100_000);
    assert.deepEqual([asked.length, clock.waits], [1, []]);
  });

  it('has at most eight in flight, and forgets none', async () => {
    const { running, probes, open, told, held, pass } = bed();
    held.yes = true;
    const names = Array.from({ length: 20 }, (_, i) => `c${i}`);
    for (const name of names) {
      running.add(name);
      probes.see(name);
    }
    await pass(5000);
    assert.equal(open.length, 8);
    open[0]?.done();
    await pass(1);
    assert.equal(open.length, 9);
    for (let i = 1; i < 20; i++) {
      open[i]?.done();
      await turns(2);
    }
    assert.deepEqual([...new Set(told)].sort(), [...names].sort());
    probes.close();
  });

  it('leaves no timer behind when it is closed', async () => {
    const { running, probes, clock, pass } = bed();
    for (const name of ['a', 'b']) {
      running.add(name);
      probes.see(name);
    }
    await pass(5000);
    probes.close();
    assert.deepEqual(clock.waits, []);
  });
});
