import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { packageExtension } from '../../scripts/package.ts';
import { inRoot } from '../../scripts/paths.ts';
import { mustRun } from '../../scripts/run.ts';
import { openBrowser } from '../../scripts/vscode/browser.ts';
import { installExtension, makeHome, startServer, type VsCodeServer } from '../../scripts/vscode/server.ts';

/** A VS Code as a user has it: the packaged extension installed, a folder open, a browser before it. */
export interface Bed {
  readonly server: VsCodeServer;
  readonly folder: string;
  /** A new window on the folder, with nothing remembered. */
  open(options?: BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
}

export interface BedOptions {
  /** The extension to install, packaged. */
  readonly vsix: string;
  /** What the extension finds in its environment. */
  readonly env?: NodeJS.ProcessEnv;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Further arguments of the server. */
  readonly args?: readonly string[];
  /** `false`: nobody brings a language model, as in an editor where nobody has signed in. */
  readonly model?: false;
}

const calm = {
  'security.workspace.trust.enabled': false,
  'chat.commandCenter.enabled': false,
  'window.autoDetectColorScheme': true,
  'window.autoDetectHighContrast': true,
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
};

let packed: Promise<string> | undefined;

/** The extension as a user installs it; packed once for all suites of a run. */
export function packedExtension(): Promise<string> {
  packed ??= packageExtension();
  return packed;
}

/** Packs the scripted model; it stands in for the language model that a user would have. */
export async function packTestModel(folder: string): Promise<string> {
  const out = path.join(folder, 'testmodel.vsix');
  const args = ['package', '--no-dependencies', '--allow-missing-repository', '--skip-license', '--out', out];
  await mustRun(process.execPath, [inRoot('node_modules', '@vscode', 'vsce', 'vsce'), ...args], {
    cwd: inRoot('test', 'host', 'testmodel'),
  });
  return out;
}

export const modelArgs: readonly string[] = [
  '--enable-proposed-api',
  'dozor-tests.testmodel',
  '--disable-extension',
  'GitHub.copilot-chat',
];

export async function makeBed({ vsix, env = {}, settings = {}, model, args = [] }: BedOptions): Promise<Bed> {
  const base = mkdtempSync(path.join(tmpdir(), 'dozor-e2e-'));
  const folder = path.join(base, 'work');
  mkdirSync(folder);
  const home = makeHome(base, { ...calm, ...settings });
  const ends: (() => Promise<unknown>)[] = [async () => rmSync(base, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })];
  const close = async () => {
    for (let end = ends.pop(); end !== undefined; end = ends.pop()) await end();
  };
  try {
    for (const file of model === false ? [vsix] : [vsix, await packTestModel(base)]) await installExtension(home, file);
    const server = await startServer(home, {
      env: { XDG_RUNTIME_DIR: base, ...env },
      args: [...(model === false ? [] : modelArgs), ...args],
    });
    ends.push(() => server.stop());
    const browser: Browser = await openBrowser();
    ends.push(() => browser.close());
    const open = async (options: BrowserContextOptions = {}) => {
      const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, ...options });
      const page = await context.newPage();
      await page.goto(server.url(folder));
      await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
      return page;
    };
    return { server, folder, open, close };
  } catch (error) {
    await close();
    throw error;
  }
}
