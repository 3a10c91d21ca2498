import { parseArgs } from 'node:util';
import { Advice, bold, dim, green, main, red, say, seconds } from './say.ts';
import { type Count, one, sum } from './test/count.ts';
import { type Suite, suites } from './test/suites.ts';

async function runSuite(suite: Suite): Promise<Count> {
  say(bold(suite.title));
  const from = performance.now();
  let count: Count;
  try {
    count = await suite.run();
  } catch (error) {
    say(error instanceof Error && !(error instanceof Advice) ? (error.stack ?? error.message) : String(error));
    count = one(`${suite.title}: could not run`, false);
  }
  const skipped = count.skipped.length === 0 ? '' : `, ${count.skipped.length} skipped`;
  say(
    `  ${count.failed === 0 ? green('ok') : red('FAILED')} ${count.passed} passed, ${count.failed} failed${skipped} ${dim(seconds(from))}`,
  );
  return count;
}

function choose(names: readonly string[]): readonly Suite[] {
  const unknown = names.filter(name => !suites.some(suite => suite.id === name));
  if (unknown.length > 0) throw new Advice(`No suite ${unknown.join(', ')}. Suites: ${suites.map(suite => suite.id).join(', ')}.`);
  return names.length === 0 ? suites : suites.filter(suite => names.includes(suite.id));
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

await main(async () => {
  const { positionals } = parseArgs({ allowPositionals: true });
  const counts: Count[] = [];
  for (const suite of choose(positionals)) counts.push(await runSuite(suite));
  const total = sum(counts);
  if (total.failures.length > 0) say(`\n${red('Failed:')}\n${total.failures.map(title => `  ${title}`).join('\n')}`);
  if (total.skipped.length > 0) say(`\nSkipped:\n${total.skipped.map(title => `  ${title}`).join('\n')}`);
  const skipped = total.skipped.length === 0 ? '' : `, ${total.skipped.length} skipped`;
  say(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
  return total.failed === 0 ? 0 : 1;
});
