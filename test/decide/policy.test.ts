import assert from 'node:assert/strict';
import { type Circumstances, verdict } from '../../src/decide/policy.ts';
import { quietAbout } from '../../src/decide/quiet.ts';
import type { Asker, Verb } from '../../src/model/action.ts';
import type { Attention } from '../../src/model/attention.ts';

const calm: Circumstances = {
  verb: 'restart',
  askedBy: 'person',
  trusted: true,
  devMode: false,
  excluded: false,
  enabled: true,
  serverInSight: true,
};
const model: Circumstances = { ...calm, askedBy: 'model' };
const verbs: readonly Verb[] = ['start', 'stop', 'restart', 'pause', 'unpause'];

describe('The policy', () => {
  it('lets a person ask for everything, in dev mode and on excluded services too', () => {
    for (const verb of verbs)
      for (const devMode of [false, true])
        for (const excluded of [false, true]) assert.deepEqual(verdict({ ...calm, verb, devMode, excluded }), { kind: 'ask' });
  });

  it('lets a model propose a restart', () => assert.deepEqual(verdict(model), { kind: 'ask' }));

  // Each row breaks one guard alone, so a guard that is taken away fails its row.
  const refused: readonly (readonly [string, Circumstances, RegExp])[] = [
    ['in an untrusted workspace', { ...calm, trusted: false }, /not trusted.*trust the workspace/],
    ['on a server out of sight', { ...calm, serverInSight: false }, /out of sight/],
    ['on a service whose label forbids it', { ...calm, enabled: false }, /dozor\.enable=false/],
    ['for a runbook', { ...calm, askedBy: 'runbook' }, /only a person/],
    ['for a policy', { ...calm, askedBy: 'policy' }, /only a person/],
    ['a stop for a model', { ...model, verb: 'stop' }, /only propose a restart/],
    ['a start for a model', { ...model, verb: 'start' }, /only propose a restart/],
    ['a pause for a model', { ...model, verb: 'pause' }, /only propose a restart/],
    ['an unpause for a model', { ...model, verb: 'unpause' }, /only propose a restart/],
    ['for a model in dev mode', { ...model, devMode: true }, /dev mode is on/],
    ['for a model on an excluded service', { ...model, excluded: true }, /excluded/],
  ];
  for (const [what, circumstances, words] of refused) {
    it(`refuses ${what} and says why`, () => {
      const answer = verdict(circumstances);
      assert.equal(answer.kind, 'refuse');
      assert.match(answer.kind === 'refuse' ? answer.because : '', words);
    });
  }

  it('never lets anything happen unasked', () => {
    const flags = [false, true];
    for (const askedBy of ['person', 'model', 'runbook', 'policy'] satisfies Asker[])
      for (const verb of verbs)
        for (const trusted of flags)
          for (const devMode of flags)
            for (const excluded of flags)
              for (const enabled of flags)
                for (const serverInSight of flags) {
                  const { kind } = verdict({ askedBy, verb, trusted, devMode, excluded, enabled, serverInSight });
                  const person = trusted && enabled && serverInSight && askedBy === 'person';
                  const asModel = trusted && enabled && serverInSight && askedBy === 'model' && verb === 'restart' && !devMode && !excluded;
                  assert.equal(kind, person || asModel ? 'ask' : 'refuse');
                }
  });
});

describe('quietAbout', () => {
  const lease = (scope: string, until: number): Attention['leases'][number] => ({
    id: scope,
    scope,
    by: 'person',
    reason: '',
    since: 0,
    until,
  });

  it('names dev mode before an exclusion, with its end', () => {
    const attention = { leases: [lease('local/web', 2000), lease('all', 1000)] };
    assert.deepEqual(quietAbout(attention, 'local/web', 10), { reason: 'dev mode', until: 1000 });
    assert.deepEqual(quietAbout(attention, 'local/web', 1000), { reason: 'excluded', until: 2000 });
    assert.deepEqual(quietAbout(attention, 'local/db', 10), { reason: 'dev mode', until: 1000 });
    assert.equal(quietAbout(attention, 'local/db', 1000), undefined);
    assert.equal(quietAbout(attention, 'local/web', 2000), undefined);
  });
});
