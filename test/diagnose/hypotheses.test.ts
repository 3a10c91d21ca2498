import assert from 'node:assert/strict';
import { correlate } from '../../src/diagnose/correlate.ts';
import { escalationOf } from '../../src/diagnose/escalation.ts';
import { setAside } from '../../src/diagnose/exclusions.ts';
import { type Explained, explain, type Rank, rankIn } from '../../src/diagnose/hypotheses.ts';
import { beganBefore, onsetOf } from '../../src/diagnose/onset.ts';
import { recordingOf } from '../../src/diagnose/recordingOf.ts';
import type { World } from '../../src/diagnose/world.ts';
import type { Hypothesis } from '../../src/model/incident.ts';
import type { Category, Issue } from '../../src/model/issue.ts';
import type { Observation } from '../../src/model/observation.ts';
import { type Service, serviceId } from '../../src/model/service.ts';
import { aService, event, inspected, inventory, logs, noon, someFacts, worldOf } from '../fakes/make.ts';
import { fc } from '../fakes/seeded.ts';

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
  evidence: [
    { id: `${name}-1`, kind: 'x.y', what: `${name} is in trouble`, from: 'log', at: noon, weight: 1, ref: { quote: '', where: '' } },
  ],
  status: 'confirmed',
  firstSeen: noon,
  lastSeen: noon + 60_000,
  ...over,
});
const names = ['db', 'cache', 'api', 'web', 'other'];
const shopWith = (...more: Observation[]): World =>
  worldOf(
    inventory(noon - 1000, needing('db'), needing('cache'), needing('api', 'db', 'cache'), needing('web', 'api'), needing('other')),
    ...names.map(name => inspected(noon - 900, id(name), someFacts(name))),
    ...more,
  );
const shop = shopWith();
const silent: Rank = () => [];
const now = noon + 60_000;
function explained(issues: readonly Issue[], world = shop, rank: Rank = silent): Explained {
  const [incident] = correlate(issues, world);
  assert.ok(incident !== undefined);
  return explain(incident, new Map(issues.map(each => [each.key, each])), world, now, { rank, calibrate: (_category, _kinds, p) => p });
}
const brief = ({ hypotheses }: Explained): string[] =>
  hypotheses.map(
    ({ service, category, confidence, band }) => `${service.split('/')[2]} ${category} ${Math.round(confidence * 100)} ${band}`,
  );

describe('the hypotheses of an incident', () => {
  it('begin with the root, which failing before its dependants and being named by them make surer', () => {
    const death = issue('db', 'app_crash', { confidence: 0.69, band: 'medium' });
    const errors = issue('api', 'app_error', { firstSeen: noon + 2000 });
    assert.deepEqual(brief(explained([death, errors])), ['db app_crash 91 high']);
    const same = issue('api', 'app_error', { firstSeen: noon });
    assert.deepEqual(brief(explained([death, same])), ['db app_crash 69 medium'], 'at the same moment has no order');
    const named = shopWith(
      logs(noon + 2000, 'api', { errors: [{ at: noon + 2000, level: 'error', text: 'connect ECONNREFUSED db:5432' }] }),
    );
    const all = explained([death, errors], named);
    assert.deepEqual(brief(all), ['db app_crash 97 high'], 'the worked value of a database named by its client');
    assert.deepEqual(all.hypotheses[0]?.because, ['errors of api name it', 'it failed before api', 'db is in trouble']);
    assert.deepEqual(all.hypotheses[0]?.evidence, ['db-1']);
    assert.match(all.hypotheses[0]?.whatWouldRefute ?? '', /the version that ran in peace/);
  });

  it('count once what others say, where it is among the evidence already', () => {
    const world = shopWith(logs(noon, 'api', { errors: [{ at: noon, level: 'error', text: 'request to db:5432 timed out' }] }));
    const quote = { id: 'db-2', kind: 'peer.named', what: 'api waits for it', from: 'log', at: noon, weight: 1.2 } as const;
    const slow = issue('db', 'latency', { confidence: 0.73, evidence: [{ ...quote, ref: { quote: '', where: '' } }] });
    assert.deepEqual(brief(explained([slow, issue('api', 'app_error')], world)), ['db latency 73 medium']);
  });

  it('do not lift what a doubt holds down', () => {
    for (const confidence of [0.5, 0.6, 0.7, 0.8]) {
      const death = issue('db', 'app_crash', { confidence });
      assert.equal(explained([death, issue('api', 'app_error', { firstSeen: noon + 2000 })]).hypotheses[0]?.confidence, confidence);
    }
  });

  it('are at most 80 % sure where the next one is close', () => {
    const two = explained([issue('db', 'oom'), issue('api', 'oom', { firstSeen: noon - 30_000 })]);
    assert.equal(two.root, undefined);
    assert.deepEqual(brief(two), ['api oom 80 medium', 'db oom 80 medium']);
    assert.ok(two.hypotheses.every(({ share }) => share < 0.5 && share > 0.4));
  });

  it('are decided by the ranking where needs tell nothing, and only where it is clear', () => {
    const issues = [issue('db', 'oom'), issue('api', 'oom', { firstSeen: noon - 30_000 })];
    const cause = (name: string, score: number) => ({
      service: id(name),
      score,
      share: 0.5,
      parts: { usage: score },
      because: [`${name} says so`],
    });
    const by = (db: number, api: number): Explained => explained(issues, shop, () => [cause('db', db), cause('api', api)]);
    const clear = by(4, 0);
    assert.deepEqual(
      [clear.root?.service, clear.root?.because, brief(clear)[0]],
      [id('db'), 'it is at the limit of a resource', 'db oom 90 high'],
    );
    assert.equal(by(1, 0).root, undefined);
    assert.equal(by(0, 4).root?.service, id('api'));
  });

  it('ask the ranking only where several are suspected and needs do not tell', () => {
    let asked = 0;
    const rank: Rank = () => {
      asked++;
      return [];
    };
    explained([issue('db', 'oom')], shop, rank);
    explained([issue('db', 'app_crash'), issue('api', 'app_error')], shop, rank);
    assert.equal(asked, 0);
    explained([issue('db', 'oom'), issue('api', 'oom', { firstSeen: noon - 30_000 })], shop, rank);
    assert.equal(asked, 1);
  });

  it('hear what logs say when they rank for real', () => {
    const onset = noon;
    const lines = Array.from({ length: 30 }, (_, i) => ({
      at: onset + 1000 + i * 100,
      level: 'error' as const,
      text: `ERROR disk broke ${i}`,
    }));
    const calm = Array.from({ length: 10 }, (_, i) => ({ at: onset - 9000 + i, level: 'error' as const, text: `ERROR try again ${i}` }));
    const all = [...calm, ...calm, ...calm].map((line, i) => ({ ...line, at: line.at + i }));
    const world = shopWith(logs(onset - 2000, 'db', { errors: all }), logs(onset + 5000, 'db', { errors: lines.slice(0, 10) }));
    const causes = rankIn(world)([id('api'), id('db')], onset);
    assert.equal(causes[0]?.service, id('db'));
    assert.ok((causes[0]?.score ?? 0) > (causes[1]?.score ?? 0));
  });

  it('have shares below one in sum, as many as three, and none for what is only a server', () => {
    const some = fc.array(fc.tuple(fc.constantFrom(...names), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(60_000)), {
      minLength: 1,
    });
    fc.assert(
      fc.property(some, picks => {
        const issues = [
          ...new Map(
            picks.map(([name, confidence, after]) => [name, issue(name, 'oom', { confidence, firstSeen: noon + after })]),
          ).values(),
        ];
        for (const incident of correlate(issues, shop)) {
          const { hypotheses } = explain(incident, new Map(issues.map(each => [each.key, each])), shop, now, {
            rank: silent,
            calibrate: (_category, _kinds, p) => p,
          });
          assert.ok(hypotheses.length <= 3 && hypotheses.length > 0);
          assert.ok(hypotheses.reduce((sum, { share }) => sum + share, 0) < 1);
          for (const { share, confidence } of hypotheses) assert.ok(share >= 0 && confidence >= 0 && confidence <= 1);
        }
      }),
    );
    const { service: _service, ...server } = issue('db', 'unreachable', { key: 'local/unreachable' });
    assert.deepEqual(explained([server]).hypotheses, []);
  });
});

describe('onsets', () => {
  it('are intervals: a check that fails may have been bad since the one before', () => {
    assert.deepEqual(onsetOf(issue('db', 'unhealthy')), [noon - 30_000, noon]);
    assert.equal(beganBefore(issue('db', 'oom'), issue('api', 'unhealthy', { firstSeen: noon + 20_000 })), false);
    assert.equal(beganBefore(issue('db', 'oom'), issue('api', 'unhealthy', { firstSeen: noon + 31_000 })), true);
  });
});

describe('what is set aside', () => {
  const aside = (world: World, ...issues: Issue[]) => {
    const [incident] = correlate(issues, world);
    assert.ok(incident !== undefined);
    return setAside(incident, issues, world, now);
  };

  it('is a change in its own project before any elsewhere, and none elsewhere that may be a first making', () => {
    const strangers = Array.from({ length: 8 }, (_, i) => aService(`a${i}`, { project: 'lab' }));
    const made = strangers.map(({ id, name }) => event(noon - 60_000, name, 'update', { service: id }));
    const own = ['db', 'api', 'other'].map(name => aService(name));
    const seen = [...own, ...strangers].map(service => inspected(noon - 500_000, service.id, someFacts(service.name)));
    const world = worldOf(inventory(noon - 600_000, ...own, ...strangers), ...seen, ...made, event(noon - 120_000, 'other', 'update'));
    const found = aside(world, issue('api', 'app_crash'));
    assert.deepEqual(found.ruledOut, ['other (shop): it was changed 2 min before, and is in no trouble itself']);
  });

  it('is a change of a service that is in no trouble, by name, and a dependency that is fine', () => {
    const world = shopWith(event(noon - 120_000, 'other', 'update'));
    const found = aside(world, issue('api', 'app_crash'), issue('db', 'app_crash', { firstSeen: noon - 1000 }));
    assert.deepEqual(found.ruledOut, [
      'other (shop): it was changed 2 min before, and is in no trouble itself',
      'cache (shop): it is needed, runs and has no issue',
    ]);
    assert.deepEqual(found.notChecked, []);
  });

  it('is no change that came later, long before, or to a service in trouble', () => {
    for (const at of [noon + 1, noon - 16 * 60_000]) {
      assert.doesNotMatch(aside(shopWith(event(at, 'other', 'update')), issue('db', 'oom')).ruledOut.join(), /changed/);
    }
    const world = shopWith(event(noon - 1000, 'other', 'update'));
    assert.doesNotMatch(aside(world, issue('db', 'oom'), issue('other', 'oom', { firstSeen: noon + 1 })).ruledOut.join(), /changed/);
  });

  it('says what could not be looked at', () => {
    const unseen: Observation = {
      kind: 'unseen',
      service: id('cache'),
      why: 'timeout',
      at: noon,
      plusMinus: 0,
      server: 'local',
      how: 'live',
    };
    const found = aside(shopWith(unseen), issue('api', 'app_crash'));
    assert.deepEqual(found.notChecked, ['cache (shop): it is needed and could not be looked at']);
    assert.doesNotMatch(found.ruledOut.join(), /cache/);
  });
});

describe('escalation', () => {
  const one = (over: Partial<Hypothesis>): Hypothesis[] => [
    {
      service: id('db'),
      category: 'oom',
      share: 0.9,
      confidence: 0.97,
      band: 'high',
      because: [],
      evidence: [],
      whatWouldRefute: '',
      ...over,
    },
  ];
  const to = (over: Partial<Hypothesis>, notSeen?: readonly string[]): string => {
    const found = escalationOf(one(over), notSeen === undefined ? undefined : { notSeen });
    return `${found?.to}: ${found?.because}`;
  };

  it('follows the band: high may be fixed, medium is looked at again, low asks', () => {
    assert.equal(to({}), 'fixable: 97 % sure of oom');
    assert.equal(to({ confidence: 0.6, band: 'medium' }), 'deeper: 60 % sure of oom');
    assert.equal(to({ confidence: 0.3, band: 'low' }), 'ask: 30 % sure of oom');
    assert.equal(escalationOf([], undefined), undefined);
  });

  it('asks a person where a deeper look did not help, and what a person did', () => {
    assert.equal(to({ confidence: 0.6, band: 'medium' }, []), 'ask: 60 % sure of oom, also after a deeper look');
    assert.equal(to({}, ['logs: no answer']), 'ask: 97 % sure of oom, but not everything could be looked at');
    assert.equal(to({}, []), 'fixable: 97 % sure of oom');
    assert.match(to({ category: 'operator_action' }), /^ask: .*a person stopped it/);
  });
});

describe('a recording of what is believed', () => {
  it('has services, needs among them, error lines by second, and the onset in seconds', () => {
    const world = shopWith(logs(noon + 2000, 'api', { errors: [{ at: noon + 2000, level: 'error', text: 'boom' }] }));
    const { services, needs, onset, logs: lines } = recordingOf(world, [id('api'), id('db')], noon);
    assert.deepEqual([services, needs, onset], [[id('api'), id('db')], [[id('api'), id('db')]], noon / 1000]);
    assert.deepEqual(lines?.[id('api')], [[noon / 1000 + 2, 'boom']]);
  });
});
