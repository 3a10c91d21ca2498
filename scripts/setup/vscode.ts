import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { testbed } from '../paths.ts';
import { mustRun, run, which } from '../run.ts';
import { step } from '../say.ts';

/** The npm package that carries the VS Code server; this one holds VS Code 1.139.1. */
const version = '4.139.1';
const home = testbed('vscode');
const tree = path.join(home, 'node_modules', 'code-server', 'lib', 'vscode');
const stamp = path.join(home, `ready-${version}`);

const serverMain = path.join(tree, 'out', 'server-main.js');

/** npm started from `npm test` hands its own settings down; the inner one must not see them. */
function cleanEnv(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^npm_(config_(?!registry|cache|userconfig)|package|lifecycle)/i.test(name));
  return Object.fromEntries(kept);
}

async function install(): Promise<void> {
  mkdirSync(home, { recursive: true });
  writeFileSync(path.join(home, 'package.json'), JSON.stringify({ private: true, dependencies: { 'code-server': version } }));
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = (cwd: string, ...args: string[]) => mustRun('npm', [...args, ...quiet], { cwd, env: cleanEnv() });
  await npm(home, 'install');
  // Its own lock file is out of step with its package.json, so not `npm ci`.
  await npm(tree, 'install', '--omit=dev');
  await npm(path.join(tree, 'extensions'), 'install', '--omit=dev');
}

/** Only log files of the server need this native module; without a compiler it does without. */
async function buildLogger(): Promise<void> {
  if (which('g++') === undefined || which('make') === undefined || which('python3') === undefined) return;
  const headers = path.dirname(path.dirname(process.execPath));
  if (!existsSync(path.join(headers, 'include', 'node', 'node.h'))) return;
  await run('npm', ['rebuild', '@vscode/spdlog'], { cwd: tree, env: { ...cleanEnv(), npm_config_nodedir: headers } });
}

/** Path of the VS Code server's main file, installed from npm on first use (about 15 s, 800 MB). */
export async function ensureVsCode(): Promise<string> {
  await step('VS Code server', async () => {
    if (existsSync(stamp) && existsSync(serverMain)) return undefined;
    await install();
    await buildLogger();
    writeFileSync(stamp, '');
    return `${version} ready`;
  });
  return serverMain;
}
