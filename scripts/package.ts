import { readFileSync, rmSync, statSync } from 'node:fs';
import { buildAll } from './build.ts';
import { inRoot } from './paths.ts';
import { mustRun } from './run.ts';
import { Advice, main, say } from './say.ts';

const largest = 1_500_000;

/** Builds and packs the extension; answers the path of the .vsix. Needs no network. */
export async function packageExtension(): Promise<string> {
  await buildAll({ release: true });
  const { version } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8')) as { version: string };
  const out = inRoot(`dozor-${version}.vsix`);
  rmSync(out, { force: true });
  const vsce = inRoot('node_modules', '@vscode', 'vsce', 'vsce');
  const args = ['package', '--no-dependencies', '--allow-missing-repository', '--out', out];
  await mustRun(process.execPath, [vsce, ...args], { cwd: inRoot() });
  const { size } = statSync(out);
  if (size > largest) throw new Advice(`${out} is ${size} bytes; at most ${largest} are allowed.`);
  say(`  ${out} ${(size / 1000).toFixed(0)} KB`);
  return out;
}

if (import.meta.main) {
  await main(async () => {
    await packageExtension();
    return undefined;
  });
}
