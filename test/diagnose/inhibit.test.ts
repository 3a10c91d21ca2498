import assert from 'node:assert/strict';
import fc from 'fast-check';
import { correlate } from '../../src/diagnose/correlate.ts';
import { inhibits, rootsOf, waysIn } from '../../src/diagnose/inhibit.ts';
import { namesIn } from '../../src/diagnose/peerNames.ts';
import type { World } from '../../src/diagnose/world.ts';
import type { Incident } from '../../src/model/incident.ts';
import type { Category, Issue } from '../../src/model/issue.ts';
import type { LeveledLine } from '../../src/model/logs.ts';
import type { Observation } from '../../src/model/observation.ts';
import { type Service, serviceId } from '../../src/model/service.ts';
import { assertLinear } from '../fakes/linear.ts';
import { aService, event, inventory, logs, noon, worldOf } from '../fakes/make.ts';

const id = (name: string): string => serviceId('local', name, 'shop');
const needing = (name: string, ...needs: string[]): Service => aService(name, { dependsOn: needs.map(id) });
const issue = (name: string, category: Category, over: Partial<Issue> = {}): Issue => ({
  key: `${id(name)}/${category}`,
  server: 'local',
  service: id(name),
  category,
  severity: 'error',
  confidence: 0.9,
  band: 'high',
  evidence: [],
  status: 'confirmed',
  firstSeen: noon,
  lastSeen: noon + 60_000,
  ...over,
});
const error = (text: string, at = noon): LeveledLine => ({ at, level: 'error', text });
const said = (name: string, text: string, at = noon): Observation => logs(at, name, { errors: [error(text, at)] });
const shopWith = (...more: Observation[]): World =>
  worldOf(inventory(noon - 1000, needing('db'), needing('api', 'db'), needing('web', 'api'), needing('other')), ...more);
const shop = shopWith();
const brief = (incidents: readonly Incident[]): string[] =>
  incidents.map(({ root, symptoms, issues }) => {
    const short = (key: string | undefined): string => key?.replace('local/shop/', '') ?? 'unknown';
    const others = issues.filter(key => key !== root?.issue && !symptoms.includes(key));
    return `${short(root?.issue)} <- ${symptoms.map(short).join(', ')}${others.length > 0 ? ` | ${others.map(short).join(', ')}` : ''}`;
  });
const told = (issues: readonly Issue[], world = shop): string[] => brief(correlate(issues, world));

describe('an incident', () => {
  it('has what failed first as its root, and what needs it as symptoms, at any distance up to three needs', () => {
    const all = [issue('web', 'unhealthy'), issue('api', 'app_error', { firstSeen: noon + 3000 }), issue('db', 'app_crash')];
    assert.deepEqual(told(all), ['db/app_crash <- web/unhealthy, api/app_error']);
    assert.deepEqual(told(all.toReversed()), told(all));
    const [incident] = correlate(all, shop);
    assert.equal(incident?.root?.because, 'web, api need it, and it failed first');
  });

  it('has a symptom also when that began long after', () => {
    assert.deepEqual(told([issue('db', 'app_crash'), issue('api', 'app_error', { firstSeen: noon + 3_600_000 })]), [
      'db/app_crash <- api/app_error',
    ]);
  });

  it('does not blame what failed after', () => {
    const before = issue('api', 'app_error', { firstSeen: noon - 60_000 });
    assert.deepEqual(told([before, issue('db', 'app_crash')]), ['unknown <-  | api/app_error, db/app_crash']);
  });

  it('blames what failed after all the same, where the complaints name it', () => {
    const before = issue('api', 'app_error', { firstSeen: noon - 60_000 });
    const world = shopWith(said('api', 'ERROR connect ECONNREFUSED db:5432', noon + 1000));
    assert.deepEqual(told([before, issue('db', 'app_crash')], world), ['db/app_crash <- api/app_error']);
  });

  it('leaves a fault of its own to itself, unless it is the same', () => {
    for (const category of ['oom', 'start_error', 'disk_full', 'config_error'] as const) {
      assert.equal(told([issue('db', 'app_crash'), issue('api', category)])[0]?.includes('<- api'), false, category);
    }
    const both = [issue('db', 'app_crash'), issue('api', 'oom'), issue('api', 'app_error')];
    assert.doesNotMatch(told(both).join(), /<- api/);
    assert.deepEqual(told([issue('db', 'disk_full'), issue('api', 'disk_full')]), ['db/disk_full <- api/disk_full']);
  });

  it('takes a crash for a symptom of another kind of failure only where its words name it', () => {
    const all = [issue('db', 'oom'), issue('api', 'app_crash')];
    assert.doesNotMatch(told(all).join(), /<- api/);
    assert.deepEqual(told(all, shopWith(said('api', 'FATAL dial tcp: lookup db on 127.0.0.11:53: no such host'))), [
      'db/oom <- api/app_crash',
    ]);
  });

  it('never takes what a person or the engine did for a symptom', () => {
    for (const category of ['operator_action', 'daemon_restart'] as const) {
      assert.doesNotMatch(told([issue('db', 'app_crash'), issue('api', category)]).join(), /<- api/);
    }
  });

  it('has one that is slow as the root of complaints about it, not of crashes', () => {
    const slow = issue('db', 'latency', { severity: 'warning' });
    assert.deepEqual(told([slow, issue('api', 'app_error')]), ['db/latency <- api/app_error']);
    assert.deepEqual(told([slow, issue('api', 'unhealthy')]), ['unknown <-  | api/unhealthy, db/latency']);
  });

  it('has a faint complaint as a symptom, and nothing else that is only information', () => {
    const faint = { severity: 'info', firstSeen: noon + 3000 } as const;
    assert.deepEqual(told([issue('db', 'app_crash'), issue('api', 'app_error', faint)]), ['db/app_crash <- api/app_error']);
    assert.deepEqual(told([issue('db', 'app_crash'), issue('api', 'app_crash', faint)]), ['db/app_crash <- ']);
    assert.deepEqual(told([issue('db', 'operator_action', { severity: 'info' }), issue('api', 'app_error', faint)]), []);
  });

  it('has a stop by hand as its root, though that is only information', () => {
    const stop = issue('db', 'operator_action', { severity: 'info' });
    assert.deepEqual(told([stop, issue('api', 'app_error')]), ['db/operator_action <- api/app_error']);
    assert.deepEqual(told([stop]), []);
  });

  it('does not blame what is hardly believed, or only complains and is not named', () => {
    assert.doesNotMatch(told([issue('db', 'app_crash', { confidence: 0.49 }), issue('api', 'app_error')]).join(), /<- api/);
    assert.doesNotMatch(told([issue('db', 'app_error'), issue('api', 'app_error', { firstSeen: noon + 1 })], shop).join(), /<- api/);
  });

  it('keeps two roots apart that only a common dependant links', () => {
    const world = worldOf(inventory(noon, needing('db'), needing('cache'), needing('api', 'db', 'cache')));
    assert.deepEqual(
      told(
        [issue('db', 'app_crash'), issue('cache', 'oom', { firstSeen: noon + 1 }), issue('api', 'app_error', { firstSeen: noon + 2 })],
        world,
      ),
      ['db/app_crash <- api/app_error', 'cache/oom <- '],
    );
  });

  it('knows a failing health check by its event, and where there is none does not take its run for its onset', () => {
    const sick = issue('api', 'unhealthy', { firstSeen: noon - 3_600_000 });
    assert.deepEqual(told([issue('db', 'app_crash'), sick]), ['db/app_crash <- api/unhealthy']);
    const earlier = shopWith(event(noon - 300_000, 'api', 'health'));
    assert.doesNotMatch(told([issue('db', 'app_crash'), sick], earlier).join(), /<- api/);
  });

  it('has no symptoms within a cycle of needs, and blames it from outside', () => {
    const world = worldOf(inventory(noon, needing('db', 'api'), needing('api', 'db'), needing('web', 'api')));
    assert.deepEqual(told([issue('db', 'app_crash'), issue('api', 'app_crash', { firstSeen: noon + 1 })], world), [
      'unknown <-  | db/app_crash, api/app_crash',
    ]);
    assert.deepEqual(told([issue('db', 'app_crash'), issue('web', 'app_error')], world), ['db/app_crash <- web/app_error']);
  });

  it('names an excluded cause, which is no member', () => {
    const db = issue('db', 'app_crash');
    const [incident] = correlate([issue('api', 'app_error')], shop, [db]);
    assert.deepEqual(
      [incident?.root?.issue, incident?.issues, incident?.symptoms],
      [db.key, [issue('api', 'app_error').key], incident?.issues],
    );
    assert.deepEqual(correlate([], shop, [db]), []);
  });

  it('of one service alone has that as its root', () => {
    assert.equal(correlate([issue('other', 'app_crash')], shop)[0]?.root?.because, 'no other service of the incident is in trouble');
  });
});

describe('a need that a log tells', () => {
  for (const [text, ...names] of [
    ['ERROR connect ECONNREFUSED db:5432', 'db'],
    ['Error: getaddrinfo ENOTFOUND db', 'db'],
    ['Error: getaddrinfo EAI_AGAIN db', 'db'],
    ['dial tcp: lookup db on 127.0.0.11:53: no such host', 'db'],
    ['could not translate host name "db" to address: Name or service not known', 'db'],
    ['connection to server at "db", port 5432 failed: Connection refused', 'db'],
    ["ERROR 2002 (HY000): Can't connect to MySQL server on 'db' (111)", 'db'],
    ['failed to connect to postgres://shop@db:5432/shop', 'db'],
    ['redis.exceptions.ConnectionError: Error 111 connecting to cache:6379. Connection refused.', 'cache'],
    ['db connection refused', 'db'],
    ['ECONNREFUSED my-db.internal:5432', 'my-db.internal'],
    ['the db is in the way of api'],
    ['ERROR at db:12 in parser'],
  ] as const) {
    it(`${text} -> ${names.join(', ') || 'none'}`, () => {
      const found = namesIn(text).filter(name => /^(?:db|api|cache|my-db.*)$/.test(name));
      assert.deepEqual([...new Set(found)], names);
    });
  }

  it('makes a symptom without any label, for an hour', () => {
    const all = [issue('db', 'app_crash'), issue('other', 'app_error')];
    const world = shopWith(said('other', 'ERROR connect ECONNREFUSED db:5432'));
    assert.deepEqual(told(all, world), ['db/app_crash <- other/app_error']);
    const late = all.map(each => ({ ...each, lastSeen: noon + 3_700_000 }));
    assert.equal(told(late, world).length, 2);
  });

  it('is of whole names: db is neither mydb nor db-replica, and one of another project is a stranger', () => {
    const all = [issue('db', 'app_crash'), issue('other', 'app_error')];
    for (const text of ['connect ECONNREFUSED mydb:5432', 'connect ECONNREFUSED db-replica:5432', 'lookup db.example.org: no such host']) {
      assert.equal(told(all, shopWith(said('other', text))).length, 2, text);
    }
    const far = aService('far', { project: 'far', id: serviceId('local', 'far', 'far') });
    const world = worldOf(
      inventory(noon - 1000, needing('db'), { ...far, id: id('other') }),
      said('other', 'connect ECONNREFUSED db:5432'),
    );
    assert.equal(told(all, world).length, 2);
  });

  it('yields to what is declared the other way round', () => {
    const world = shopWith(said('db', 'ERROR connection to client api:40112 reset: ECONNRESET'));
    assert.deepEqual(told([issue('db', 'app_crash'), issue('api', 'app_error')], world), ['db/app_crash <- api/app_error']);
  });

  it('is read in linear time', () => {
    for (const part of ['a', 'a.', 'connect to ', '://a@', 'a:', 'lookup a ']) {
      assertLinear(
        part,
        size => `ECONNREFUSED ${part.repeat(size / part.length)}`,
        text => namesIn(text),
        20_000,
      );
    }
  });
});

describe('inhibition', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const worlds = fc
    .array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names)), { maxLength: 10 })
    .map(pairs =>
      worldOf(inventory(noon, ...names.map(name => needing(name, ...pairs.filter(([from]) => from === name).map(([, to]) => to))))),
    );
  const categories: Category[] = ['app_crash', 'app_error', 'oom', 'unhealthy', 'operator_action', 'start_error'];
  const issues = fc.array(
    fc.record({
      name: fc.constantFrom(...names),
      category: fc.constantFrom(...categories),
      after: fc.nat(100_000),
      sure: fc.double({ min: 0.1, max: 0.99, noNaN: true }),
    }),
    { maxLength: 8 },
  );
  const made = (picks: readonly { name: string; category: Category; after: number; sure: number }[]): Issue[] => [
    ...new Map(
      picks.map(({ name, category, after, sure }) => {
        const one = issue(name, category, { firstSeen: noon + after, confidence: sure, lastSeen: noon + 200_000 });
        return [one.key, one] as const;
      }),
    ).values(),
  ];

  it('never goes both ways, never within a cycle, and never against the needs', () => {
    fc.assert(
      fc.property(worlds, issues, (world, picks) => {
        const ways = waysIn(world, noon);
        const all = made(picks);
        for (const a of all) {
          for (const b of all) {
            if (!inhibits(a, b, ways, world)) continue;
            assert.equal(inhibits(b, a, ways, world), false);
            assert.ok(ways.reaches(b.service ?? '', a.service ?? ''));
            assert.equal(ways.reaches(a.service ?? '', b.service ?? ''), false);
          }
        }
      }),
    );
  });

  it('ends at roots that are no symptoms, in any order of the issues', () => {
    fc.assert(
      fc.property(worlds, issues, (world, picks) => {
        const all = made(picks);
        const roots = rootsOf(all, world, noon);
        for (const root of roots.values()) assert.equal(roots.has(root.key), false);
        assert.deepEqual([...rootsOf(all.toReversed(), world, noon)].sort(), [...roots].sort());
      }),
    );
  });

  it('leaves every issue in one incident, and each symptom in that of a root', () => {
    fc.assert(
      fc.property(worlds, issues, (world, picks) => {
        const all = made(picks);
        const incidents = correlate(all, world);
        assert.deepEqual(incidents.flatMap(incident => incident.issues).sort(), all.map(each => each.key).sort());
        for (const { root, symptoms, issues: members } of incidents) {
          assert.equal(root === undefined && symptoms.length > 0, false);
          assert.ok(symptoms.every(key => members.includes(key) && key !== root?.issue));
        }
      }),
    );
  });
});
