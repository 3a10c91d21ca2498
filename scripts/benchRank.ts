import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { rankCauses } from '../src/diagnose/rootCause.ts';
import { readCases, type Tier } from './cases.ts';
import { Advice, main, say } from './say.ts';

const usage = 'npm run -s bench:rank -- CASES_DIR OUTPUT.json [--tier container|all] [--explain]';

await main(async () => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { tier: { type: 'string', default: 'all' }, explain: { type: 'boolean' } },
  });
  const [folder, output] = positionals;
  if (folder === undefined || output === undefined || !['container', 'all'].includes(values.tier)) throw new Advice(usage);
  const cases = readCases(folder, values.tier as Tier);
  if (cases.length === 0) throw new Advice(`No cases in ${folder} or one below it. ${usage}`);
  const rankings: Record<string, string[]> = {};
  for (const { id, recording } of cases) {
    const causes = rankCauses(recording);
    rankings[id] = causes.map(cause => cause.service);
    if (values.explain) say(`${id} ${JSON.stringify(causes.map(c => [c.service, c.score, c.parts, c.because[0]]))}`);
  }
  writeFileSync(output, `${JSON.stringify(rankings, undefined, 1)}\n`);
  return 0;
});
