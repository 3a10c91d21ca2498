import assert from 'node:assert/strict';
import { silentLog } from '../../src/base/log.ts';
import type { Observation } from '../../src/model/observation.ts';
import type { RunLog } from '../../src/model/runLog.ts';
import { type Memory, openMemory } from '../../src/remember/store.ts';
import { type Bed, shopBed, shopId } from '../fakes/engineBed.ts';
import { FakeClock } from '../fakes/fakeClock.ts';
import { FakeLink } from '../fakes/fakeLink.ts';
import { instanceOf, noon } from '../fakes/make.ts';

const run = (at: number, text = `words of ${at}`, count = 1): RunLog => ({
  instance: instanceOf('web'),
  at,
  lines: Array.from({ length: count }, (_, i) => ({ at: at - count + i, stamp: '', stream: 'out', text })),
});
const told = (one: RunLog): Observation => ({
  kind: 'run-log',
  service: shopId('web'),
  run: one,
  at: one.at,
  plusMinus: 0,
  server: 'local',
  how: 'live',
});

describe('Logs of past runs', () => {
  let memory: Memory;
  let clock: FakeClock;
  let bed: Bed;
  const begin = async (): Promise<void> => {
    bed = await shopBed({ memory, clock, links: [new FakeLink()] });
  };
  const kept = (): number[] =>
    bed.engine
      .beliefs()
      .world.services.get(shopId('web'))
      ?.runLogs?.map(({ at }) => at) ?? [];
  const stored = (): unknown => memory.get(`lastRun/${shopId('web')}`);

  beforeEach(async () => {
    memory = await openMemory(undefined, silentLog);
    clock = new FakeClock(noon);
    await begin();
  });
  afterEach(() => {
    bed.engine.dispose();
    memory.dispose();
  });

  it('are the newest two, in the order of their ends', async () => {
    bed.link.emit(told(run(noon - 30_000)), told(run(noon - 10_000)), told(run(noon - 20_000)));
    await bed.settle();
    assert.deepEqual(kept(), [noon - 20_000, noon - 10_000]);
  });

  it('count once when one end is told twice, by the longer log', async () => {
    bed.link.emit(told(run(noon - 10_000, 'long', 3)), told(run(noon - 9500, 'short')));
    await bed.settle();
    assert.deepEqual(kept(), [noon - 10_000]);
  });

  it('survive a reload, and are not written at each death', async () => {
    bed.link.emit(told(run(noon - 10_000)));
    await bed.settle();
    assert.equal(stored(), undefined);
    clock.advance(3000);
    assert.equal((stored() as unknown[]).length, 1);
    bed.link.emit(told(run(noon - 5000)));
    await bed.settle();
    bed.engine.dispose();
    assert.equal((stored() as unknown[]).length, 2, 'the rest is written at the end');
    await begin();
    assert.deepEqual(kept(), [noon - 10_000, noon - 5000]);
    bed.link.emit(told(run(noon - 1000)));
    await bed.settle();
    assert.deepEqual(kept(), [noon - 5000, noon - 1000]);
  });

  it('that the memory holds as nonsense do no harm', async () => {
    bed.engine.dispose();
    memory.put(`lastRun/${shopId('web')}`, [{ at: 'x' }, 7, { ...run(noon - 1), lines: [{ text: 5 }, ...run(noon - 1).lines] }]);
    await begin();
    assert.deepEqual(kept(), [noon - 1]);
    assert.equal(bed.engine.beliefs().world.services.get(shopId('web'))?.runLogs?.[0]?.lines.length, 1);
  });
});
