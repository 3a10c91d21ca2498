import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { noEngineBecause } from '../test/live/engine.ts';
import { scenarios } from '../test/scenarios/all.ts';
import { replay } from '../test/scenarios/replay.ts';
import { runScenarios } from '../test/scenarios/run.ts';
import { type Scenario, variants } from '../test/scenarios/scenario.ts';
import { episodeLine, failureText, gates, summarise, summaryText } from '../test/scenarios/summary.ts';
import { readTape, record, tapeFiles } from '../test/scenarios/tape.ts';
import { testbed } from './paths.ts';
import { Advice, bold, green, main, red, say, seconds } from './say.ts';

const usage = 'npm run scenarios -- [ID …] [--variant 1|2|3] [--at-once 4] [--json FILE] [--record] [--golden]';

function choose(ids: readonly string[]): readonly Scenario[] {
  const unknown = ids.filter(id => !scenarios.some(scenario => scenario.id === id));
  if (unknown.length > 0)
    throw new Advice(`No scenario ${unknown.join(', ')}. Scenarios: ${scenarios.map(scenario => scenario.id).join(', ')}. ${usage}`);
  return ids.length === 0 ? scenarios : scenarios.filter(scenario => ids.includes(scenario.id));
}

/** What each tape tells today, to be compared with for ever after. */
async function writeGoldens(): Promise<number> {
  for (const file of tapeFiles()) writeFileSync(file.replace(/jsonl$/, 'txt'), (await replay(readTape(file))).timeline);
  return 0;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

await main(async () => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      variant: { type: 'string' },
      'at-once': { type: 'string', default: '4' },
      json: { type: 'string' },
      record: { type: 'boolean' },
      golden: { type: 'boolean' },
    },
  });
  if (values.golden) return writeGoldens();
  const because = noEngineBecause();
  if (because !== undefined) throw new Advice(because);
  const wanted = values.variant === undefined ? variants : variants.filter(variant => String(variant.index) === values.variant);
  const atOnce = Number(values['at-once']);
  if (wanted.length === 0 || !Number.isInteger(atOnce) || atOnce < 1) throw new Advice(usage);
  const from = performance.now();
  const run = await runScenarios({
    scenarios: choose(positionals),
    variants: wanted,
    atOnce,
    tell: episode => say(episodeLine(episode)),
    ...(values.record ? { keep: async kept => say(`  tape ${await record(kept)}`) } : {}),
  });
  if (values.record) await writeGoldens();
  const failed = run.episodes.filter(episode => episode.failures.length > 0);
  if (failed.length > 0) say(`\n${red('Failed:')}\n${failed.map(failureText).join('\n')}`);
  if (run.extrasAlarmed.length > 0) say(red(`False alarms about healthy bystanders: ${run.extrasAlarmed.join(', ')}`));
  const summary = summarise(run);
  say(`\n${bold('Scores')} (${seconds(from)})\n${summaryText(summary)}`);
  const file = values.json ?? testbed('scenarios.json');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ summary, ...run }, undefined, 1)}\n`);
  const missed = gates.filter(gate => !gate.holds(summary));
  for (const gate of gates) say(`${missed.includes(gate) ? red('missed') : green('held  ')} ${gate.what}`);
  return missed.length === 0 ? 0 : 1;
});
