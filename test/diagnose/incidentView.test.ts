import assert from 'node:assert/strict';
import { fresh } from '../../src/diagnose/incidentLife.ts';
import { incidentsOf, servicesOf } from '../../src/diagnose/incidentView.ts';
import { isVeiled, nextArrival } from '../../src/diagnose/veiled.ts';
import { emptyWorld } from '../../src/diagnose/world.ts';
import type { KnownIncident } from '../../src/model/incident.ts';
import type { Observation } from '../../src/model/observation.ts';
import { serviceId } from '../../src/model/service.ts';
import { issue } from '../act/some.ts';
import { aServer, aService, inspected, inventory, noon, someFacts, worldOf } from '../fakes/make.ts';

const id = (name: string): string => serviceId('local', name, 'shop');
const key = (name: string): string => `${id(name)}/oom`;
const one = (name: string, severity: 'warning' | 'critical' = 'warning') => issue({ key: key(name), service: id(name), severity });
const incident = (over: Partial<KnownIncident>, ...names: string[]): KnownIncident => ({
  ...fresh({ id: 'i@1', opened: 1, issues: names.map(key), severity: 'critical', symptoms: names.slice(1).map(key) }),
  ...over,
});

describe('incidents in a view', () => {
  const all = (): boolean => true;

  it('have only the members that are shown, and are as bad as those', () => {
    const whole = incident({}, 'db', 'api', 'web');
    const issues = [one('db', 'critical'), one('api'), one('web')];
    assert.deepEqual(incidentsOf([whole], issues, all), [whole]);
    const [part] = incidentsOf([whole], issues.slice(1, 2), all);
    assert.deepEqual([part?.id, part?.issues, part?.symptoms, part?.severity], ['i@1', [key('api')], [key('api')], 'warning']);
    assert.deepEqual(incidentsOf([whole], [], all), []);
  });

  it('are shown while they recover, where their service is, and no more when they are over', () => {
    const cleared = [{ issue: key('db'), at: 5 }];
    const waning = incident({ state: 'recovering', cleared });
    assert.deepEqual(servicesOf(waning), [id('db')]);
    assert.deepEqual(
      incidentsOf([waning], [], service => service === id('db')),
      [waning],
    );
    assert.deepEqual(
      incidentsOf([waning], [], service => service === id('web')),
      [],
    );
    assert.deepEqual(incidentsOf([incident({ state: 'resolved', cleared })], [one('db')], all), []);
  });
});

describe('an issue is veiled', () => {
  const now = noon + 60_000;
  const lost: Observation = { kind: 'sight', clear: false, at: noon, plusMinus: 0, server: 'local', how: 'live' };
  const unseen: Observation = { kind: 'unseen', service: id('db'), why: 'timeout', at: noon, plusMinus: 0, server: 'local', how: 'live' };
  const seen = [inventory(noon, aService('db')), inspected(noon, id('db'), someFacts('db'))];

  it('while its server is not in sight, its service was not looked at, or cannot be', () => {
    assert.equal(isVeiled(key('db'), emptyWorld([aServer], noon), now), true);
    assert.equal(isVeiled(key('db'), worldOf(...seen, lost), now), true);
    assert.equal(isVeiled(key('db'), worldOf(...seen.slice(0, 1)), now), true);
    assert.equal(isVeiled(key('db'), worldOf(...seen, unseen), now), true);
    assert.equal(isVeiled('elsewhere/shop/db/oom', worldOf(...seen), now), true);
    assert.equal(isVeiled(key('db'), worldOf(...seen), now), false);
  });

  it('while its service may only be late: a quarter of a minute after its server came into sight', () => {
    const world = worldOf();
    const since = world.servers.get('local')?.since ?? 0;
    assert.deepEqual([isVeiled(key('db'), world, since + 14_999), isVeiled(key('db'), world, since + 15_000)], [true, false]);
    assert.deepEqual([nextArrival(world, since), nextArrival(world, since + 15_000)], [since + 15_000, undefined]);
    assert.equal(nextArrival(emptyWorld([aServer], noon), now), undefined);
  });

  it('of a whole server only before its first look: out of sight is what such an issue says', () => {
    assert.equal(isVeiled('local/unreachable', emptyWorld([aServer], noon), now), true);
    assert.equal(isVeiled('local/unreachable', worldOf(lost), now), false);
    assert.equal(isVeiled('local/unreachable', worldOf(), now), false);
  });
});
