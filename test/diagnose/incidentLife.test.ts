import assert from 'node:assert/strict';
import { acknowledge, fresh, type Lives, live, merge, nextEnd, unacknowledge } from '../../src/diagnose/incidentLife.ts';
import type { Incident, KnownIncident } from '../../src/model/incident.ts';
import { noon } from '../fakes/make.ts';
import { fc } from '../fakes/seeded.ts';

const minute = 60_000;
/** An incident as open issues make it; the first key is its root's. */
const found = (keys: readonly string[], at = noon, over: Partial<Incident> = {}): Incident => ({
  id: `${keys[0]}@${at}`,
  opened: at,
  issues: keys,
  severity: 'error',
  symptoms: [],
  root: { service: `s/${keys[0]}`, issue: keys[0] ?? '', because: 'it failed first' },
  ...over,
});
/** Lets each list of found incidents follow the one before, `steps` ms apart. */
function through(...steps: readonly (readonly [at: number, found: readonly Incident[]])[]): Lives {
  return steps.reduce<Lives>((lives, [at, seen]) => live(lives.incidents, seen, at), { incidents: [], changes: [] });
}
const brief = ({ incidents }: Lives): string[] => incidents.map(({ id, state, issues }) => `${id.split('@')[0]} ${state} ${issues}`);
const told = ({ changes }: Lives): string[] => changes.map(({ change, incident }) => `${change} ${incident.id.split('@')[0]}`);

describe('the life of an incident', () => {
  it('begins with its first issue and keeps its id while others come and go', () => {
    const first = through([noon, [found(['api'])]]);
    assert.deepEqual([brief(first), told(first)], [['api open api'], ['opened api']]);
    const joined = live(first.incidents, [found(['db', 'api'], noon - 1000)], noon + 1000);
    assert.deepEqual([brief(joined), told(joined)], [['api open db,api'], []]);
    assert.deepEqual([joined.incidents[0]?.opened, joined.incidents[0]?.root?.issue], [noon - 1000, 'db']);
    const left = live(joined.incidents, [found(['web', 'db'], noon - 1000)], noon + 2000);
    assert.deepEqual(brief(left), ['api open web,db']);
    const back = live(left.incidents, [found(['api'], noon + 3000)], noon + 3000);
    assert.deepEqual(brief(back), ['api open api'], 'what cleared a moment ago still belongs to it');
  });

  it('goes on when the trouble of its service turns out to be another', () => {
    const crash = through([noon, [found(['s/db/app_crash'])]]);
    const oom = live(crash.incidents, [found(['s/db/oom'])], noon + 5000);
    assert.deepEqual([brief(oom), told(oom)], [['s/db/app_crash open s/db/oom'], []]);
    assert.equal(oom.incidents[0]?.root?.issue, 's/db/oom');
    const both = live(crash.incidents, [found(['s/db/app_crash']), found(['s/db/oom'], noon + 1)], noon + 5000);
    assert.deepEqual(told(both), ['opened s/db/oom'], 'but not while that trouble is there as well');
    const other = live(crash.incidents, [found(['s/web/oom'])], noon + 5000);
    assert.deepEqual(told(other), ['opened s/web/oom']);
  });

  it('forgets an issue that cleared a quarter of an hour ago', () => {
    const both = through([noon, [found(['db', 'api'])]], [noon + minute, [found(['db'])]], [noon + 17 * minute, [found(['db'])]]);
    const later = live(both.incidents, [found(['db']), found(['api'], noon + 18 * minute)], noon + 18 * minute);
    assert.deepEqual([brief(later), told(later)], [['db open db', 'api open api'], ['opened api']]);
  });

  it('recovers when all is clear and is over after a minute of that', () => {
    const clear = through([noon, [found(['db'])]], [noon + 5000, []]);
    assert.deepEqual([brief(clear), told(clear), nextEnd(clear.incidents)], [['db recovering '], [], noon + 5000 + minute]);
    assert.deepEqual(brief(live(clear.incidents, [], noon + 5000 + minute - 1)), ['db recovering ']);
    const over = live(clear.incidents, [], noon + 5000 + minute);
    assert.deepEqual([brief(over), told(over), nextEnd(over.incidents)], [['db resolved '], ['resolved db'], undefined]);
    assert.deepEqual([over.incidents[0]?.resolvedAt, over.incidents[0]?.root?.issue], [noon + 5000 + minute, 'db']);
  });

  it('goes on without a word when it was not stable', () => {
    const again = through([noon, [found(['db'])]], [noon + 5000, []], [noon + 30_000, [found(['db'], noon + 30_000)]]);
    assert.deepEqual([brief(again), told(again), again.incidents[0]?.reopened], [['db open db'], [], 0]);
    const clear = live(again.incidents, [], noon + 40_000);
    assert.deepEqual(brief(live(clear.incidents, [], noon + 70_000)), ['db recovering '], 'the minute begins anew');
  });

  it('comes back under its id within half an hour, when its root is the same', () => {
    const over = through([noon, [found(['db', 'api'])]], [noon + minute, []], [noon + 2 * minute, []]);
    const same = live(over.incidents, [found(['db'], noon + 20 * minute)], noon + 20 * minute);
    assert.deepEqual([brief(same), told(same), same.incidents[0]?.reopened], [['db open db'], ['reopened db'], 1]);
    assert.equal(same.incidents[0]?.resolvedAt, undefined);
    const other = live(over.incidents, [found(['api'], noon + 20 * minute)], noon + 20 * minute);
    assert.deepEqual(told(other), ['opened api']);
    const late = live(over.incidents, [found(['db'], noon + 33 * minute)], noon + 33 * minute);
    assert.deepEqual(told(late), ['opened db']);
    assert.equal(late.incidents[0]?.id, `db@${noon + 33 * minute}`);
  });

  it('is continued by a new one when it began more than six hours ago', () => {
    const old = noon - 7 * 60 * minute;
    const over = through([old, [found(['db'], old)]], [noon, []], [noon + minute, []]);
    const next = live(over.incidents, [found(['db'], noon + 5 * minute)], noon + 5 * minute);
    assert.deepEqual(told(next), ['opened db']);
    const [, successor] = next.incidents;
    assert.deepEqual([successor?.id, successor?.continues, successor?.reopened], [`db@${noon + 5 * minute}`, `db@${old}`, 0]);
  });

  it('takes in another that turns out to be the same, under the older id', () => {
    const two = through([noon, [found(['db'], noon - 2000), found(['web'], noon - 1000)]]);
    const one = live(two.incidents, [found(['db', 'api', 'web'], noon - 2000)], noon + 1000);
    assert.deepEqual([brief(one), told(one)], [['db open db,api,web'], ['merged db']]);
    assert.deepEqual([one.incidents[0]?.merged, one.changes[0]?.other], [[`web@${noon - 1000}`], `web@${noon - 1000}`]);
    const apart = live(one.incidents, [found(['db'], noon - 2000), found(['web'], noon - 1000)], noon + 2000);
    assert.deepEqual(brief(apart), ['db open db,web'], 'and stays one when the bridge is gone');
  });

  it('has no known root when two of its parts explain as much', () => {
    const two = through([noon, [found(['db']), found(['web'])]], [noon, [found(['db', 'x', 'web'])]]);
    const roots = (...parts: Incident[]): unknown => live(two.incidents, parts, noon + 1).incidents[0]?.root?.issue;
    assert.equal(roots(found(['db']), found(['web'])), undefined);
    assert.equal(roots(found(['db']), found(['web', 'x'], noon, { symptoms: ['x'] })), 'web');
  });

  it('waits while nobody can see whether an issue is still there', () => {
    const open = through([noon, [found(['db'])]]);
    const blind = live(open.incidents, [], noon + minute, () => true);
    assert.deepEqual(blind.incidents, open.incidents);
    const clear = live(open.incidents, [], noon + minute);
    const lost = live(clear.incidents, [], noon + 10 * minute, () => true);
    assert.deepEqual([brief(lost), nextEnd(lost.incidents)], [['db recovering '], undefined]);
    const back = live(lost.incidents, [], noon + 11 * minute);
    assert.deepEqual([brief(back), nextEnd(back.incidents)], [['db recovering '], noon + 12 * minute], 'a minute that was watched');
  });

  it('is acknowledged until it gets worse, is over, or somebody takes that back', () => {
    const [open] = through([noon, [found(['db'])]]).incidents;
    assert.ok(open !== undefined);
    const seen = acknowledge(open, 'person', noon + 1);
    assert.deepEqual([seen.state, seen.acknowledged], ['acknowledged', { at: noon + 1, by: 'person' }]);
    assert.equal(acknowledge(seen, 'model', noon + 2), seen);
    assert.equal(unacknowledge(open), open);
    assert.deepEqual(unacknowledge(seen), open);
    const next = (...incidents: Incident[]): KnownIncident | undefined => live([seen], incidents, noon + 1000).incidents[0];
    assert.equal(next(found(['db', 'api']))?.state, 'acknowledged');
    const worse = next(found(['db'], noon, { severity: 'critical' }));
    assert.deepEqual([worse?.state, worse?.acknowledged], ['open', undefined]);
    const waning = live([seen], [], noon + 1000).incidents;
    assert.deepEqual([waning[0]?.state, live(waning, [found(['db'])], noon + 2000).incidents[0]?.state], ['recovering', 'acknowledged']);
    const over = live(waning, [], noon + 2 * minute).incidents;
    assert.equal(live(over, [found(['db'])], noon + 3 * minute).incidents[0]?.state, 'open', 'what comes back was not seen yet');
  });
});

describe('incidents, whatever comes', () => {
  const names = ['a/x', 'b/x', 'c/x', 'd/x', 'e/x', 'f/x'];
  /** Splits the names in trouble into incidents: each has a number. */
  const picture = fc.array(fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }), { minLength: 6, maxLength: 6 });
  const step = fc.tuple(fc.integer({ min: 1, max: 20 * minute }), picture);
  const foundIn = (numbers: readonly (number | undefined)[], at: number): Incident[] =>
    [0, 1, 2, 3].flatMap(group => {
      const keys = names.filter((_name, i) => numbers[i] === group);
      return keys.length === 0 ? [] : [found(keys, at)];
    });
  const run = (steps: readonly (readonly [number, readonly (number | undefined)[]])[], turn: <T>(list: readonly T[]) => T[]): Lives[] => {
    let [now, lives]: [number, Lives] = [noon, { incidents: [], changes: [] }];
    return steps.map(([after, numbers]) => {
      now += after;
      lives = live(turn(lives.incidents), turn(foundIn(numbers, now)), now);
      return lives;
    });
  };
  const steps = fc.array(step, { maxLength: 12 });

  it('hold each open issue once, and a resolved one holds none', () => {
    fc.assert(
      fc.property(steps, all => {
        for (const [i, { incidents }] of run(all, list => [...list]).entries()) {
          const open = names.filter((_name, n) => all[i]?.[1][n] !== undefined);
          assert.deepEqual(incidents.flatMap(({ issues }) => issues).sort(), open);
          assert.equal(new Set(incidents.map(({ id }) => id)).size, incidents.length);
          for (const one of incidents) if (one.state === 'resolved') assert.deepEqual([one.issues, one.cleared], [[], []]);
          for (const one of incidents) assert.equal(one.issues.length > 0, one.state === 'open');
        }
      }),
    );
  });

  it('do not depend on the order in which they are found', () => {
    fc.assert(
      fc.property(steps, all =>
        assert.deepEqual(
          run(all, list => [...list]),
          run(all, list => list.toReversed()),
        ),
      ),
    );
  });

  it('merge associatively', () => {
    const at = fc.integer({ min: 0, max: 100 });
    const some = fc.record({ opened: at, seen: fc.option(at, { nil: undefined }), severity: fc.constantFrom('warning', 'critical') });
    fc.assert(
      fc.property(some, some, some, (...all) => {
        const [a, b, c] = all.map(({ opened, seen, severity }, i): KnownIncident => {
          const one = { ...fresh(found([`${i}`], opened)), severity } as KnownIncident;
          return seen === undefined ? one : acknowledge(one, 'person', seen);
        }) as [KnownIncident, KnownIncident, KnownIncident];
        assert.deepEqual(merge(merge(a, b), c), merge(a, merge(b, c)));
        assert.deepEqual(merge(a, b), merge(b, a));
      }),
    );
  });
});
