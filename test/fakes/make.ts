import { see } from '../../src/diagnose/see.ts';
import { emptyWorld, type ServiceView, type World } from '../../src/diagnose/world.ts';
import type { LogDigest } from '../../src/model/logs.ts';
import type { LifecycleEvent, Observation } from '../../src/model/observation.ts';
import { type Facts, type Server, type Service, type ServiceId, serviceId } from '../../src/model/service.ts';
import type { Usage } from '../../src/model/usage.ts';

/** A moment to count from: 2026-01-01 12:00 UTC, ms. */
export const noon = Date.UTC(2026, 0, 1, 12);
export const instanceOf = (name: string): string =>
  [...name]
    .map(c => c.charCodeAt(0).toString(16))
    .join('')
    .padEnd(64, '0')
    .slice(0, 64);

export const aServer: Server = {
  id: 'local',
  label: 'local',
  reach: { kind: 'socket', path: '/run/x.sock' },
  origin: 'default socket',
  watches: ['docker'],
};

/** A container of project `shop` that has been running for an hour; each case shows only what differs. */
export function aService(name: string, over: Partial<Service> = {}): Service {
  return {
    id: serviceId('local', name, over.project ?? 'shop'),
    instance: instanceOf(name),
    server: 'local',
    name,
    containerName: `shop-${name}-1`,
    kind: 'container',
    project: 'shop',
    composeService: name,
    group: 'shop',
    dependsOn: [],
    waitsForEnd: [],
    state: 'running',
    since: noon - 3_600_000,
    ports: [],
    enabled: true,
    oneOff: false,
    diagnostics: [],
    ...over,
  };
}

export function someFacts(name: string, over: Partial<Facts> = {}): Facts {
  return {
    instance: instanceOf(name),
    state: 'running',
    health: 'none',
    failingStreak: 0,
    hasHealthcheck: false,
    oomKilled: false,
    createdAt: noon - 3_600_000,
    startedAt: noon - 3_600_000,
    startedExact: '2026-01-01T11:00:00Z',
    restartCount: 0,
    restartPolicy: { name: 'no', max: 0 },
    image: 'bb',
    imageId: 'sha256:1',
    tty: false,
    logDriver: 'json-file',
    stopSignal: 'SIGTERM',
    stopTimeout: 10,
    ...over,
  };
}

const base = (at: number) => ({ at, plusMinus: 0, server: 'local', how: 'live' as const });
export const inventory = (at: number, ...services: Service[]): Observation => ({ ...base(at), kind: 'inventory', services });
export const synced = (at: number): Observation => ({ ...base(at), kind: 'synced' });
export const inspected = (at: number, service: ServiceId, facts: Facts): Observation => ({
  ...base(at),
  kind: 'inspected',
  service,
  facts,
});

let nano = 0;
/** A lifecycle event of service `name`; each has its own nanosecond. */
export function event(
  at: number,
  name: string,
  what: LifecycleEvent,
  over: { signal?: number; exit?: number; instance?: string; service?: ServiceId } = {},
): Observation {
  const { instance = instanceOf(name), service = serviceId('local', name, 'shop'), ...rest } = over;
  return { ...base(at), kind: 'lifecycle', service, instance, event: what, nano: `${at}${String(++nano).padStart(6, '0')}`, ...rest };
}

export const logs = (at: number, name: string, digest: Partial<LogDigest>): Observation => ({
  ...base(at),
  kind: 'logs',
  service: serviceId('local', name, 'shop'),
  instance: instanceOf(name),
  digest: { lines: 1, errors: [], errorCount: digest.errors?.length ?? 0, last: [], from: at, to: at, ...digest },
});

/** A sample of what service `name` uses. */
export const usage = (at: number, name: string, over: Partial<Usage> = {}): Observation => ({
  ...base(at),
  kind: 'usage',
  service: serviceId('local', name, 'shop'),
  usage: { instance: instanceOf(name), at, ...over },
});

export const worldOf = (...seen: Observation[]): World => see(emptyWorld([aServer], noon), [synced(noon - 3_600_000), ...seen]).world;

/** The view of service `name` after these observations. */
export function viewOf(name: string, ...seen: Observation[]): ServiceView {
  const view = worldOf(...seen).services.get(serviceId('local', name, 'shop'));
  if (view === undefined) throw new Error(`no service ${name} in this world`);
  return view;
}
