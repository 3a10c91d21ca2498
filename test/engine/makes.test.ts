import assert from 'node:assert/strict';
import { silentLog } from '../../src/base/log.ts';
import type { Make } from '../../src/model/change.ts';
import type { Observation } from '../../src/model/observation.ts';
import { type Memory, openMemory } from '../../src/remember/store.ts';
import { type Bed, makeBed, shopId } from '../fakes/engineBed.ts';
import { FakeClock } from '../fakes/fakeClock.ts';
import { FakeLink } from '../fakes/fakeLink.ts';
import { aService, event, inspected, instanceOf, inventory, noon, someFacts, synced } from '../fakes/make.ts';

const hour = 3_600_000;
const id = shopId('web');
const made = (n: number): Make => ({
  image: `app:${n}`,
  imageId: `sha256:${n}`,
  env: {},
  command: 'c',
  mounts: [],
  networks: [],
  limits: {},
});
const container = (n: number): string => instanceOf(`web${n}`);
const runs = (n: number, startedAt: number, over: Parameters<typeof someFacts>[1] = {}): Observation =>
  inspected(startedAt + 5, id, someFacts('web', { instance: container(n), make: made(n), createdAt: startedAt, startedAt, ...over }));
const listed = (n: number, at: number): Observation => inventory(at, aService('web', { instance: container(n), since: at }));

describe('What services are made from, over a reload', () => {
  let memory: Memory;
  let clock: FakeClock;
  const beds: Bed[] = [];
  const engine = async (...seen: Observation[]): Promise<Bed> => {
    const bed = await makeBed({ memory, clock, links: [new FakeLink()] });
    beds.push(bed);
    bed.engine.start();
    await bed.settle();
    bed.link.emit(...seen, synced(clock.now()));
    await bed.settle();
    return bed;
  };
  const deploy = (bed: Bed) => bed.engine.beliefs().world.services.get(id)?.deploy;

  beforeEach(async () => {
    memory = await openMemory(undefined, silentLog);
    clock = new FakeClock(noon);
  });
  afterEach(() => {
    for (const bed of beds.splice(0)) bed.engine.dispose();
    memory.dispose();
  });

  it('is remembered: a deploy while nobody watched is one', async () => {
    const first = await engine(listed(1, noon), runs(1, noon));
    clock.advance(2 * hour);
    first.engine.dispose();
    clock.advance(hour);
    const second = await engine(listed(2, clock.now()), runs(2, clock.now()));
    assert.deepEqual([deploy(second)?.before.image, deploy(second)?.at, deploy(second)?.stableFor], ['app:1', clock.now(), 2 * hour]);
  });

  it('makes a bad change of a crash, in a new engine', async () => {
    const first = await engine(listed(1, noon), runs(1, noon));
    clock.advance(2 * hour);
    first.engine.dispose();
    const at = clock.now();
    const second = await engine(
      listed(2, at),
      runs(2, at),
      event(at + 20, 'web', 'die', { exit: 1, instance: container(2) }),
      runs(2, at, { state: 'exited', exitCode: 1, finishedAt: at + 20 }),
    );
    clock.advance(100);
    assert.deepEqual(
      (await second.engine.triage()).issues.map(issue => issue.category),
      ['bad_change'],
    );
  });

  it('is the same deploy after one more reload', async () => {
    await engine(listed(1, noon), runs(1, noon));
    clock.advance(hour);
    beds[0]?.engine.dispose();
    const deployed = clock.now();
    await engine(listed(2, deployed), runs(2, deployed));
    clock.advance(60_000);
    beds[1]?.engine.dispose();
    const third = await engine(listed(2, clock.now()), runs(2, deployed));
    assert.deepEqual([deploy(third)?.at, deploy(third)?.before.image], [deployed, 'app:1']);
  });

  it('is written a little after it changed, so that a kill loses no more than how long it ran', async () => {
    await engine(listed(1, noon), runs(1, noon));
    assert.equal(memory.get(`makes/${id}`), undefined);
    clock.advance(3000);
    assert.equal((memory.get(`makes/${id}`) as { makes: { now: { make: Make } } }).makes.now.make.image, 'app:1');
  });

  for (const damaged of [null, 7, { makes: {}, seen: 1 }, { makes: { now: { make: made(1) } }, seen: 1 }, { seen: 'x' }]) {
    it(`is begun anew where ${JSON.stringify(damaged)?.slice(0, 30)} is stored`, async () => {
      memory.put(`makes/${id}`, damaged);
      assert.equal(deploy(await engine(listed(2, noon), runs(2, noon))), undefined);
    });
  }
});
