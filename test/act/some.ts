import { fresh } from '../../src/diagnose/incidentLife.ts';
import type { Report } from '../../src/diagnose/report.ts';
import type { ServerView, ServiceView, World } from '../../src/diagnose/world.ts';
import type { Death } from '../../src/model/death.ts';
import type { Incident, KnownIncident } from '../../src/model/incident.ts';
import type { Evidence, Issue } from '../../src/model/issue.ts';
import type { Facts, Server, Service } from '../../src/model/service.ts';

/** Test values with only what differs to be named. All times in ms around `now`. */
export const now = Date.UTC(2026, 0, 2, 12, 0, 0);
export const someInstance = 'a'.repeat(64);

export const someServer: Server = {
  id: 'local',
  label: 'local',
  reach: { kind: 'socket', path: '/var/run/docker.sock' },
  origin: 'default socket',
  watches: ['docker'],
};
export const clear: ServerView = { server: someServer, sight: 'clear', since: now - 600_000, lastClear: now };

export function service(over: Partial<Service> = {}): Service {
  return {
    id: 'local/shop/web',
    instance: someInstance,
    server: 'local',
    name: 'web',
    containerName: 'shop-web-1',
    kind: 'container',
    project: 'shop',
    composeService: 'web',
    group: 'shop',
    dependsOn: [],
    waitsForEnd: [],
    state: 'running',
    since: now - 7_200_000,
    image: 'bb',
    ports: [],
    enabled: true,
    oneOff: false,
    diagnostics: [],
    ...over,
  };
}

export function facts(over: Partial<Facts> = {}): Facts {
  return {
    instance: someInstance,
    state: 'running',
    health: 'none',
    failingStreak: 0,
    hasHealthcheck: false,
    oomKilled: false,
    createdAt: now - 7_300_000,
    startedAt: now - 7_200_000,
    startedExact: '2026-01-02T10:00:00.000000001Z',
    restartCount: 0,
    restartPolicy: { name: 'no', max: 0 },
    image: 'bb',
    imageId: 'sha256:bb',
    tty: false,
    logDriver: 'json-file',
    stopSignal: 'SIGTERM',
    stopTimeout: 10,
    ...over,
  };
}

export function view(over: Partial<ServiceView> = {}): ServiceView {
  return { service: service(), facts: facts(), moments: [], deaths: [], known: now - 600_000, needed: false, awaited: false, ...over };
}

/** A service that died by itself. */
export function dead(exit: number, age: number, more: Partial<Facts> = {}, named: Partial<Service> = {}): ServiceView {
  const at = now - age;
  return view({
    service: service({ state: 'exited', since: at, ...named }),
    facts: facts({ state: 'exited', exitCode: exit, startedAt: at - 2000, finishedAt: at, ...more }),
    deaths: [death(exit, at, { ran: 2000, oom: more.oomKilled ?? false })],
    moments: [{ event: 'die', instance: someInstance, at, nano: `${at}000000`, inferred: false }],
  });
}

export function death(exit: number, at: number, over: Partial<Death> = {}): Death {
  return {
    instance: someInstance,
    at,
    nano: `${at}000000`,
    exit,
    exitFrom: 'inspect',
    oom: false,
    intended: false,
    inferred: false,
    ...over,
  };
}

export function evidence(quote: string, over: Partial<Evidence> = {}): Evidence {
  return {
    id: 'e1',
    kind: 'words.last',
    what: 'last words before the death',
    from: 'log',
    at: now - 60_000,
    weight: 1.5,
    ref: { quote, where: 'log of web' },
    ...over,
  };
}

export function issue(over: Partial<Issue> = {}): Issue {
  return {
    key: 'local/shop/web/app_crash',
    server: 'local',
    service: 'local/shop/web',
    category: 'app_crash',
    severity: 'critical',
    confidence: 0.97,
    band: 'high',
    evidence: [],
    status: 'confirmed',
    firstSeen: now - 120_000,
    lastSeen: now,
    ...over,
  };
}

export function world(views: readonly ServiceView[], server: ServerView = clear): World {
  return { servers: new Map([['local', server]]), services: new Map(views.map(one => [one.service.id, one])) };
}

export function report(over: Partial<Report> = {}): Report {
  return {
    at: now,
    health: 'healthy',
    scope: { by: 'all', detail: '', unmatched: [] },
    servers: [{ id: 'local', label: 'local', sight: 'clear', services: 1 }],
    issues: [],
    incidents: [],
    healthy: [],
    quiet: [],
    excluded: [],
    unknown: [],
    ...over,
  };
}

/** An incident of a root and its symptoms. */
export const incidentOf = (root: Issue, ...symptoms: Issue[]): KnownIncident => fresh(anIncidentOf(root, symptoms));

const anIncidentOf = (root: Issue, symptoms: readonly Issue[]): Incident => ({
  id: `${root.key}@${root.firstSeen}`,
  opened: root.firstSeen,
  issues: [root, ...symptoms].map(each => each.key),
  severity: root.severity,
  root: { service: root.service ?? root.server, issue: root.key, because: 'api needs it, and it failed first' },
  symptoms: symptoms.map(each => each.key),
});
