import assert from 'node:assert/strict';
import type { Clock } from '../../src/base/time.ts';
import { followLog } from '../../src/ui/logFollow.ts';
import { facts, service, view } from '../act/some.ts';
import { beliefs, type FakeEngine, fakeEngine, logLine } from './scene.ts';

const id = 'local/shop/web';
const runningSince = (startedExact: string) => beliefs([view({ facts: facts({ startedExact }) })]);
const exited = beliefs([view({ service: service({ state: 'exited' }), facts: facts({ state: 'exited', startedExact: 'one' }) })]);
const lines = (...texts: string[]) => texts.map((text, i) => logLine(text, { stamp: `${text}-${i}` }));

/** Time that only passes when `ring` is called. */
function handClock(): { clock: Clock; ring: () => void } {
  const waiting = new Set<() => void>();
  const clock: Clock = {
    now: () => 0,
    steady: () => 0,
    after(_ms, run) {
      waiting.add(run);
      return { dispose: () => void waiting.delete(run) };
    },
  };
  const ring = () => {
    for (const run of [...waiting]) {
      waiting.delete(run);
      run();
    }
  };
  return { clock, ring };
}

const settle = async () => {
  for (let i = 0; i < 50; i++) await Promise.resolve();
};

function follow(fake: FakeEngine) {
  const told: string[] = [];
  const ending = new AbortController();
  const { clock, ring } = handClock();
  const sink = {
    line: (line: { text: string }) => told.push(line.text),
    mark: (text: string) => told.push(`-- ${text}`),
    state: (text: string) => told.push(`[${text}]`),
  };
  const done = followLog(fake.engine, clock, id, 100, sink, ending.signal);
  return { told, done, ring, end: () => ending.abort() };
}

describe('following a log', () => {
  it('goes on behind the last line after a restart of the same container', async () => {
    const fake = fakeEngine(runningSince('one'), [() => lines('a', 'b'), () => lines('c')]);
    const { told, done, end } = follow(fake);
    await settle();
    fake.see(exited);
    await settle();
    assert.deepEqual(told, ['[following]', 'a', 'b', '[ended, waiting for the next start]']);
    fake.see(runningSince('two'));
    await settle();
    assert.deepEqual(told.slice(4, 7), ['-- started again', '[following]', 'c']);
    assert.deepEqual(
      fake.wants.map(want => want.after),
      [undefined, 'b-1'],
    );
    end();
    await done;
  });

  it('reads a recreated container from its beginning', async () => {
    const fake = fakeEngine(runningSince('one'), [() => lines('a'), () => lines('b')]);
    const { done, end } = follow(fake);
    await settle();
    fake.see(beliefs([view({ service: service({ instance: 'b'.repeat(64) }), facts: facts({ startedExact: 'two' }) })]));
    await settle();
    assert.deepEqual(
      fake.wants.map(want => want.after),
      [undefined, undefined],
    );
    end();
    await done;
  });

  it('takes up a broken stream of the same run again, quietly and behind the last line', async () => {
    const fake = fakeEngine(runningSince('one'), [() => lines('a'), () => lines('b')]);
    const { told, done, ring, end } = follow(fake);
    await settle();
    assert.equal(fake.wants.length, 1);
    ring();
    await settle();
    assert.equal(fake.wants[1]?.after, 'a-0');
    assert.ok(!told.some(text => text.startsWith('--')));
    end();
    await done;
  });

  it('says why a log cannot be read and does not ask again in a hurry', async () => {
    const fake = fakeEngine(exited, [
      () => {
        throw new Error('the log driver is none');
      },
    ]);
    const { told, done, end } = follow(fake);
    await settle();
    assert.deepEqual(told, ['[not running]', '-- log not readable: the log driver is none', '[ended, waiting for the next start]']);
    assert.equal(fake.wants.length, 1);
    end();
    await done;
  });

  it('takes a start that inspect told late for no new run', async () => {
    const fake = fakeEngine(beliefs([view({ facts: undefined as never })]), [() => lines('a')]);
    const { told, done, end } = follow(fake);
    await settle();
    fake.see(runningSince('one'));
    await settle();
    assert.ok(!told.includes('-- started again'));
    end();
    await done;
  });
});
