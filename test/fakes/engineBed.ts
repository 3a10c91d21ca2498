import { type Log, silentLog } from '../../src/base/log.ts';
import type { Clock } from '../../src/base/time.ts';
import { createEngine } from '../../src/engine/engine.ts';
import type { EngineNeeds } from '../../src/engine/needs.ts';
import type { Beliefs, Engine } from '../../src/engine/port.ts';
import type { TimelineEntry } from '../../src/model/incident.ts';
import type { Observation } from '../../src/model/observation.ts';
import { type Facts, type Service, serviceId } from '../../src/model/service.ts';
import { defaultSettings } from '../../src/model/settings.ts';
import { type Memory, openMemory } from '../../src/remember/store.ts';
import { FakeClock, turns } from './fakeClock.ts';
import { FakeLink } from './fakeLink.ts';
import { aService, event, inspected, inventory, noon, someFacts, synced } from './make.ts';

/** An engine between fake servers, a fake clock and a memory of this process. */
export interface Bed {
  readonly engine: Engine;
  readonly clock: FakeClock;
  readonly link: FakeLink;
  readonly memory: Memory;
  /** What `changed` and `entry` gave, in order. */
  readonly beliefs: Beliefs[];
  readonly entries: TimelineEntry[];
  /** Lets the engine take in what waits. */
  settle(): Promise<void>;
}

interface BedWishes extends Partial<Omit<EngineNeeds, 'clock' | 'links'>> {
  readonly clock?: FakeClock;
  readonly links?: readonly FakeLink[] | EngineNeeds['links'];
  /** Other time for the engine than the bed's. */
  readonly engineClock?: Clock;
}

export async function makeBed(wishes: BedWishes = {}): Promise<Bed> {
  const { clock = new FakeClock(noon), links = [new FakeLink()], engineClock, ...needs } = wishes;
  const memory = wishes.memory ?? (await openMemory(undefined, silentLog));
  let ids = 0;
  const engine = createEngine({
    log: silentLog,
    settings: defaultSettings,
    folders: [],
    trusted: () => true,
    newId: () => `id${++ids}`,
    ...needs,
    memory,
    clock: engineClock ?? clock,
    links: typeof links === 'function' ? links : async () => links,
  });
  const [beliefs, entries]: [Beliefs[], TimelineEntry[]] = [[], []];
  engine.changed(each => void beliefs.push(each));
  engine.entry(each => void entries.push(each));
  const link = (typeof links === 'function' ? undefined : links[0]) ?? new FakeLink();
  return { engine, clock, link, memory, beliefs, entries, settle: () => turns(4) };
}

/** A started engine that has seen these services of project `shop` run. */
export async function shopBed(wishes: BedWishes = {}, ...services: readonly Service[]): Promise<Bed> {
  const bed = await makeBed(wishes);
  bed.engine.start();
  await bed.settle();
  const shown = services.length > 0 ? services : [aService('web')];
  bed.link.emit(inventory(bed.clock.now(), ...shown), ...shown.map(each => runs(bed.clock.now(), each.name)), synced(bed.clock.now()));
  await bed.settle();
  return bed;
}

export const shopId = (name: string): string => serviceId('local', name, 'shop');
export const runs = (at: number, name: string, over: Partial<Facts> = {}): Observation =>
  inspected(at, shopId(name), someFacts(name, over));

/** Service `name` crashes with exit 1 at `at`, as the engine tells it: the event, then inspect. */
export const crash = (at: number, name: string): Observation[] => [
  event(at, name, 'die', { exit: 1 }),
  runs(at + 1, name, { state: 'exited', exitCode: 1, finishedAt: at }),
];

export const lost = (at: number, text = 'The engine does not answer.'): Observation => ({
  kind: 'sight',
  clear: false,
  why: { code: 'down', text, next: 'Start it.' },
  at,
  plusMinus: 0,
  server: 'local',
  how: 'live',
});

/** A log that keeps what it is told. */
export function keepingLog(): Log & { readonly told: string[] } {
  const told: string[] = [];
  const keep = (text: string): void => void told.push(text);
  return { told, debug: keep, info: keep, warn: keep, error: keep };
}
