import assert from 'node:assert/strict';
import type { Observation } from '../../src/model/observation.ts';
import { runs, shopId } from '../fakes/engineBed.ts';
import { aService, event, inventory, noon, synced } from '../fakes/make.ts';
import { claims, judge, partitionF1, shownVerdict } from './judge.ts';
import { cuts, delayed, replay } from './replay.ts';
import type { Scenario } from './scenario.ts';
import type { Tape } from './tape.ts';

/** What would take too long on a real stage: told as its engine would tell it, by a clock of its own. */
const flapping: Scenario = {
  id: '15',
  title: 'flapping health',
  steps: [],
  truth: [{ root: ['a'], category: 'flapping', band: 'medium', members: ['a'] }],
  timeout: 0,
};

const ids = { a: shopId('svc-a'), b: shopId('svc-b'), c: '', d: '', e: '', f: '' };
const slot = 30_000;

/** The health of svc-a changes every `every` ms for `lasts` ms, after `calm` ms in peace; svc-b is well all the time. */
function tapeOf(every: number, lasts: number, calm: number): Tape {
  const services = [aService('svc-a'), aService('svc-b')];
  const heard: { t: number; seen: Observation }[] = [];
  const tell = (t: number, ...seen: Observation[]): void => void heard.push(...seen.map(each => ({ t, seen: each })));
  const checked = { hasHealthcheck: true, health: 'healthy' } as const;
  tell(0, inventory(noon, ...services), runs(noon, 'svc-a', checked), runs(noon, 'svc-b', checked), synced(noon));
  for (let t = calm; t < calm + lasts; t += every) {
    const sick = ((t - calm) / every) % 2 === 0;
    const health = sick ? ({ health: 'unhealthy', failingStreak: 3, healthLast: { exit: 1, output: 'no' } } as const) : {};
    tell(t, event(noon + t, 'svc-a', 'health'));
    tell(t + 50, runs(noon + t + 50, 'svc-a', { ...checked, ...health }));
  }
  tell(calm + lasts, runs(noon + calm + lasts, 'svc-b', checked));
  return { head: { scenario: '15', variant: 1, from: noon, fault: calm, project: 'shop', ids }, heard, logs: new Map() };
}

describe('scenario 15, flapping health, by a clock of its own', () => {
  const idOf = (part: keyof typeof ids): string => ids[part];
  const cases: readonly [string, Tape][] = [
    ['each 60 s for 20 slots', tapeOf(2 * slot, 20 * slot, 0)],
    ['each 60 s for 20 slots, after half an hour in peace', tapeOf(2 * slot, 20 * slot, 30 * 60_000 + 11_000)],
    ['each 30 s', tapeOf(slot, 20 * slot, 7000)],
    ['each 75 s', tapeOf(2.5 * slot, 25 * slot, 7000)],
  ];
  for (const [what, tape] of cases) {
    it(`is the one cause, MEDIUM, where health changes ${what}`, async () => {
      const [truth] = flapping.truth;
      assert.ok(truth);
      for (const heard of [tape.heard, delayed(tape.heard, () => 0.9), cuts['without events']?.(tape.heard)]) {
        const { verdict } = await replay(tape, heard);
        const text = shownVerdict(verdict, noon).join('\n');
        assert.deepEqual(judge(truth, verdict, idOf), { root: true, category: true, band: true, order: true, detected: true }, text);
        assert.deepEqual([verdict.issues.length, verdict.issues[0]?.confidence], [1, 0.7], text);
        assert.equal(partitionF1(flapping, verdict, idOf), 1, text);
      }
    });

    it(`is told as flapping once where health changes ${what}`, async () => {
      const { timeline } = await replay(tape);
      assert.equal(timeline.match(/opened flapping/g)?.length, 1, timeline);
    });
  }

  it('is not claimed where nobody can look', async () => {
    for (const [, tape] of cases) {
      const { verdict } = await replay(tape, cuts['without looks']?.(tape.heard));
      assert.deepEqual(claims(flapping, verdict, idOf), []);
    }
  });
});
