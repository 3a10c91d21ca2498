import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { format } from 'node:util';
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { modelArgs, packTestModel } from '../../test/e2e/bed.ts';
import { startEngine } from '../../test/live/engine.ts';
import { buildAll } from '../build.ts';
import { inRoot, testbed } from '../paths.ts';
import { which } from '../run.ts';
import { openBrowser } from '../vscode/browser.ts';
import { installExtension, makeHome, startServer } from '../vscode/server.ts';
import { type Count, counted } from './count.ts';

const entry = testbed('host', 'suite.cjs');

/** One file of CommonJS: the extension host resolves `vscode` only for that. */
async function bundleSuite(): Promise<void> {
  await build({
    entryPoints: [inRoot('test', 'host', 'entry.ts')],
    outfile: entry,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
}

interface Launch {
  /** An empty folder of this run, gone afterwards. */
  readonly base: string;
  readonly workspace: string;
  readonly env: Readonly<Record<string, string>>;
}

const settings = { 'security.workspace.trust.enabled': false };

/** Desktop VS Code, where there is one and a screen. */
async function onDesktop(code: string, { base, workspace, env }: Launch): Promise<number> {
  makeHome(base, settings);
  return runTests({
    vscodeExecutablePath: code,
    extensionDevelopmentPath: inRoot(),
    extensionTestsPath: entry,
    extensionTestsEnv: env,
    launchArgs: [workspace, '--user-data-dir', path.join(base, 'user'), '--extensions-dir', path.join(base, 'extensions'), '--disable-gpu'],
  });
}

const limit = 240_000;

/** The npm-delivered VS Code server with a browser before it; the same suite. */
async function onServer({ base, workspace, env }: Launch): Promise<number> {
  const home = makeHome(base, settings);
  await installExtension(home, await packTestModel(base));
  const server = await startServer(home, { env, args: ['--enable-smoke-test-driver', ...modelArgs] });
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    // VS Code calls these two when the suite ends and when it prints.
    const exit = new Promise<number>(resolve => page.exposeFunction('codeAutomationExit', resolve));
    await page.exposeFunction('codeAutomationLog', (_kind: string, args: unknown[]) => {
      if (process.env['DOZOR_HOST_LOG'] !== undefined && args.length > 1) process.stdout.write(`${format(...args)}\n`);
    });
    const remote = (file: string) => `vscode-remote://127.0.0.1:${server.port}${file}`;
    const payload = [
      ['extensionDevelopmentPath', remote(inRoot())],
      ['extensionTestsPath', remote(entry)],
    ];
    await page.goto(`${server.url(workspace)}&payload=${encodeURIComponent(JSON.stringify(payload))}`);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<number>(resolve => {
      timer = setTimeout(resolve, limit, 124);
    });
    const code = await Promise.race([exit, late]);
    clearTimeout(timer);
    return code;
  } finally {
    await browser.close();
    await server.stop();
  }
}

function launcher(): (launch: Launch) => Promise<number> {
  const screen = process.platform !== 'linux' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'];
  const code = process.env['DOZOR_VSCODE'] ?? (screen ? which('code') : undefined);
  return code === undefined || code === 'server' ? onServer : launch => onDesktop(code, launch);
}

/** Runs test/host/ inside VS Code against a real engine of its own. */
export async function inHost(): Promise<Count> {
  await buildAll({ release: false });
  await bundleSuite();
  const base = mkdtempSync(path.join(tmpdir(), 'dozor-host-'));
  const workspace = path.join(base, 'work');
  mkdirSync(workspace);
  const output = path.join(base, 'output.txt');
  const engine = await startEngine();
  try {
    const env = {
      DOCKER_HOST: `unix://${engine.socket}`,
      DOZOR_TEST_IMAGE: engine.image,
      DOZOR_TEST_OUTPUT: output,
      DOZOR_TEST_REPORTER: inRoot('scripts', 'test', 'reporter.cjs'),
    };
    return await counted('in the extension host', counts => launcher()({ base, workspace, env: { ...env, DOZOR_TEST_COUNTS: counts } }));
  } finally {
    if (existsSync(output)) process.stdout.write(readFileSync(output, 'utf8'));
    await engine.stop();
    rmSync(base, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
