import { readFileSync, writeFileSync } from 'node:fs';
import { createMiner } from '../src/diagnose/templates.ts';
import { Advice, main, say } from './say.ts';

const usage = 'Usage: npm run -s bench:templates -- INPUT.log OUTPUT.txt';

function readLines(file: string): readonly string[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map(line => line.replace(/\r$/, ''));
}

/** Writes the final cluster id of each line, one a line, found by the miner with its default settings. */
await main(async () => {
  const [input, output] = process.argv.slice(2);
  if (input === undefined || output === undefined) throw new Advice(usage);
  const miner = createMiner();
  const ids = readLines(input).map(line => miner.add(line));
  writeFileSync(output, ids.map(id => `${miner.canonical(id)}\n`).join(''));
  const { templates, lines } = miner.dropped;
  say(`${ids.length} lines, ${miner.all().length} templates; ${templates} let go, with ${lines} lines.`);
  return 0;
});
