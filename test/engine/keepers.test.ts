import assert from 'node:assert/strict';
import { silentLog } from '../../src/base/log.ts';
import type { Service } from '../../src/model/service.ts';
import { defaultSettings } from '../../src/model/settings.ts';
import { type Memory, openMemory } from '../../src/remember/store.ts';
import { type Bed, crash, runs, shopBed, shopId } from '../fakes/engineBed.ts';
import { FakeClock } from '../fakes/fakeClock.ts';
import { FakeLink } from '../fakes/fakeLink.ts';
import { aService, event, instanceOf, inventory, noon, synced } from '../fakes/make.ts';

const hour = 3_600_000;

/** A memory that outlives the engines of a test. */
const lasting = (): Promise<Memory> => openMemory(undefined, silentLog);

describe('What the engine keeps over a reload', () => {
  let memory: Memory;
  let clock: FakeClock;
  const beds: Bed[] = [];
  const bedOf = async (...services: readonly Service[]): Promise<Bed> => {
    const bed = await shopBed({ memory, clock, links: [new FakeLink()] }, ...services);
    beds.push(bed);
    return bed;
  };

  beforeEach(async () => {
    memory = await lasting();
    clock = new FakeClock(noon);
  });
  afterEach(() => {
    for (const bed of beds.splice(0)) bed.engine.dispose();
    memory.dispose();
  });

  describe('Leases', () => {
    const scopes = (bed: Bed): string[] => bed.engine.beliefs().attention.leases.map(lease => `${lease.by} ${lease.scope}`);

    it('go on in a new engine and end when they were to end', async () => {
      const first = await bedOf();
      first.engine.lease({ scope: 'all', by: 'person', reason: 'deploy', until: noon + 2 * hour });
      first.engine.lease({ scope: shopId('web'), by: 'person', reason: 'known', until: noon + 3 * hour });
      first.engine.dispose();
      clock.advance(hour);
      const second = await bedOf();
      assert.deepEqual(scopes(second), ['person all', `person ${shopId('web')}`]);
      assert.equal(second.engine.beliefs().attention.leases[0]?.until, noon + 2 * hour);
      assert.equal((await second.engine.triage()).devMode?.reason, 'deploy');
      clock.advance(hour);
      assert.equal((await second.engine.triage()).devMode, undefined);
      assert.deepEqual(
        (await second.engine.triage()).excluded.map(row => row.service),
        [shopId('web')],
      );
      clock.advance(hour);
      assert.deepEqual((await second.engine.triage()).excluded, []);
    });

    it('that ended while nobody ran are gone', async () => {
      const first = await bedOf();
      first.engine.lease({ scope: 'all', by: 'person', reason: '', until: noon + hour });
      first.engine.dispose();
      clock.advance(hour);
      assert.deepEqual(scopes(await bedOf()), []);
    });

    it('never outlive a day, whatever the memory says', async () => {
      memory.put('attention', { leases: [{ id: 'x', scope: 'all', by: 'person', reason: '', since: noon, until: noon + 1e12 }, 'junk'] });
      const bed = await bedOf();
      assert.equal(bed.engine.beliefs().attention.leases[0]?.until, noon + 24 * hour);
    });

    it('tell of their beginning and their end', async () => {
      const bed = await bedOf();
      clock.advance(1000);
      const before = bed.beliefs.length;
      bed.engine.lease({ scope: 'all', by: 'person', reason: '', until: clock.now() + hour });
      assert.equal(bed.beliefs.length, before + 1);
      assert.equal(bed.beliefs.at(-1)?.attention.leases.length, 1);
      clock.advance(hour + 100);
      assert.equal(bed.beliefs.at(-1)?.attention.leases.length, 0);
      assert.deepEqual(memory.get('attention'), { leases: [] });
      assert.deepEqual(clock.waits, []);
    });

    it('of an earlier engine tell of their end too, and what ends nothing tells nothing', async () => {
      const first = await bedOf();
      first.engine.lease({ scope: 'all', by: 'person', reason: '', until: noon + hour });
      first.engine.dispose();
      const second = await bedOf();
      clock.advance(1000);
      const before = second.beliefs.length;
      assert.equal(second.engine.endLease(shopId('web'), 'person'), 0);
      clock.advance(1000);
      assert.equal(second.beliefs.length, before);
      clock.advance(hour);
      assert.equal(second.beliefs.length, before + 1);
    });

    it('end when asked by who may, and say how many', async () => {
      const bed = await bedOf();
      bed.engine.lease({ scope: 'all', by: 'person', reason: '', until: noon + hour });
      bed.engine.lease({ scope: 'all', by: 'model', reason: '', until: noon + 100 * hour });
      assert.equal(bed.engine.beliefs().attention.leases[1]?.until, noon + 8 * hour);
      assert.equal(bed.engine.endLease('all', 'model'), 1);
      assert.equal(bed.engine.endLease('all', 'model'), 0);
      assert.deepEqual(scopes(bed), ['person all']);
      assert.equal(bed.engine.endLease('all', 'person'), 1);
      assert.deepEqual(scopes(bed), []);
    });
  });

  describe('Deaths', () => {
    const deaths = (bed: Bed, name = 'web'): number[] =>
      bed.engine
        .beliefs()
        .world.services.get(shopId(name))
        ?.deaths.map(death => death.at) ?? [];
    const die = async (bed: Bed, at: number): Promise<void> => {
      bed.link.emit(event(at - 500, 'web', 'start'), ...crash(at, 'web'));
      await bed.settle();
    };

    it('are read again when their service is seen, and count in what is believed', async () => {
      const first = await bedOf();
      clock.advance(5000);
      for (const at of [noon + 1000, noon + 2000, noon + 3000, noon + 4000]) await die(first, at);
      assert.equal(first.engine.beliefs().issues[0]?.severity, 'critical', 'a loop');
      first.engine.dispose();
      clock.advance(5000);
      const second = await bedOf();
      assert.deepEqual(deaths(second), [noon + 1000, noon + 2000, noon + 3000, noon + 4000]);
      second.link.emit(...crash(noon + 6000, 'web'));
      await second.settle();
      assert.equal(second.engine.beliefs().issues[0]?.severity, 'critical');
    });

    it('come once, seen again or not', async () => {
      const first = await bedOf();
      await die(first, noon + 1000);
      first.engine.dispose();
      const second = await shopBed({ memory, clock, links: [new FakeLink()] }, aService('db'));
      beds.push(second);
      second.link.emit(
        inventory(noon + 2000, aService('db'), aService('web')),
        runs(noon + 2000, 'web', { state: 'exited', exitCode: 1, finishedAt: noon + 1000 }),
      );
      await second.settle();
      assert.deepEqual(deaths(second), [noon + 1000]);
    });

    it('are kept when the window closes right after, and when it lives on for a while', async () => {
      const first = await bedOf();
      await die(first, noon + 1000);
      assert.equal(memory.get(`deaths/${shopId('web')}`), undefined, 'not at each death');
      clock.advance(2000);
      assert.equal((memory.get(`deaths/${shopId('web')}`) as unknown[]).length, 1);
      await die(first, noon + 3000);
      clock.advance(2000);
      assert.equal((memory.get(`deaths/${shopId('web')}`) as unknown[]).length, 2);
      await die(first, noon + 6000);
      first.engine.dispose();
      assert.equal((memory.get(`deaths/${shopId('web')}`) as unknown[]).length, 3);
    });

    it('stand in the order of their time, stored ones and seen ones', async () => {
      const at = (time: number) => ({ instance: instanceOf('web'), at: time, nano: '', oom: false, intended: false, inferred: true });
      memory.put(`deaths/${shopId('web')}`, [at(noon - 9000), at(noon - 1000)]);
      const bed = await bedOf(aService('db'));
      const down = runs(noon, 'web', { state: 'exited', exitCode: 1, finishedAt: noon - 5000 });
      bed.link.emit(inventory(noon, aService('db'), aService('web', { state: 'exited' })), down);
      await bed.settle();
      assert.deepEqual(deaths(bed), [noon - 9000, noon - 5000, noon - 1000]);
    });

    it('found at the first look are kept too', async () => {
      const bed = await shopBed({ memory, clock, links: [new FakeLink()] }, aService('db'));
      beds.push(bed);
      bed.link.emit(
        inventory(noon, aService('db'), aService('web', { state: 'exited' })),
        runs(noon, 'web', { state: 'exited', exitCode: 3, finishedAt: noon - 9000 }),
      );
      await bed.settle();
      bed.engine.dispose();
      assert.equal((memory.get(`deaths/${shopId('web')}`) as unknown[]).length, 1);
    });

    it('survive a change of the servers in the settings', async () => {
      const links = [new FakeLink(), new FakeLink()];
      let made = 0;
      const bed = await shopBed({ memory, clock, links: async () => links.slice(made, ++made) });
      beds.push(bed);
      const [before, after] = links;
      before?.emit(
        inventory(noon, aService('web')),
        runs(noon, 'web'),
        synced(noon),
        event(noon, 'web', 'start'),
        ...crash(noon + 1000, 'web'),
      );
      await bed.settle();
      bed.engine.configure({ ...defaultSettings, followLogs: false }, []);
      await bed.settle();
      after?.emit(inventory(noon + 2000, aService('web')), runs(noon + 2000, 'web'), synced(noon + 2000));
      await bed.settle();
      assert.deepEqual(deaths(bed), [noon + 1000]);
      bed.engine.dispose();
      assert.equal((memory.get(`deaths/${shopId('web')}`) as unknown[]).length, 1);
    });

    it('do not harm when the memory holds nonsense', async () => {
      memory.put(`deaths/${shopId('web')}`, [{ at: 'x' }, 7]);
      assert.deepEqual(deaths(await bedOf()), []);
    });
  });
});
