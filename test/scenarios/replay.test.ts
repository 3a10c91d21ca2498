import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { scenarios } from './all.ts';
import { claims, judge, shownVerdict } from './judge.ts';
import { cuts, delayed, replay } from './replay.ts';
import type { Part, Scenario } from './scenario.ts';
import { readTape, type Tape, tapeFiles } from './tape.ts';
import { alarming, type Verdict } from './verdict.ts';

/** A small generator of numbers 0…1, the same for the same seed. */
function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function scenarioOf({ head }: Tape): Scenario {
  const found = scenarios.find(scenario => scenario.id === head.scenario);
  assert.ok(found, `no scenario ${head.scenario}; record its tape anew or remove it`);
  return found;
}

/** Root, category and band of every truth; of a calm one that nothing alarms. */
function assertRight(tape: Tape, verdict: Verdict): void {
  const scenario = scenarioOf(tape);
  const idOf = (part: Part): string => tape.head.ids[part];
  const text = shownVerdict(verdict, tape.head.from + tape.head.fault).join('\n');
  if (scenario.truth.length === 0) assert.deepEqual(verdict.issues.filter(alarming), [], text);
  for (const truth of scenario.truth) {
    const { root, category, band } = judge(truth, verdict, idOf);
    assert.deepEqual({ root, category, band }, { root: true, category: true, band: true }, text);
  }
}

describe('the tapes', () => {
  it('are there', () => assert.ok(tapeFiles().length >= 10));
});

for (const file of tapeFiles()) {
  const tape = readTape(file);
  const idOf = (part: Part): string => tape.head.ids[part];

  describe(`tape ${path.basename(file)}, ${scenarioOf(tape).title}`, () => {
    it('gives the verdict that is true, and the timeline that it gave when it was recorded', async () => {
      const { verdict, timeline } = await replay(tape);
      assertRight(tape, verdict);
      assert.equal(timeline, readFileSync(file.replace(/jsonl$/, 'txt'), 'utf8'));
    });

    it('gives the same timeline each time', async () => {
      assert.equal((await replay(tape)).timeline, (await replay(tape)).timeline);
    });

    it('gives the same verdict when looks and logs come late', async () => {
      for (const seed of [1, 2, 3]) assertRight(tape, (await replay(tape, delayed(tape.heard, chance(seed)))).verdict);
    });

    for (const [what, cut] of Object.entries(cuts)) {
      it(`is not sure of what is not true, ${what}`, async () => {
        const { verdict } = await replay(tape, cut(tape.heard));
        const wrong = claims(scenarioOf(tape), verdict, idOf).filter(claim => claim.band === 'high' && !claim.right);
        assert.deepEqual(wrong, [], shownVerdict(verdict, tape.head.from + tape.head.fault).join('\n'));
      });
    }
  });
}
