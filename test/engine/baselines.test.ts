import assert from 'node:assert/strict';
import { silentLog } from '../../src/base/log.ts';
import { createLogReader, type LogReader } from '../../src/diagnose/logReader.ts';
import type { LogLine } from '../../src/model/logs.ts';
import { type Memory, openMemory } from '../../src/remember/store.ts';
import { type Bed, runs, shopBed, shopId } from '../fakes/engineBed.ts';
import { FakeClock } from '../fakes/fakeClock.ts';
import { FakeLink } from '../fakes/fakeLink.ts';
import { aService, logs, noon } from '../fakes/make.ts';

const minute = 60_000;
const key = `patterns/${shopId('web')}`;

describe('The baseline of a log, over a reload', () => {
  let memory: Memory;
  let clock: FakeClock;
  let reader: LogReader;
  const beds: Bed[] = [];
  const bedOf = async (): Promise<Bed> => {
    const bed = await shopBed({ memory, clock, links: [new FakeLink()] }, aService('web'));
    beds.push(bed);
    reader = createLogReader();
    return bed;
  };
  const say = async (bed: Bed, at: number, ...texts: string[]): Promise<void> => {
    const lines = texts.map((text, i): LogLine => ({ at: at + i, stamp: '', stream: 'out', text }));
    bed.link.emit(logs(at, 'web', reader.read(lines)));
    await bed.settle();
  };
  /** A quarter of an hour later there is a minute of errors again. */
  const goOn = async (bed: Bed, minutes: number): Promise<void> => {
    for (let i = 0; i < minutes; i++) {
      clock.advance(minute);
      await say(bed, clock.now() - 1000, 'ERROR retrying 1', 'ERROR retrying 2', 'INFO served');
    }
  };
  const issues = (bed: Bed): string[] => bed.engine.beliefs().issues.map(issue => `${issue.category} ${issue.band}`);

  beforeEach(async () => {
    memory = await openMemory(undefined, silentLog);
    clock = new FakeClock(noon);
  });
  afterEach(() => {
    for (const bed of beds.splice(0)) bed.engine.dispose();
    memory.dispose();
  });

  it('the usual errors stay usual, and a new one is new at once', async () => {
    const first = await bedOf();
    first.link.emit(runs(noon, 'web', { startedAt: noon }));
    await goOn(first, 40);
    assert.deepEqual(issues(first), []);
    first.engine.dispose();
    clock.advance(30 * minute);
    const second = await bedOf();
    // The first look after the reload reads some of the old lines again.
    const again = Array.from({ length: 200 }, (_, i) => `ERROR retrying ${i}`);
    await say(second, noon + 39 * minute, ...again);
    await goOn(second, 2);
    assert.deepEqual(issues(second), []);
    const kept = second.engine.beliefs().world.services.get(shopId('web'))?.patterns;
    assert.equal(kept?.patterns.size, 2);
    await say(second, clock.now(), 'ERROR cannot open queue', 'ERROR cannot open queue', 'ERROR cannot open queue');
    assert.deepEqual(issues(second), ['app_error medium']);
    assert.match(second.engine.beliefs().issues[0]?.evidence[0]?.what ?? '', /not seen in \d+ calm minutes/);
  });

  it('is written once a minute, and when the engine ends; not for each line', async () => {
    const bed = await bedOf();
    await goOn(bed, 1);
    const puts: string[] = [];
    const put = memory.put.bind(memory);
    memory.put = (name, value) => {
      if (name === key) puts.push(name);
      put(name, value);
    };
    for (let i = 0; i < 100; i++) await say(bed, clock.now() + i, 'ERROR retrying 7');
    assert.deepEqual(puts, []);
    clock.advance(minute);
    assert.equal(puts.length, 1);
    await say(bed, clock.now(), 'ERROR retrying 7');
    bed.engine.dispose();
    assert.equal(puts.length, 2);
  });

  it('that is junk is taken for none', async () => {
    memory.put(key, { patterns: 'x' });
    const bed = await bedOf();
    await say(bed, noon, 'INFO served');
    assert.equal(bed.engine.beliefs().world.services.get(shopId('web'))?.patterns?.patterns.size, 1);
  });

  it('of many services goes to the disk a few at a time', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `s${i}`);
    const bed = await shopBed({ memory, clock, links: [new FakeLink()] }, ...names.map(name => aService(name)));
    beds.push(bed);
    bed.link.emit(
      ...names.map(name => logs(noon, name, createLogReader().read([{ at: noon, stamp: '', stream: 'out', text: 'INFO up' }]))),
    );
    await bed.settle();
    const written = (): number => names.filter(name => memory.get(`patterns/${shopId(name)}`) !== undefined).length;
    clock.advance(minute);
    assert.equal(written(), 4);
    clock.advance(2000);
    assert.equal(written(), 20);
  });
});
