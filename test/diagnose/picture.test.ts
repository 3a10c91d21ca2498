import assert from 'node:assert/strict';
import fc from 'fast-check';
import { assess } from '../../src/diagnose/assess.ts';
import { correlate } from '../../src/diagnose/correlate.ts';
import { fresh } from '../../src/diagnose/incidentLife.ts';
import type { Report } from '../../src/diagnose/report.ts';
import { select } from '../../src/diagnose/scope.ts';
import { see } from '../../src/diagnose/see.ts';
import { triage } from '../../src/diagnose/triage.ts';
import { emptyWorld, type World } from '../../src/diagnose/world.ts';
import type { Lease } from '../../src/model/attention.ts';
import type { Issue, Severity } from '../../src/model/issue.ts';
import type { Observation } from '../../src/model/observation.ts';
import { serviceId } from '../../src/model/service.ts';
import { aServer, aService, event, inspected, instanceOf, inventory, noon, someFacts, worldOf } from '../fakes/make.ts';

const idOf = (name: string, project = 'shop'): string => serviceId('local', name, project);
const free = { services: [], scope: 'auto' } as const;

function report(world: World, over: { leases?: Record<string, Lease>; now?: number } = {}): Report {
  const now = over.now ?? noon;
  const issues = new Map([...world.services].map(([id, view]) => [id, assess(view, world.servers.get('local'), now)]));
  const incidents = correlate([...issues.values()].flat(), world).map(fresh);
  return triage({
    world,
    selection: select(world, free, []),
    issues,
    incidents,
    now,
    exclusion: id => over.leases?.[id],
    devMode: undefined,
  });
}

const looked = (...names: string[]): Observation[] => names.map(name => inspected(noon - 900, idOf(name), someFacts(name)));
const crashed = (name: string): Observation[] => [
  event(noon - 1000, name, 'die', { exit: 1 }),
  inspected(noon - 900, idOf(name), someFacts(name, { state: 'exited', exitCode: 1, finishedAt: noon - 1000 })),
];

describe('scope', () => {
  const world = worldOf(
    inventory(
      noon,
      aService('web', { folder: '/src/app' }),
      aService('db', { folder: '/src/app' }),
      aService('web', { project: 'other', group: 'other', instance: 'e'.repeat(64), folder: '/src/ap' }),
      aService('off', { enabled: false }),
    ),
  );
  const names = (selection: { shown: readonly string[] }): readonly string[] => selection.shown;

  it('shows all services by group and name, hidden ones left out', () => {
    assert.deepEqual(names(select(world, free, [])), ['local/other/web', 'local/shop/db', 'local/shop/web']);
  });

  it('shows the compose project of a workspace folder, told by whole parts of the path', () => {
    const selection = select(world, free, ['/src/app']);
    assert.deepEqual(names(selection), ['local/shop/db', 'local/shop/web']);
    assert.equal(selection.scope.detail, 'project shop');
    assert.deepEqual(names(select(world, free, ['/src'])), names(select(world, free, [])));
  });

  it('shows all where no project of the workspace runs, or where all are wanted', () => {
    assert.equal(select(world, free, ['/elsewhere']).scope.by, 'all');
    assert.equal(names(select(world, { ...free, scope: 'all' }, ['/src/app'])).length, 3);
    assert.deepEqual(names(select(world, { ...free, scope: 'workspace' }, ['/elsewhere'])), []);
  });

  it('puts the explicit list first, by whole names, and says what it did not find', () => {
    const selection = select(world, { services: ['other/web', 'we', 'shop-db-1'], scope: 'auto' }, ['/src/app']);
    assert.deepEqual(names(selection), ['local/other/web', 'local/shop/db']);
    assert.deepEqual(selection.scope.unmatched, ['we']);
  });
});

describe('incidents', () => {
  const issue = (name: string, at: number, severity: Severity = 'error'): Issue => ({
    key: `${idOf(name)}/app_crash`,
    server: 'local',
    service: idOf(name),
    category: 'app_crash',
    severity,
    confidence: 0.9,
    band: 'high',
    evidence: [],
    status: 'confirmed',
    firstSeen: at,
    lastSeen: at,
  });
  const chain = worldOf(
    inventory(
      noon,
      aService('c'),
      aService('b', { dependsOn: [idOf('c')] }),
      aService('a', { dependsOn: [idOf('b')] }),
      aService('x', { project: 'p', group: 'p' }),
    ),
  );

  it('join along needs within minutes, and stay apart without a need', () => {
    const incidents = correlate([issue('a', noon + 2000), issue('b', noon + 1000), issue('c', noon), issue('x', noon)], chain);
    assert.deepEqual(incidents.map(incident => incident.issues.length).sort(), [1, 3]);
    assert.deepEqual(
      incidents.find(incident => incident.issues.length === 3)?.issues.map(key => key.split('/')[2]),
      ['c', 'b', 'a'],
    );
  });

  it('do not join what lies far apart in time', () => {
    assert.equal(correlate([issue('a', noon), issue('b', noon + 30 * 60_000)], chain).length, 2);
  });

  it('open for nothing that is only information', () => assert.deepEqual(correlate([issue('a', noon, 'info')], chain), []));

  it('partition their issues', () => {
    const some = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'x'), fc.integer({ min: 0, max: 3_600_000 })), { maxLength: 12 });
    fc.assert(
      fc.property(some, picks => {
        const issues = picks.map(([name, after], i) => ({ ...issue(name, noon + after), key: `k${i}` }));
        const members = correlate(issues, chain).flatMap(incident => incident.issues);
        assert.deepEqual(members.toSorted(), issues.map(each => each.key).toSorted());
      }),
    );
  });
});

describe('triage', () => {
  it('puts each service into exactly one place', () => {
    const world = worldOf(
      inventory(noon - 2000, aService('ok'), aService('bad'), aService('new'), aService('job')),
      ...looked('ok', 'bad', 'job'),
      ...crashed('bad'),
      event(noon - 500, 'job', 'die', { exit: 0 }),
      inspected(noon - 400, idOf('job'), someFacts('job', { state: 'exited', exitCode: 0, finishedAt: noon - 500 })),
    );
    const result = report(world);
    assert.deepEqual(result.healthy, [idOf('ok')]);
    assert.deepEqual(
      result.issues.map(issue => issue.service),
      [idOf('bad')],
    );
    assert.deepEqual(result.quiet, [{ service: idOf('job'), why: 'completed' }]);
    assert.deepEqual(
      result.unknown.map(each => each.service),
      [idOf('new')],
    );
    assert.equal(result.health, 'degraded');
  });

  it('never calls healthy what it could not look at', () => {
    assert.equal(report(worldOf(inventory(noon, aService('new')))).health, 'unknown');
    assert.equal(report(emptyWorld([aServer], noon)).health, 'unknown');
    const unseen: Observation = {
      kind: 'unseen',
      service: idOf('ok'),
      why: 'inspect timed out',
      at: noon,
      plusMinus: 0,
      server: 'local',
      how: 'live',
    };
    assert.deepEqual(
      report(worldOf(inventory(noon, aService('ok')), ...looked('ok'), unseen)).unknown.map(each => each.why),
      ['inspect timed out'],
    );
  });

  it('leaves excluded services out, and still names a critical state of theirs', () => {
    const world = worldOf(
      inventory(noon - 2000, aService('bad', { ports: [{ container: 1, protocol: 'tcp', host: 1 }] })),
      ...looked('bad'),
      ...crashed('bad'),
    );
    const lease: Lease = { id: 'l', scope: idOf('bad'), by: 'person', reason: 'I am on it', since: noon, until: noon + 1000 };
    const result = report(world, { leases: { [idOf('bad')]: lease } });
    assert.deepEqual(result.issues, []);
    assert.deepEqual(result.excluded, [{ service: idOf('bad'), until: noon + 1000, reason: 'I am on it', critical: 'app_crash' }]);
  });

  it('names an excluded service as the root of what fails for it, and does not list it', () => {
    const world = worldOf(
      inventory(noon - 2000, aService('bad'), aService('api', { dependsOn: [idOf('bad')] })),
      ...looked('bad', 'api'),
      ...crashed('bad'),
      ...crashed('api'),
    );
    const lease: Lease = { id: 'l', scope: idOf('bad'), by: 'person', reason: 'I am on it', since: noon, until: noon + 1000 };
    const { incidents, issues } = report(world, { leases: { [idOf('bad')]: lease } });
    assert.deepEqual(
      incidents.map(incident => [incident.root?.service, incident.issues, incident.symptoms]),
      [[idOf('bad'), issues.map(issue => issue.key), issues.map(issue => issue.key)]],
    );
  });

  it('makes one issue of a lost server, and unknowns of its services', () => {
    const lost: Observation = {
      kind: 'sight',
      clear: false,
      why: { code: 'down', text: 'The engine is down.', next: 'Start it.' },
      at: noon,
      plusMinus: 0,
      server: 'local',
      how: 'live',
    };
    const world = see(worldOf(inventory(noon - 2000, aService('bad'), aService('ok')), ...looked('bad', 'ok'), ...crashed('bad')), [
      lost,
    ]).world;
    const result = report(world);
    assert.deepEqual(
      result.issues.map(issue => issue.key),
      ['local/unreachable'],
    );
    assert.deepEqual([result.healthy.length, result.unknown.length], [0, 3]);
  });

  it('raises no issue for an engine that was never there', () => {
    const lost: Observation = {
      kind: 'sight',
      clear: false,
      why: { code: 'no-engine', text: 'No engine.', next: 'Install one.' },
      at: noon,
      plusMinus: 0,
      server: 'local',
      how: 'live',
    };
    const result = report(see(emptyWorld([aServer], noon), [lost]).world);
    assert.deepEqual([result.issues.length, result.health], [0, 'unknown']);
  });

  it('keeps two services of one name in two projects apart', () => {
    const twin = aService('web', { project: 'other', group: 'other', instance: instanceOf('twin'), id: idOf('web', 'other') });
    const world = worldOf(
      inventory(noon - 2000, aService('web'), twin),
      ...looked('web'),
      inspected(noon - 900, twin.id, { ...someFacts('twin', { state: 'exited', exitCode: 7, finishedAt: noon - 1000 }) }),
    );
    const result = report(world);
    assert.deepEqual(
      result.issues.map(issue => issue.service),
      [twin.id],
    );
    assert.deepEqual(result.healthy, [idOf('web')]);
  });
});
