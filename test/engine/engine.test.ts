import assert from 'node:assert/strict';
import type { Observation } from '../../src/model/observation.ts';
import { defaultSettings } from '../../src/model/settings.ts';
import { type Bed, crash, keepingLog, lost, makeBed, runs, shopBed, shopId } from '../fakes/engineBed.ts';
import { turns } from '../fakes/fakeClock.ts';
import { FakeLink } from '../fakes/fakeLink.ts';
import { aService, event, inventory, noon, synced, usage } from '../fakes/make.ts';

const clear = (at: number): Observation => ({ kind: 'sight', clear: true, at, plusMinus: 0, server: 'local', how: 'live' });
const tick = (at: number): Observation => ({ kind: 'tick', at, plusMinus: 0, server: 'local', how: 'live' });

/** Whether a promise has settled after a few turns. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  void promise.finally(() => {
    done = true;
  });
  await turns(4);
  return done;
}

describe('The engine', () => {
  let bed: Bed;
  afterEach(() => {
    bed.engine.dispose();
    bed.memory.dispose();
  });

  it('believes a sample of usage at once, and wakes nobody for it', async () => {
    bed = await shopBed();
    bed.clock.advance(1000);
    const told = bed.beliefs.length;
    assert.equal(bed.engine.beliefs().world.services.get(shopId('web'))?.usage, undefined);
    bed.link.emit(usage(noon + 1000, 'web', { memory: 5 }));
    await bed.settle();
    bed.clock.advance(1000);
    assert.equal(bed.engine.beliefs().world.services.get(shopId('web'))?.usage?.[0]?.memory, 5);
    assert.equal(bed.beliefs.length, told);
  });

  describe('is ready', () => {
    it('when every server was looked at once or is out of sight', async () => {
      const [near, far] = [new FakeLink(), new FakeLink({ id: 'far', label: 'far' })];
      bed = await makeBed({ links: [near, far] });
      const ready = bed.engine.ready();
      assert.equal(await settled(ready), false, 'before the start');
      bed.engine.start();
      near.emit(synced(noon));
      assert.equal(await settled(ready), false, 'while one is not looked at');
      near.emit(inventory(noon, aService('web')), synced(noon));
      assert.equal(await settled(ready), false, 'an answer of the same server again');
      far.emit(lost(noon));
      assert.equal(await settled(ready), true);
      assert.equal(await settled(bed.engine.ready()), true, 'and stays so');
    });

    it('not by a clear sight alone, before the first look is whole', async () => {
      bed = await makeBed();
      bed.engine.start();
      await bed.settle();
      bed.link.emit(clear(noon));
      assert.equal(await settled(bed.engine.ready()), false);
    });

    it('at once when there is no server, and when links cannot be made', async () => {
      bed = await makeBed({ links: [] });
      bed.engine.start();
      assert.equal(await settled(bed.engine.ready()), true);
      bed.engine.dispose();
      const log = keepingLog();
      bed = await makeBed({ links: () => Promise.reject(new Error('no reach')), log });
      bed.engine.start();
      assert.equal(await settled(bed.engine.ready()), true);
      assert.deepEqual(log.told, ['No server could be prepared: no reach']);
    });

    it('no longer than its asker wants to wait, or the engine lives', async () => {
      bed = await makeBed();
      bed.engine.start();
      const stop = new AbortController();
      const first = bed.engine.ready(stop.signal);
      const second = bed.engine.ready();
      stop.abort();
      assert.deepEqual([await settled(first), await settled(second)], [true, false]);
      bed.engine.dispose();
      assert.equal(await settled(second), true);
      assert.equal(await settled(bed.engine.ready()), true);
    });
  });

  describe('triage', () => {
    it('looks again only when the list is older than 30 s', async () => {
      bed = await shopBed();
      await bed.engine.triage();
      bed.clock.advance(30_000);
      await bed.engine.triage();
      assert.deepEqual(bed.link.asked, []);
      bed.clock.advance(1);
      bed.link.onRefresh = async () => bed.link.emit(inventory(bed.clock.now(), aService('web'), aService('db')));
      const report = await bed.engine.triage();
      assert.deepEqual(bed.link.asked, ['refresh']);
      assert.equal(report.servers[0]?.services, 2, 'what the look saw is in the report');
      await bed.engine.triage();
      assert.deepEqual(bed.link.asked, ['refresh']);
    });

    it('measures that age by the steady clock, so a jump of the wall clock is no reason', async () => {
      bed = await shopBed();
      const now = bed.clock.now;
      bed.clock.now = () => now() + 3_600_000;
      await bed.engine.triage();
      assert.deepEqual(bed.link.asked, []);
    });

    it('reports all the same when a server cannot be asked again', async () => {
      bed = await shopBed();
      bed.clock.advance(31_000);
      bed.link.onRefresh = () => Promise.reject(new Error('no answer'));
      assert.deepEqual((await bed.engine.triage()).healthy, [shopId('web')]);
    });

    it('gives what is wrong, and beliefs say the same', async () => {
      bed = await shopBed({}, aService('web'), aService('db'));
      bed.link.emit(...crash(noon - 1000, 'web'));
      const report = await bed.engine.triage();
      assert.deepEqual(
        report.issues.map(issue => issue.key),
        [`${shopId('web')}/app_crash`],
      );
      assert.deepEqual(report.healthy, [shopId('db')]);
      assert.deepEqual(
        bed.engine.beliefs().issues.map(issue => issue.key),
        report.issues.map(issue => issue.key),
      );
    });
  });

  describe('tells of changes', () => {
    it('at once, and then at most every 50 ms', async () => {
      bed = await shopBed();
      bed.clock.advance(1000);
      const before = bed.beliefs.length;
      bed.link.emit(...crash(noon, 'web'));
      await bed.settle();
      assert.equal(bed.beliefs.length, before + 1);
      for (let i = 0; i < 10; i++) {
        bed.clock.advance(4);
        bed.link.emit(runs(noon + 10 + i, 'web', { failingStreak: i + 1 }));
        await bed.settle();
      }
      assert.equal(bed.beliefs.length, before + 1);
      bed.clock.advance(10);
      assert.equal(bed.beliefs.length, before + 2);
      assert.equal(bed.beliefs.at(-1)?.world.services.get(shopId('web'))?.facts?.failingStreak, 10);
    });

    it('not when nothing changed', async () => {
      bed = await shopBed();
      bed.clock.advance(1000);
      const before = bed.beliefs.length;
      bed.link.emit(tick(noon), inventory(noon + 1, aService('web')));
      await bed.settle();
      bed.clock.advance(1000);
      assert.equal(bed.beliefs.length, before);
    });

    it('of issues that only time makes old, while there are any', async () => {
      bed = await shopBed();
      bed.link.emit(...crash(noon, 'web'));
      await bed.settle();
      const confidence = (): number => bed.engine.beliefs().issues[0]?.confidence ?? 0;
      const before = confidence();
      bed.clock.advance(3_600_000);
      assert.ok(confidence() <= before);
      assert.ok((bed.engine.beliefs().issues[0]?.lastSeen ?? 0) > noon + 3_500_000, 'it was weighed again');
    });

    it('with no timer at all while all is calm', async () => {
      bed = await shopBed();
      bed.clock.advance(1000);
      assert.deepEqual(bed.clock.waits, []);
    });

    it('to the others when one listener throws, and goes on', async () => {
      const log = keepingLog();
      bed = await makeBed({ log });
      bed.engine.changed(() => {
        throw new Error('bad listener');
      });
      bed.engine.start();
      await bed.settle();
      bed.link.emit(inventory(noon, aService('web')), runs(noon, 'web'), synced(noon));
      await bed.settle();
      bed.clock.advance(50);
      assert.equal(bed.engine.beliefs().shown.length, 1);
      assert.ok(log.told.some(line => line.includes('bad listener')));
    });
  });

  describe('out of sight', () => {
    it('is an issue only where the server was in sight before', async () => {
      bed = await makeBed();
      bed.engine.start();
      await bed.settle();
      bed.link.emit(lost(noon));
      await bed.settle();
      assert.deepEqual(bed.engine.beliefs().issues, []);
      bed.link.emit(synced(noon + 1), lost(noon + 2));
      await bed.settle();
      assert.deepEqual(
        bed.engine.beliefs().issues.map(issue => [issue.key, issue.severity]),
        [['local/unreachable', 'critical']],
      );
      bed.link.emit(synced(noon + 3));
      await bed.settle();
      assert.deepEqual(bed.engine.beliefs().issues, []);
    });

    it('comes from a watch that throws too, which is begun again after a wait', async () => {
      const log = keepingLog();
      bed = await shopBed({ log });
      const timersBefore = bed.clock.waits.length;
      bed.link.break(new Error('parser broke'));
      await bed.settle();
      const server = bed.engine.beliefs().world.servers.get('local');
      assert.deepEqual([server?.sight, server?.loss?.code], ['lost', 'lost']);
      assert.match(log.told.join(), /The watch of local ended: parser broke/);
      assert.deepEqual([bed.link.watches, bed.clock.waits.length > timersBefore], [1, true]);
      bed.clock.advance(124);
      await bed.settle();
      assert.equal(bed.link.watches, 1, 'never at once');
      bed.clock.advance(126);
      await bed.settle();
      assert.equal(bed.link.watches, 2);
      bed.link.emit(synced(noon + 500));
      await bed.settle();
      assert.equal(bed.engine.beliefs().world.servers.get('local')?.sight, 'clear');
    });

    it('is tried at longer and longer waits up to 30 s, and at short ones again after a good minute', async () => {
      bed = await shopBed();
      const tries: number[] = [];
      for (let i = 0; i < 14; i++) {
        bed.link.break();
        await bed.settle();
        const [before, began] = [bed.link.watches, bed.clock.steady()];
        while (bed.link.watches === before) {
          bed.clock.advance(25);
          await turns(2);
        }
        tries.push(bed.clock.steady() - began);
      }
      for (const [i, wait] of tries.entries())
        assert.ok(wait >= Math.min(250 * 2 ** i, 30_000) / 2 && wait <= Math.min(250 * 2 ** i, 30_000) + 25, `${i}: ${wait}`);
      bed.clock.advance(61_000);
      bed.link.break();
      await bed.settle();
      const before = bed.link.watches;
      bed.clock.advance(250);
      await bed.settle();
      assert.equal(bed.link.watches, before + 1);
    }).timeout(20_000);
  });

  describe('shows', () => {
    const folder = { folder: '/src/shop' };
    const blog = aService('blog', { id: 'local/blog/blog', project: 'blog', group: 'blog', containerName: 'blog-blog-1' });

    it('what is listed, else the project of the workspace, else all', async () => {
      bed = await shopBed({ folders: ['/src/shop'] }, aService('web', folder), aService('db', folder), blog);
      const scope = (): readonly unknown[] => [bed.engine.beliefs().scope.by, bed.engine.beliefs().shown];
      assert.deepEqual(scope(), ['workspace', [shopId('db'), shopId('web')]]);
      bed.engine.configure(defaultSettings, ['/src/other']);
      assert.deepEqual(scope(), ['all', ['local/blog/blog', shopId('db'), shopId('web')]]);
      bed.engine.configure({ ...defaultSettings, scope: 'all' }, ['/src/shop']);
      assert.equal(scope()[0], 'all');
      bed.engine.configure({ ...defaultSettings, scope: 'workspace' }, ['/src/other']);
      assert.deepEqual(scope(), ['workspace', []]);
      bed.engine.configure({ ...defaultSettings, services: ['web', 'we', 'blog/blog'] }, ['/src/shop']);
      assert.deepEqual(scope(), ['services', ['local/blog/blog', shopId('web')]]);
      assert.deepEqual(bed.engine.beliefs().scope.unmatched, ['we']);
    });
  });

  describe('configured anew', () => {
    it('replaces its links when the servers, units or logs to watch are others, and only then', async () => {
      const made: FakeLink[] = [];
      const links = async (): Promise<FakeLink[]> => {
        const link = new FakeLink();
        made.push(link);
        return [link];
      };
      bed = await makeBed({ links });
      bed.engine.start();
      await bed.settle();
      const [first] = made;
      first?.emit(inventory(noon, aService('web')), runs(noon, 'web'), synced(noon));
      await bed.settle();
      const same = { ...defaultSettings, scope: 'all', services: ['web'], devModeHours: 1, logLines: 99 } as const;
      bed.engine.configure(same, ['/elsewhere']);
      await bed.settle();
      assert.deepEqual([made.length, first?.disposed], [1, false]);
      bed.engine.configure({ ...same, servers: [{ name: 'b', host: 'tcp://b:1' }] }, []);
      await bed.settle();
      assert.deepEqual([made.length, first?.disposed, made[1]?.watches], [2, true, 1]);
      bed.clock.advance(50);
      assert.equal(bed.beliefs.at(-1)?.world.services.size, 0, 'and says so');
      first?.emit(inventory(noon, aService('ghost')));
      made[1]?.emit(inventory(noon, aService('web')), synced(noon));
      await bed.settle();
      assert.deepEqual([...bed.engine.beliefs().world.services.keys()], [shopId('web')]);
      bed.engine.configure({ ...defaultSettings, userServices: [] }, []);
      await bed.settle();
      bed.engine.configure({ ...defaultSettings, userServices: [], followLogs: false }, []);
      await bed.settle();
      assert.equal(made.length, 4);
    });

    it('forgets what the old links said last', async () => {
      let release: (links: readonly FakeLink[]) => void = () => undefined;
      const [old, young] = [new FakeLink(), new FakeLink()];
      let first = true;
      const links = (): Promise<readonly FakeLink[]> => {
        if (!first) return new Promise(resolve => (release = resolve));
        first = false;
        return Promise.resolve([old]);
      };
      bed = await makeBed({ links });
      bed.engine.start();
      await bed.settle();
      old.emit(inventory(noon, aService('ghost')), synced(noon));
      bed.engine.configure({ ...defaultSettings, followLogs: false }, []);
      assert.equal(await settled(bed.engine.ready()), false, 'not by the old link either');
      release([young]);
      await bed.settle();
      assert.equal(bed.engine.beliefs().world.services.size, 0);
      assert.equal(await settled(bed.engine.ready()), false, 'an old answer does not make the new link ready');
    });

    it('keeps only the newest when it is configured again while links are made', async () => {
      const waiting: ((links: readonly FakeLink[]) => void)[] = [];
      bed = await makeBed({ links: () => new Promise(resolve => void waiting.push(resolve)) });
      bed.engine.start();
      bed.engine.configure({ ...defaultSettings, followLogs: false }, []);
      const [late, right] = [new FakeLink(), new FakeLink()];
      waiting[1]?.([right]);
      waiting[0]?.([late]);
      await bed.settle();
      assert.deepEqual([late.disposed, late.watches, right.disposed, right.watches], [true, 0, false, 1]);
    });
  });

  describe('passes on', () => {
    it('logs and inspect to the link of the server, with the present instance', async () => {
      bed = await shopBed();
      bed.link.lines = [{ at: noon, stamp: '', stream: 'out', text: 'hello' }];
      const lines = [];
      for await (const line of bed.engine.readLogs(shopId('web'), { tail: 10, follow: false }, new AbortController().signal))
        lines.push(line.text);
      await bed.engine.inspect(shopId('web'), new AbortController().signal);
      assert.deepEqual(lines, ['hello']);
      assert.deepEqual(bed.link.asked, [`logs ${shopId('web')} 77656200 10`, `inspect ${shopId('web')} 77656200`]);
    });

    it('a clear error for what is not there', async () => {
      bed = await shopBed({}, aService('web'), aService('db'));
      bed.link.emit(inventory(noon + 1, aService('web')));
      await bed.settle();
      const signal = new AbortController().signal;
      await assert.rejects(bed.engine.inspect(shopId('nope'), signal), /no service local\/shop\/nope\. List the services/);
      await assert.rejects(bed.engine.inspect(shopId('db'), signal), /db was removed/);
    });

    it('a retry to all servers or to one', async () => {
      const [near, far] = [new FakeLink(), new FakeLink({ id: 'far' })];
      bed = await makeBed({ links: [near, far] });
      bed.engine.start();
      await bed.settle();
      bed.engine.retryNow('far');
      bed.engine.retryNow();
      assert.deepEqual([near.asked, far.asked], [['retryNow'], ['retryNow', 'retryNow']]);
    });
  });

  describe('ends', () => {
    it('with its links, timers and events', async () => {
      bed = await shopBed();
      bed.engine.lease({ scope: 'all', by: 'person', reason: '', until: noon + 3_600_000 });
      bed.engine.lease({ scope: 'all', by: 'model', reason: '', until: noon + 7_200_000 });
      for (const at of [noon, noon + 3000]) {
        bed.link.emit(event(at - 1, 'web', 'start'), ...crash(at, 'web'));
        await bed.settle();
      }
      bed.link.break();
      await bed.settle();
      assert.notDeepEqual(bed.clock.waits, []);
      const before = [bed.beliefs.length, bed.entries.length];
      bed.link.emit(synced(noon + 9));
      bed.engine.dispose();
      bed.engine.dispose();
      bed.link.emit(synced(noon + 10));
      bed.engine.configure({ ...defaultSettings, scope: 'all' }, []);
      await bed.settle();
      assert.deepEqual([bed.link.disposed, bed.clock.waits, [bed.beliefs.length, bed.entries.length]], [true, [], before]);
    });

    it('for good: nothing that is asked of it later sets a timer', async () => {
      bed = await shopBed();
      bed.link.emit(...crash(noon, 'web'));
      await bed.settle();
      bed.clock.advance(1000);
      bed.engine.dispose();
      bed.engine.configure({ ...defaultSettings, scope: 'all' }, []);
      assert.deepEqual(bed.clock.waits, []);
    });

    it('also when its links are still being made', async () => {
      let release: (links: readonly FakeLink[]) => void = () => undefined;
      bed = await makeBed({ links: () => new Promise(resolve => (release = resolve)) });
      bed.engine.start();
      bed.engine.dispose();
      const link = new FakeLink();
      release([link]);
      await bed.settle();
      assert.deepEqual([link.disposed, link.watches, bed.clock.waits], [true, 0, []]);
      assert.equal(await settled(bed.engine.ready()), true, 'and nobody waits for it');
    });

    it('without complaint about a watch that rejects because it was told to end', async () => {
      const log = keepingLog();
      const link = new FakeLink();
      const watch = (_emit: unknown, signal: AbortSignal): Promise<void> =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
      bed = await makeBed({ links: [Object.assign(link, { watch })], log });
      bed.engine.start();
      await bed.settle();
      bed.engine.dispose();
      await bed.settle();
      assert.deepEqual([log.told, bed.clock.waits], [[], []]);
    });

    it('also while a triage waits', async () => {
      bed = await makeBed();
      bed.engine.start();
      const report = bed.engine.triage();
      bed.engine.dispose();
      assert.equal((await report).health, 'unknown');
      assert.deepEqual(bed.clock.waits, []);
    });
  });
});
