import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildAll } from './build.ts';
import { startShop, stopShop } from './demo/shop.ts';
import { docker } from './docker.ts';
import { packageExtension } from './package.ts';
import { inRoot, testbed } from './paths.ts';
import { mustRun, which } from './run.ts';
import { Advice, bold, dim, main, say, step } from './say.ts';
import { ensureBusybox, ensureDocker } from './setup/docker.ts';
import { ensureVsCode } from './setup/vscode.ts';
import { installExtension, makeHome, startServer } from './vscode/server.ts';

const usage = `npm start [-- options] [FOLDER]   opens VS Code with Dozor; FOLDER is the workspace (default: an empty one)
  --demo   starts a small shop of containers whose faults can be switched on
  --open   opens a browser on the VS Code server
  --server uses the VS Code server even where VS Code is installed
  --yes    answers yes to every question`;

const options = {
  demo: { type: 'boolean', default: false },
  open: { type: 'boolean', default: false },
  server: { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

function readArgs() {
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    throw new Advice(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}

type Stop = () => Promise<void>;

/** Ends what was started, last first; each once. */
function stopper() {
  const stops: Stop[] = [];
  return {
    add: (stop: Stop | undefined) => {
      if (stop !== undefined) stops.push(stop);
    },
    run: async () => {
      for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) await stop().catch(error => say(dim(String(error))));
    },
  };
}

/** Desktop VS Code, where a window can be opened. */
function desktopCode(): string | undefined {
  const noScreen = process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY'];
  return noScreen && !process.env['VSCODE_IPC_HOOK_CLI'] ? undefined : which('code', 'code-insiders');
}

async function openDesktop(code: string, folder: string | undefined): Promise<void> {
  // In a terminal of VS Code itself `code` talks to that window and knows no development mode.
  if (process.env['VSCODE_IPC_HOOK_CLI']) {
    await mustRun(code, ['--install-extension', await packageExtension(), '--force']);
    say('Dozor is installed in this VS Code. Reload the window (F1, "Developer: Reload Window").');
    return;
  }
  await buildAll({ release: false });
  await mustRun(code, ['--new-window', `--extensionDevelopmentPath=${inRoot()}`, ...(folder === undefined ? [] : [folder])]);
  say('VS Code opens with Dozor.');
}

const opener = { darwin: 'open', win32: 'explorer' } as const;

function openUrl(url: string): void {
  const program = opener[process.platform as keyof typeof opener] ?? which('xdg-open', 'x-www-browser', 'chromium');
  if (program === undefined) {
    say('No browser to open was found; open the address yourself.');
    return;
  }
  const root = process.getuid?.() === 0 && program.endsWith('chromium') ? ['--no-sandbox'] : [];
  spawn(program, [...root, url], { stdio: 'ignore', detached: true })
    .on('error', error => say(`The browser did not start (${error.message}); open the address yourself.`))
    .unref();
}

async function openServer(folder: string | undefined, open: boolean): Promise<{ stop: Stop; ended: Promise<void> }> {
  await ensureVsCode();
  const vsix = await packageExtension();
  const home = makeHome(testbed('user'), { 'security.workspace.trust.enabled': false });
  await installExtension(home, vsix);
  const server = await startServer(home, { port: 8484, token: randomBytes(16).toString('hex') });
  const workspace = folder ?? testbed('workspace');
  mkdirSync(workspace, { recursive: true });
  const url = server.url(workspace);
  say(`\n  ${bold('VS Code with Dozor:')} ${url}\n  ${dim('Dozor is the shield in the bar on the left. Ctrl+C stops everything.')}\n`);
  if (open) openUrl(url);
  return server;
}

const interrupted = (): Promise<void> =>
  new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });

async function demo(): Promise<Stop> {
  await ensureBusybox();
  await step('Demo shop', async () => {
    await startShop(docker());
    return '8 containers';
  });
  say(dim('  Break it: npm run demo:fault -- oom|crash-loop|db-down|slow|unhealthy|disk-full|bad-config, and "off" to mend it'));
  return () => stopShop(docker());
}

await main(async () => {
  const { values, positionals } = readArgs();
  if (values.help) {
    say(usage);
    return 0;
  }
  const folder = positionals[0] === undefined ? undefined : path.resolve(positionals[0]);
  const stops = stopper();
  const stopNow = interrupted();
  try {
    stops.add(await ensureDocker(values.yes));
    if (values.demo) stops.add(await demo());
    const code = values.server ? undefined : desktopCode();
    if (code !== undefined) await openDesktop(code, folder);
    const server = code === undefined ? await openServer(folder, values.open) : undefined;
    stops.add(server?.stop);
    // A desktop window with an engine that was here before needs nothing from us.
    if (server !== undefined || values.demo) await Promise.race([stopNow, server?.ended ?? stopNow]);
  } finally {
    await stops.run();
  }
  return undefined;
});
