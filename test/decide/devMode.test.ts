import assert from 'node:assert/strict';
import { current, devMode, exclusionOf, type LeaseWish, nextEnd, withLease, withoutLease } from '../../src/decide/devMode.ts';
import { type AskedBy, type Attention, fullAttention, type Lease } from '../../src/model/attention.ts';
import { fc } from '../fakes/seeded.ts';

const now = Date.UTC(2026, 0, 1, 12);
const hour = 3_600_000;
const longest: Readonly<Record<AskedBy, number>> = { person: 24, model: 8, build: 2 };
const wish = (over: Partial<LeaseWish> = {}): LeaseWish => ({ scope: 'all', by: 'person', reason: 'deploy', until: now + hour, ...over });
const given = (...wishes: LeaseWish[]): Attention =>
  wishes.reduce((attention, each) => withLease(attention, each, now).attention, fullAttention);
const whose = (attention: Attention): string[] => attention.leases.map(lease => `${lease.by} ${lease.scope}`).sort();

describe('A lease', () => {
  it('is in force until its end and not at it', () => {
    const attention = given(wish());
    assert.equal(devMode(attention, now + hour - 1)?.until, now + hour);
    assert.equal(devMode(attention, now + hour), undefined);
    assert.deepEqual(current(attention, now + hour), { leases: [] });
    assert.equal(current(attention, now), attention);
  });

  for (const by of ['person', 'model', 'build'] as const) {
    const hours = longest[by];
    it(`of a ${by} ends after ${hours} h at the latest`, () => {
      for (const until of [now + 10 * 365 * 24 * hour, Number.POSITIVE_INFINITY, now + hours * hour + 1])
        assert.equal(withLease(fullAttention, wish({ by, until }), now).lease.until, now + hours * hour);
      assert.equal(withLease(fullAttention, wish({ by, until: now + hour }), now).lease.until, now + hour);
    });
  }

  it('ends in the future even when its end is already past or no number', () => {
    for (const until of [0, now - hour, now, Number.NEGATIVE_INFINITY, Number.NaN])
      assert.equal(withLease(fullAttention, wish({ until }), now).lease.until, now + 1000);
  });

  it('keeps who asked, since when and why, shortly', () => {
    const { lease } = withLease(fullAttention, wish({ by: 'model', reason: 'r'.repeat(1000) }), now);
    assert.deepEqual([lease.by, lease.since, lease.reason.length], ['model', now, 200]);
  });

  it('replaces the one of the same scope and asker alone', () => {
    const web = 'local/shop/web';
    const all = given(wish(), wish({ by: 'model' }), wish({ scope: web }), wish({ until: now + 2 * hour }));
    assert.deepEqual(whose(all), ['model all', 'person all', `person ${web}`]);
    assert.equal(devMode(all, now)?.until, now + 2 * hour);
  });

  it('may be shortened by its own asker', () => {
    assert.equal(devMode(given(wish({ until: now + 5 * hour }), wish({ until: now + hour })), now)?.until, now + hour);
  });
});

describe('Dev mode and exclusions', () => {
  it('are two things: neither is the other', () => {
    const all = given(wish());
    const one = given(wish({ scope: 'local/shop/web' }));
    assert.equal(exclusionOf(all, 'local/shop/web', now), undefined);
    assert.equal(devMode(one, now), undefined);
    assert.equal(exclusionOf(one, 'local/shop/web', now)?.by, 'person');
    assert.equal(exclusionOf(one, 'local/shop/web2', now), undefined);
    assert.equal(exclusionOf(one, 'local/shop', now), undefined);
  });

  it('tell the lease that ends last', () => {
    const attention = given(
      wish({ until: now + hour }),
      wish({ by: 'model', until: now + 3 * hour }),
      wish({ by: 'build', until: now + 2 * hour }),
    );
    assert.equal(devMode(attention, now)?.by, 'model');
    assert.equal(devMode(attention, now + 2.5 * hour)?.by, 'model');
  });
});

describe('Ending a lease', () => {
  const three = given(wish(), wish({ by: 'model' }), wish({ by: 'build' }), wish({ scope: 'local/web', by: 'model' }));

  it('ends all of the scope when a person asks', () => {
    const { attention, ended } = withoutLease(three, 'all', 'person', now);
    assert.equal(ended, 3);
    assert.deepEqual(whose(attention), ['model local/web']);
  });

  for (const by of ['model', 'build'] as const) {
    it(`ends only its own when a ${by} asks`, () => {
      const { attention, ended } = withoutLease(three, 'all', by, now);
      assert.equal(ended, 1);
      assert.deepEqual(
        whose(attention),
        whose(three).filter(each => each !== `${by} all`),
      );
    });
  }

  it('counts nothing that has ended by itself', () => {
    assert.equal(withoutLease(three, 'all', 'person', now + hour).ended, 0);
    assert.equal(withoutLease(fullAttention, 'all', 'person', now).ended, 0);
  });
});

describe('nextEnd', () => {
  it('is the soonest end that lies ahead', () => {
    const attention = given(wish({ until: now + hour }), wish({ by: 'model', until: now + 2 * hour }));
    assert.equal(nextEnd(attention, now), now + hour);
    assert.equal(nextEnd(attention, now + hour), now + 2 * hour);
    assert.equal(nextEnd(attention, now + 2 * hour), undefined);
    assert.equal(nextEnd(fullAttention, now), undefined);
  });
});

describe('Whatever is asked for', () => {
  const by = fc.constantFrom<AskedBy>('person', 'model', 'build');
  const scope = fc.constantFrom('all', 'local/a', 'local/b');
  const move = fc.oneof(
    fc.record({ kind: fc.constant('begin' as const), scope, by, until: fc.double({ min: -1e15, max: 1e15 }) }),
    fc.record({ kind: fc.constant('end' as const), scope, by }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(20 * hour) }),
  );

  it('there is one lease per scope and asker, each within its cap, and no person loses a lease to another', () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 30 }), moves => {
        let [attention, time] = [fullAttention, now];
        for (const step of moves) {
          const person = (list: Attention): readonly Lease[] => current(list, time).leases.filter(lease => lease.by === 'person');
          const before = person(attention);
          if (step.kind === 'wait') time += step.ms;
          else if (step.kind === 'begin') attention = withLease(attention, { ...step, reason: '' }, time).attention;
          else attention = withoutLease(attention, step.scope, step.by, time).attention;
          if (step.kind !== 'wait' && step.by !== 'person') assert.deepEqual(person(attention), before);
          const { leases } = current(attention, time);
          assert.equal(new Set(leases.map(lease => `${lease.by} ${lease.scope}`)).size, leases.length);
          for (const lease of leases) assert.ok(lease.until > time && lease.until <= lease.since + longest[lease.by] * hour);
        }
      }),
    );
  });
});
