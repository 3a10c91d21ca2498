import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { mustRun } from '../run.ts';
import { ensureVsCode } from '../setup/vscode.ts';

/** Where one VS Code server keeps everything it writes. */
export interface Home {
  readonly folder: string;
}

export interface ServerOptions {
  readonly port?: number;
  /** Added to the environment; extensions see it. */
  readonly env?: NodeJS.ProcessEnv;
  readonly args?: readonly string[];
  /** Asked for in the URL; without it any program on this machine may connect. */
  readonly token?: string;
}

export interface VsCodeServer {
  readonly port: number;
  readonly logFile: string;
  /** Address of a window with this folder open. */
  url(folder: string): string;
  stop(): Promise<void>;
  readonly ended: Promise<void>;
}

const quietSettings = {
  'workbench.startupEditor': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'git.openRepositoryInParentFolders': 'never',
};

/** Makes a home with user settings; those given win over the quiet ones. A home that was there keeps its own. */
export function makeHome(folder: string, settings: Readonly<Record<string, unknown>> = {}): Home {
  const file = path.join(folder, 'user', 'User', 'settings.json');
  mkdirSync(path.dirname(file), { recursive: true });
  if (!existsSync(file)) writeFileSync(file, JSON.stringify({ ...quietSettings, ...settings }, undefined, 2));
  return { folder };
}

const homeArgs = ({ folder }: Home): string[] => [
  ...['--user-data-dir', path.join(folder, 'user'), '--server-data-dir', path.join(folder, 'server')],
  ...['--extensions-dir', path.join(folder, 'extensions'), '--accept-server-license-terms', '--telemetry-level', 'off'],
];

/** An empty gallery: the server asks nobody outside. What another VS Code around us has set must not reach this one. */
function serverEnv(added: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_|npm_)/.test(name));
  return { ...Object.fromEntries(kept), EXTENSIONS_GALLERY: '{}', ...added };
}

export async function installExtension(home: Home, vsix: string): Promise<void> {
  const output = await mustRun(process.execPath, [await ensureVsCode(), '--install-extension', vsix, '--force', ...homeArgs(home)], {
    env: serverEnv(),
  });
  if (!output.includes('successfully installed')) throw new Error(`VS Code did not install ${vsix}:\n${output}`);
}

function freePort(wanted = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', error => (wanted === 0 ? reject(error) : resolve(freePort())));
    probe.listen(wanted, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : wanted));
    });
  });
}

const listens = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const request = http.get({ host: '127.0.0.1', port, path: '/version', timeout: 1000 }, response => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('error', () => resolve(false));
    request.on('timeout', () => request.destroy());
  });

async function untilListening(child: ChildProcess, port: number, logFile: string): Promise<void> {
  for (const until = performance.now() + 30_000; performance.now() < until; await wait(100)) {
    if (await listens(port)) return;
    if (child.exitCode !== null) break;
  }
  throw new Error(`The VS Code server does not listen on port ${port}; see ${logFile}.`);
}

async function end(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await Promise.race([ended, wait(5000, undefined, { ref: false })]);
  child.kill('SIGKILL');
  await Promise.race([ended, wait(1000, undefined, { ref: false })]);
}

/** Starts the VS Code server on the loopback address. The caller stops it. */
export async function startServer(home: Home, options: ServerOptions = {}): Promise<VsCodeServer> {
  const serverMain = await ensureVsCode();
  const port = await freePort(options.port);
  const logFile = path.join(home.folder, 'server.log');
  const log = openSync(logFile, 'w');
  const access = options.token === undefined ? ['--without-connection-token'] : ['--connection-token', options.token];
  // Without the grace time 0 an extension host outlives its closed page by hours.
  const own = ['--host', '127.0.0.1', '--port', String(port), '--reconnection-grace-time', '0', ...access];
  const child = spawn(process.execPath, [serverMain, ...own, ...homeArgs(home), ...(options.args ?? [])], {
    stdio: ['ignore', log, log],
    env: serverEnv(options.env),
    detached: true,
  });
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()));
  const lastResort = () => child.kill('SIGKILL');
  process.once('exit', lastResort);
  const stop = async () => {
    process.removeListener('exit', lastResort);
    await end(child, ended);
  };
  try {
    await untilListening(child, port, logFile);
  } catch (error) {
    await stop();
    throw error;
  }
  const token = options.token === undefined ? '' : `&tkn=${options.token}`;
  return { port, logFile, ended, stop, url: folder => `http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}${token}` };
}
