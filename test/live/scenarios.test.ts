import assert from 'node:assert/strict';
import { scenarios } from '../scenarios/all.ts';
import type { Run } from '../scenarios/run.ts';
import { runScenarios } from '../scenarios/run.ts';
import { variants } from '../scenarios/scenario.ts';
import { failureText, summarise } from '../scenarios/summary.ts';
import { noEngineBecause } from './engine.ts';

/** Short ones, one of each class; `npm run scenarios` plays them all in three variants. */
const chosen = ['1', '2', '3', '5', '8', '11', '12', '16', '17', '19', '20', '24', '29', '36', '38', 'stop'];

describe('Scenarios with a known answer, on a real engine', () => {
  let run: Run;

  before(async function () {
    this.timeout(110_000);
    assert.equal(noEngineBecause(), undefined);
    // Other names and ways than the full run begins with.
    const [, second] = variants;
    assert.ok(second);
    run = await runScenarios({ scenarios: scenarios.filter(({ id }) => chosen.includes(id)), variants: [second], atOnce: 4 });
  });

  it('were all played', () => assert.equal(run.episodes.length, chosen.length));
  for (const id of chosen) {
    it(`${id}: ${scenarios.find(scenario => scenario.id === id)?.title}`, () => {
      const episode = run.episodes.find(({ scenario }) => scenario === id);
      assert.ok(episode);
      assert.deepEqual(episode.failures, [], failureText(episode));
    });
  }
  it('made no call that could change anything', () => assert.equal(run.mutating, 0));
  it('raised nothing about the healthy services beside them', () => assert.deepEqual(run.extrasAlarmed, []));
  it('were told soon: half of the issues within 3 s of the fault, half of the roots within 10 s', () => {
    const { issueMedian, rootMedian } = summarise(run);
    assert.ok(issueMedian <= 3000 && rootMedian <= 10_000, `${issueMedian} ms, ${rootMedian} ms`);
  });
});
