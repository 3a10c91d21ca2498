import { existsSync, readFileSync } from 'node:fs';
import { testbed } from '../../scripts/paths.ts';
import { scenarios } from '../scenarios/all.ts';
import { type Run, runScenarios } from '../scenarios/run.ts';
import { variants } from '../scenarios/scenario.ts';
import { summarise } from '../scenarios/summary.ts';
import type { Result } from './bench.ts';

const all = scenarios.length * variants.length;

/** What `npm run scenarios` left, where it played everything. */
function kept(): Run | undefined {
  const file = testbed('scenarios.json');
  if (!existsSync(file)) return undefined;
  const run = JSON.parse(readFileSync(file, 'utf8')) as Run;
  return run.episodes.length === all ? run : undefined;
}

export async function run(): Promise<Result> {
  const played = kept() ?? (await runScenarios({ scenarios, variants, atOnce: 4 }));
  const s = summarise(played);
  const failed = played.episodes.filter(({ failures }) => failures.length > 0);
  return {
    title: `Diagnosis: ${scenarios.length} faults and calm ones with known answers, in ${variants.length} variants`,
    rows: [
      { what: 'Episodes in which anything at all was wrong', value: failed.length, unit: `of ${s.episodes}` },
      { what: 'Faults not detected', value: (1 - s.detected) * 100, unit: '%', limit: 3 },
      { what: 'Root or category wrong', value: (1 - s.rootAndCategory) * 100, unit: '%', limit: 5 },
      { what: 'Band other than expected', value: (1 - s.band) * 100, unit: '%', limit: 10 },
      { what: 'Incidents cut otherwise than they are (1 − pairwise F1)', value: (1 - s.partition) * 100, unit: '%', limit: 5 },
      { what: 'False alarms', value: s.falseAlarms, unit: '', limit: 0 },
      { what: 'Calls that could change something', value: s.mutating, unit: '', limit: 0 },
      { what: 'Fault to confirmed issue, median', value: s.issueMedian, unit: 'ms', limit: 3000 },
      { what: 'Fault to confirmed issue, 95th percentile', value: s.issueP95, unit: 'ms' },
      { what: 'Fault to the right root, median', value: s.rootMedian, unit: 'ms', limit: 10_000 },
      { what: 'Fault to the right root, 95th percentile', value: s.rootP95, unit: 'ms' },
      { what: 'Brier score, × 1000', value: s.brier * 1000, unit: '', limit: 120 },
      { what: 'Calibration error (ECE, 5 bins), × 1000', value: s.ece * 1000, unit: '' },
    ],
    notes: [
      `Each scenario is a small real fault under neutral names; Dozor watches before it begins. Of ${s.high} roots named with a band of HIGH ${s.highRight} were right: with 95 % certainty at least ${(s.highLowerBound * 100).toFixed(0)} % are.`,
      ...(failed.length === 0 ? [] : [`Wrong somewhere: ${failed.map(({ scenario, variant }) => `${scenario}/${variant}`).join(', ')}.`]),
    ],
  };
}
