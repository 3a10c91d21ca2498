import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { inRoot } from './paths.ts';
import { Advice, bold, main, say } from './say.ts';

/** What a file of test/bench/ exports as `run`: rows of a table, the first row its head. */
interface Table {
  readonly title: string;
  readonly note?: string;
  readonly rows: readonly (readonly string[])[];
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function markdown({ title, note, rows: [head = [], ...rows] }: Table): string {
  const table = [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
  return `## ${title}\n${note === undefined ? '' : `${note}\n`}\n${table}\n`;
}

function preamble(): string {
  const { version } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8')) as { version: string };
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`;
  return `# Benchmarks\n\nMeasured by \`npm run bench\`, Dozor ${version}, on ${machine}. Written by that command; do not edit.\n`;
}

await main(async () => {
  const files = globSync('test/bench/*.bench.ts', { cwd: inRoot() }).sort();
  if (files.length === 0) throw new Advice('There is no test/bench/*.bench.ts.');
  const parts: string[] = [];
  for (const file of files) {
    say(bold(file));
    const { run } = (await import(inRoot(file))) as { run: () => Promise<Table> };
    const text = markdown(await run());
    say(text);
    parts.push(text);
  }
  writeFileSync(inRoot('docs', 'benchmarks.md'), [preamble(), ...parts].join('\n'));
  say('Written to docs/benchmarks.md');
  return undefined;
});
