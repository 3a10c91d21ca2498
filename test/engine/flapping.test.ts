import assert from 'node:assert/strict';
import { silentLog } from '../../src/base/log.ts';
import type { Issue } from '../../src/model/issue.ts';
import type { Observation } from '../../src/model/observation.ts';
import type { Facts } from '../../src/model/service.ts';
import { type Memory, openMemory } from '../../src/remember/store.ts';
import { type Bed, lost, runs, shopBed, shopId } from '../fakes/engineBed.ts';
import { FakeClock } from '../fakes/fakeClock.ts';
import { FakeLink } from '../fakes/fakeLink.ts';
import { aService, event, inventory, noon, synced } from '../fakes/make.ts';

const [second, minute] = [1000, 60_000];

describe('A service that goes up and down', () => {
  let memory: Memory;
  let clock: FakeClock;
  let bed: Bed;
  const beds: Bed[] = [];
  const begin = async (...services: Parameters<typeof shopBed>[1][]): Promise<void> => {
    bed = await shopBed({ memory, clock, links: [new FakeLink()] }, ...services);
    beds.push(bed);
  };

  beforeEach(async () => {
    memory = await openMemory(undefined, silentLog);
    clock = new FakeClock(noon);
    await begin();
  });
  afterEach(() => {
    for (const each of beds.splice(0)) each.engine.dispose();
    memory.dispose();
  });

  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 10 * second) {
      clock.advance(Math.min(left, 10 * second));
      await bed.settle();
    }
  };
  const tell = async (...seen: Observation[]): Promise<void> => {
    bed.link.emit(...seen);
    await bed.settle();
    clock.advance(100);
    await bed.settle();
  };
  const health = (well: boolean, over: Partial<Facts> = {}): Promise<void> =>
    tell(
      event(clock.now(), 'web', 'health'),
      runs(clock.now(), 'web', {
        health: well ? 'healthy' : 'unhealthy',
        failingStreak: well ? 0 : 3,
        hasHealthcheck: true,
        ...(well ? {} : { healthLast: { exit: 1, output: 'no upstream' } }),
        ...over,
      }),
    );
  /** Its health changes each minute, beginning with sick. */
  const toggle = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i++) {
      await health(i % 2 === 1);
      await pass(minute);
    }
  };
  const issues = (name = 'web'): Issue[] => bed.engine.beliefs().issues.filter(({ service }) => service === shopId(name));
  const categories = (name?: string): string[] => issues(name).map(({ category }) => category);
  const told = (): string[] =>
    bed.entries.flatMap(entry => (entry.kind === 'diagnosed' && entry.category === 'flapping' ? [entry.change] : []));

  it('flaps: MEDIUM, exactly 0.70, one issue, told once when it begins and once when it has been calm', async () => {
    await pass(5 * minute);
    await toggle(10);
    const [issue] = issues();
    assert.deepEqual(categories(), ['flapping']);
    assert.equal(issue?.confidence, 0.7);
    assert.equal(issue?.band, 'medium');
    assert.equal(issue?.severity, 'warning');
    assert.ok((issue?.firstSeen ?? 0) >= noon + 4 * minute && (issue?.firstSeen ?? 0) <= noon + 6 * minute);
    assert.deepEqual(told(), ['opened']);
    await pass(12 * minute);
    assert.deepEqual(categories(), []);
    assert.deepEqual(told(), ['opened', 'resolved']);
  });

  it('opens and closes nothing else while it flaps', async () => {
    await pass(5 * minute);
    await toggle(6);
    assert.deepEqual(told(), ['opened']);
    const before = bed.entries.filter(entry => entry.kind === 'diagnosed').length;
    await toggle(10);
    assert.equal(bed.entries.filter(entry => entry.kind === 'diagnosed').length, before);
  });

  it('is what it is once it stays down: sick again, and no longer flapping', async () => {
    await pass(5 * minute);
    await toggle(9);
    assert.deepEqual(categories(), ['flapping']);
    await pass(12 * minute);
    assert.deepEqual(categories(), ['unhealthy']);
  });

  it('does not flap before ten slots were seen, nor by one outage', async () => {
    await toggle(4);
    assert.ok(!categories().includes('flapping'));
    await pass(20 * minute);
    await toggle(2);
    await pass(minute);
    assert.deepEqual(told(), []);
  });

  it('flaps on in the next window, and is told to have ended there', async () => {
    await pass(5 * minute);
    await toggle(9);
    bed.engine.dispose();
    clock.advance(20 * second);
    await begin();
    await health(true);
    assert.deepEqual(categories(), ['flapping']);
    await pass(12 * minute);
    assert.deepEqual(categories(), []);
    bed.engine.dispose();
    assert.deepEqual(memory.get(`flaps/${shopId('web')}`), {}, 'what is calm is not kept');
  });

  it('of yesterday is no news today, and one that is always well leaves no row', async () => {
    await pass(5 * minute);
    await toggle(9);
    bed.engine.dispose();
    clock.advance(24 * 60 * minute);
    await begin();
    await health(true);
    assert.deepEqual(categories(), []);
    await begin(aService('db'));
    await pass(10 * minute);
    bed.engine.dispose();
    assert.equal(memory.get(`flaps/${shopId('db')}`), undefined);
  });

  it('does not flap by a server that goes out of sight and comes back', async () => {
    for (let i = 0; i < 12; i++) {
      await tell(lost(clock.now()));
      await pass(30 * second);
      await tell(inventory(clock.now(), aService('web')), runs(clock.now(), 'web'), synced(clock.now()));
      await pass(30 * second);
    }
    assert.deepEqual(told(), []);
  });

  it('is not judged while what it needs is down, or goes up and down itself', async () => {
    const db = aService('db');
    const web = aService('web', { dependsOn: [shopId('db')] });
    await tell(inventory(clock.now(), db, web), runs(clock.now(), 'db'));
    await pass(5 * minute);
    await toggle(9);
    assert.deepEqual(categories(), ['flapping']);
    await tell(
      event(clock.now(), 'db', 'die', { exit: 1 }),
      runs(clock.now(), 'db', { state: 'exited', exitCode: 1, finishedAt: clock.now() }),
    );
    await health(false);
    assert.deepEqual(categories(), ['unhealthy']);
  });

  describe('by deaths', () => {
    let restarts: number;
    beforeEach(() => {
      restarts = 0;
    });
    /** It runs for `up`, dies, and is started again after `down`; `counted` where a restart policy does it. */
    const die = async (exit: number, up: number, down: number, counted: boolean): Promise<void> => {
      const policy = { restartPolicy: { name: counted ? ('always' as const) : ('no' as const), max: 0 } };
      const startedAt = clock.now();
      await tell(event(startedAt, 'web', 'start'), runs(startedAt, 'web', { startedAt, restartCount: restarts, ...policy }));
      await pass(up);
      const finishedAt = clock.now();
      const state = counted ? 'restarting' : 'exited';
      const ended = { state, exitCode: exit, startedAt, finishedAt, restartCount: restarts, ...policy } as const;
      await tell(event(finishedAt, 'web', 'die', { exit }), runs(clock.now(), 'web', ended));
      await pass(down);
      if (counted) restarts++;
    };

    it('each second under a policy is a crash, HIGH', async () => {
      await pass(5 * minute);
      for (let i = 0; i < 40; i++) await die(2, second, 12 * second, true);
      assert.deepEqual(categories(), ['app_crash']);
      assert.equal(issues()[0]?.band, 'high');
      assert.deepEqual(told(), []);
    });

    it('a minute and more apart, by waits of a policy that grew, is a crash and does not flap', async () => {
      await pass(5 * minute);
      for (const wait of [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60, 60, 60]) {
        await die(2, second, wait * second, true);
        assert.deepEqual(categories(), ['app_crash']);
      }
      assert.equal(issues()[0]?.band, 'high');
      assert.deepEqual(told(), []);
    });

    it('each few minutes, the same death under a policy, is a crash and does not flap', async () => {
      await pass(5 * minute);
      for (let i = 0; i < 8; i++) await die(2, 150 * second, 10 * second, true);
      assert.deepEqual(categories(), ['app_crash']);
      assert.deepEqual(told(), []);
    });

    it('each few minutes, started by somebody whom the engine does not count, is flapping', async () => {
      await pass(5 * minute);
      for (let i = 0; i < 8; i++) await die(2, 150 * second, 10 * second, false);
      assert.deepEqual(categories(), ['flapping']);
      assert.deepEqual(told(), ['opened']);
    });

    it('each few minutes, another end each time, is flapping under a policy too', async () => {
      await pass(5 * minute);
      for (let i = 0; i < 8; i++) await die(2 + (i % 2), 150 * second, 10 * second, true);
      assert.deepEqual(categories(), ['flapping']);
    });

    it('so often that it loops now and then is a crash from its third on', async () => {
      await pass(5 * minute);
      for (let i = 0; i < 4; i++) await die(2 + (i % 2), 130 * second, 10 * second, false);
      const before = told();
      assert.deepEqual(categories(), ['app_crash']);
      for (let i = 0; i < 6; i++) {
        await die(2 + (i % 2), 130 * second, 10 * second, false);
        assert.deepEqual(categories(), ['app_crash']);
      }
      assert.deepEqual(told(), before);
    });

    it('that a person brought about is not', async () => {
      await pass(5 * minute);
      for (let i = 0; i < 8; i++) {
        const at = clock.now();
        await tell(event(at, 'web', 'start'), runs(at, 'web', { startedAt: at }));
        await pass(50 * second);
        const end = clock.now();
        const stopped = [
          event(end, 'web', 'kill', { signal: 15 }),
          event(end + 1, 'web', 'die', { exit: 143 }),
          event(end + 2, 'web', 'stop'),
        ];
        await tell(...stopped, runs(end + 3, 'web', { state: 'exited', exitCode: 143, startedAt: at, finishedAt: end }));
        await pass(10 * second);
      }
      assert.deepEqual(told(), []);
    });
  });
});
