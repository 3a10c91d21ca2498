import { execFileSync } from 'node:child_process';
import { inRoot } from '../../scripts/paths.ts';
import { type Bed, makeBed, packedExtension } from '../e2e/bed.ts';
import { runCommand, sidebar } from '../e2e/pages.ts';
import type { Result } from './bench.ts';
import { median } from './numbers.ts';

const starts = 5;
/** VS Code starts all of these together, and counts for each of them the loading of the others. */
const builtin = ['configuration-editing', 'debug-auto-launch', 'emmet', 'extension-editing', 'git', 'github', 'github-authentication'];
const more = ['json-language-features', 'merge-conflict', 'npm', 'typescript-language-features'];
const ids = ['GitHub.copilot-chat', ...[...builtin, ...more].map(name => `vscode.${name}`)];
const alone = ids.flatMap(id => ['--disable-extension', id]);

/** What VS Code itself counts: loading the code and the call of `activate` up to its first await. */
async function activationOf(bed: Bed): Promise<number> {
  // High enough for the whole list: rows out of sight are not in the page.
  const page = await bed.open({ viewport: { width: 1400, height: 4000 } });
  try {
    await sidebar(page).open();
    await sidebar(page).welcome.waitFor({ timeout: 30_000 });
    await runCommand(page, 'Developer: Show Running Extensions');
    const row = page.locator('.runtime-extensions-editor .monaco-list-row').filter({ has: page.locator('.name', { hasText: /^Dozor/ }) });
    const text = await row.locator('.activation-time').innerText({ timeout: 20_000 });
    const ms = /(\d+)\s*ms/.exec(text)?.[1];
    if (ms === undefined) throw new Error(`No activation time in "${text}"`);
    return Number(ms);
  } finally {
    await page.context().close();
  }
}

interface LoadTimes {
  readonly starter: number;
  readonly engine: number;
}

/** The same code in a process of its own, where nothing else is going on; the bundles are those that were packed last. */
function loadTimes(): LoadTimes {
  const output = execFileSync(process.execPath, [inRoot('test', 'bench', 'loadTimes.cjs'), inRoot('dist')], { encoding: 'utf8' });
  return JSON.parse(output) as LoadTimes;
}

export async function run(): Promise<Result> {
  // No engine: what is measured is over before one is looked for.
  const bed = await makeBed({
    vsix: await packedExtension(),
    model: false,
    env: { DOCKER_HOST: 'unix:///nonexistent/docker.sock' },
    args: alone,
  });
  try {
    const times: number[] = [];
    for (let i = 0; i < starts; i++) times.push(await activationOf(bed));
    const bare = Array.from({ length: starts }, loadTimes);
    return {
      title: 'Activation in VS Code',
      rows: [
        { what: 'Loading and activation until the first await: median', value: median(times), unit: 'ms', limit: 50 },
        { what: 'Loading and activation until the first await: longest', value: Math.max(...times), unit: 'ms' },
        { what: 'The same in a bare process: median', value: median(bare.map(one => one.starter)), unit: 'ms' },
        {
          what: 'Loading the engine and its faces after that, in a bare process: median',
          value: median(bare.map(one => one.engine)),
          unit: 'ms',
        },
      ],
      notes: [
        `${starts} windows, each with an extension host of its own; the time is VS Code’s own, from "Developer: Show Running Extensions", and holds VS Code’s reading of files and texts too. The extensions that come with VS Code are off, because it counts the loading of those that start at the same moment for each of them.`,
      ],
    };
  } finally {
    await bed.close();
  }
}
