import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { missed, type Result } from '../test/bench/bench.ts';
import { section, updatePage } from '../test/bench/table.ts';
import { inRoot } from './paths.ts';
import { Advice, bold, main, red, say, seconds } from './say.ts';

const page = inRoot('docs', 'benchmarks.md');
const ids = globSync('test/bench/*.bench.ts', { cwd: inRoot() })
  .sort()
  .map(file => path.basename(file, '.bench.ts'));

const intro = `# Benchmarks

Written by \`npm run bench\`; do not edit. Measured on ${cpus().length} cores with Node ${process.version}, with a real Docker engine unless a
table says otherwise. Numbers are of one run, and counts do not move from run to run. Times do, and grow where other programs want the processor: run it
on a machine that does nothing else, or, where no containers are started, with \`chrt -r 1\` before the command.`;

function choose(wanted: readonly string[]): readonly string[] {
  const unknown = wanted.filter(id => !ids.includes(id));
  if (unknown.length > 0) throw new Advice(`No benchmark ${unknown.join(', ')}. Benchmarks: ${ids.join(', ')}.`);
  return wanted.length === 0 ? ids : wanted;
}

async function runOne(id: string): Promise<Result> {
  say(bold(id));
  const from = performance.now();
  const { run } = (await import(inRoot('test', 'bench', `${id}.bench.ts`))) as { run: () => Promise<Result> };
  const result = await run();
  say(`${section(id, result)}\n(${seconds(from)})\n`);
  return result;
}

function save(results: ReadonlyMap<string, Result>): void {
  mkdirSync(path.dirname(page), { recursive: true });
  writeFileSync(page, updatePage(existsSync(page) ? readFileSync(page, 'utf8') : '', intro, ids, results));
}

await main(async () => {
  const { positionals } = parseArgs({ allowPositionals: true });
  const results = new Map<string, Result>();
  for (const id of choose(positionals)) {
    results.set(id, await runOne(id));
    save(results);
  }
  const over = [...results].flatMap(([id, { rows }]) => rows.filter(missed).map(row => `${id}: ${row.what}`));
  if (over.length > 0) say(red(`Budgets missed:\n  ${over.join('\n  ')}`));
  say('Written to docs/benchmarks.md');
  return over.length === 0 ? 0 : 1;
});
