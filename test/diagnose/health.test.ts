import assert from 'node:assert/strict';
import fc from 'fast-check';
import { countsText, groupsOf, healthIn, healths, worstOf } from '../../src/diagnose/health.ts';
import type { Issue, Severity } from '../../src/model/issue.ts';
import type { Service } from '../../src/model/service.ts';
import { clear, issue, now, service, view, world } from '../act/some.ts';

const named = (name: string, over: Partial<Service> = {}) => view({ service: service({ id: `local/shop/${name}`, name, ...over }) });
const web = named('web');
const picture = (issues: readonly Issue[] = [], views = [web]) => ({ at: now, world: world(views), issues, attention: { leases: [] } });

describe('the health of a service', () => {
  for (const [severity, health] of [
    ['critical', 'critical'],
    ['error', 'degraded'],
    ['warning', 'warning'],
    ['info', 'healthy'],
  ] as const) {
    it(`is ${health} with an issue of severity ${severity}`, () => assert.equal(healthIn(picture([issue({ severity })]))(web), health));
  }

  it('is that of its worst issue, in any order', () => {
    const issues = (['warning', 'critical', 'error'] satisfies Severity[]).map(severity => issue({ severity }));
    assert.equal(healthIn(picture(issues))(web), 'critical');
    assert.equal(healthIn(picture(issues.toReversed()))(web), 'critical');
  });

  it('is quiet when it is meant to rest or is left out, and unknown where nobody could look', () => {
    const done = named('done', { state: 'exited' });
    assert.equal(healthIn(picture([], [done]))(done), 'quiet');
    const lease = { id: 'l', scope: web.service.id, by: 'person', reason: '', since: now, until: now + 1 } as const;
    assert.equal(healthIn({ ...picture([issue()]), attention: { leases: [lease] } })(web), 'quiet');
    const blind = { ...picture(), world: world([web], { ...clear, sight: 'lost' }) };
    assert.equal(healthIn(blind)(web), 'unknown');
    assert.equal(healthIn(picture())({ ...web, unseen: 'inspect timed out' }), 'unknown');
  });
});

describe('the health of a group', () => {
  it('is the worst of its members: critical > degraded > warning > unknown > healthy > quiet', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...healths)), members => {
        const worst = worstOf(members);
        assert.equal(healths.indexOf(worst), Math.min(healths.length - 1, ...members.map(each => healths.indexOf(each))));
      }),
    );
  });

  it('comes with counts, worst first', () => {
    assert.equal(countsText(['healthy', 'critical', 'healthy', 'unknown']), '1 critical, 1 unknown, 2 healthy');
    assert.equal(countsText([]), '');
  });
});

describe('groups', () => {
  const loose = view({ service: service({ id: 'local/loose', name: 'loose', group: undefined as never }) });
  const unit = view({ service: service({ id: 'local/unit:a', name: 'a', kind: 'unit', group: undefined as never }) });

  it('hold their members in the order given, and those of no group come last', () => {
    const groups = groupsOf([loose, web, unit, named('api')]);
    assert.deepEqual(
      groups.map(({ name, members }) => [name, members.map(each => each.service.name)]),
      [
        ['shop', ['web', 'api']],
        ['systemd units', ['a']],
        [undefined, ['loose']],
      ],
    );
  });

  it('of one name on two servers are two', () => {
    assert.equal(groupsOf([web, named('web', { id: 'far/shop/web', server: 'far' })]).length, 2);
  });
});
