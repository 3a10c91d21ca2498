import assert from 'node:assert/strict';
import { nameOf } from '../../src/act/reportDoc.ts';
import { digest } from '../../src/diagnose/readLogs.ts';
import type { Observation } from '../../src/model/observation.ts';
import { type Service, serviceId } from '../../src/model/service.ts';
import { defaultSettings, type Settings } from '../../src/model/settings.ts';
import { type Bed, makeBed } from '../fakes/engineBed.ts';
import { FakeLink } from '../fakes/fakeLink.ts';
import { aService, event, inspected, instanceOf, inventory, noon, someFacts, synced } from '../fakes/make.ts';

const [a, b] = [serviceId('east', 'svc-a', 'shop'), serviceId('west', 'svc-b', 'shop')];
const svcA = aService('svc-a', { id: a, server: 'east' });
const svcB = aService('svc-b', { id: b, server: 'west' });
const needing: Settings = { ...defaultSettings, dependencies: [{ from: 'svc-a', to: 'west:shop/svc-b' }] };
const runs = (service: Service): Observation => inspected(noon, service.id, someFacts(service.name));
const dies = (service: Service, at: number): Observation[] => [
  event(at, service.name, 'die', { exit: 1, service: service.id }),
  inspected(at + 1, service.id, someFacts(service.name, { state: 'exited', exitCode: 1, finishedAt: at })),
];
const refused = (at: number): Observation => ({
  ...{ kind: 'logs', at, plusMinus: 0, server: 'east', how: 'live', service: a, instance: instanceOf('svc-a') },
  digest: digest(
    Array.from({ length: 6 }, (_, i) => ({
      at: at + i,
      stamp: '',
      stream: 'err' as const,
      text: `ERROR request ${i} failed: upstream is gone`,
    })),
  ),
});

interface TwoServers extends Bed {
  readonly east: FakeLink;
  readonly west: FakeLink;
}

async function twoServers(settings: Settings): Promise<TwoServers> {
  const [east, west] = [new FakeLink({ id: 'east', label: 'east' }), new FakeLink({ id: 'west', label: 'west' })];
  const bed = await makeBed({ links: [east, west], settings });
  bed.engine.start();
  await bed.settle();
  east.emit(inventory(noon, svcA), runs(svcA), synced(noon));
  west.emit(inventory(noon, svcB), runs(svcB), synced(noon));
  await bed.settle();
  return { ...bed, east, west };
}

async function broken(settings: Settings): Promise<TwoServers> {
  const bed = await twoServers(settings);
  bed.clock.advance(62_000);
  bed.west.emit(...dies(svcB, noon + 60_000));
  bed.east.emit(refused(noon + 61_000));
  await bed.settle();
  return bed;
}

describe('A need of another server that the settings declare', () => {
  it('makes what fails here a symptom of what failed there', async () => {
    const { engine } = await broken(needing);
    const { incidents, world } = engine.beliefs();
    assert.equal(incidents.length, 1);
    assert.equal(incidents[0]?.root?.service, b);
    assert.deepEqual(incidents[0]?.symptoms, [`${a}/app_error`]);
    assert.equal(nameOf(incidents[0]?.root?.service ?? '', world), 'svc-b (shop)');
    engine.dispose();
  });

  it('is not guessed: without the setting they are two incidents', async () => {
    const { engine } = await broken(defaultSettings);
    assert.deepEqual(
      engine.beliefs().incidents.map(({ symptoms }) => symptoms),
      [[], []],
    );
    engine.dispose();
  });

  it('counts from the moment it is set, and no longer when it is taken back', async () => {
    const { engine, settle } = await broken(defaultSettings);
    const now = () => {
      const { incidents, world } = engine.beliefs();
      return { symptoms: incidents.flatMap(({ symptoms }) => symptoms), needed: world.services.get(b)?.needed };
    };
    engine.configure(needing, []);
    await settle();
    assert.deepEqual(now(), { symptoms: [`${a}/app_error`], needed: true });
    engine.configure(defaultSettings, []);
    await settle();
    assert.deepEqual(now(), { symptoms: [], needed: false }, 'what was one incident stays one, and nothing explains the other any more');
    engine.dispose();
  });

  it('makes no new connection', async () => {
    const { engine, east, settle } = await twoServers(defaultSettings);
    engine.configure(needing, []);
    await settle();
    assert.equal(east.watches, 1);
    engine.dispose();
  });

  it('is unknown, not down, while the other server is out of sight, and explains nothing', async () => {
    const { engine, west, settle } = await broken(needing);
    west.emit({ ...{ kind: 'sight', clear: false, why: { code: 'down', text: 'west does not answer', next: 'Start it.' } }, ...stamp });
    await settle();
    const report = await engine.triage();
    assert.deepEqual(
      report.unknown.map(({ service }) => service),
      [undefined, b],
    );
    assert.ok(report.issues.every(({ service }) => service !== b));
    assert.deepEqual(
      report.incidents.flatMap(({ symptoms }) => symptoms),
      [],
    );
    const found = await engine.investigate(a, new AbortController().signal);
    const needs = found.checks.find(({ check }) => check === 'dependencies');
    assert.match(needs?.findings[0]?.text ?? '', /^needs svc-b \(shop\): unknown: engine down/);
    assert.deepEqual([needs?.interesting, found.ruledOut.filter(text => /dependency/.test(text))], [false, []]);
    engine.dispose();
  });
});

const stamp = { at: noon + 62_000, plusMinus: 0, server: 'west', how: 'live' } as const;
