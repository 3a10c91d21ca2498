import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build, type Metafile, type Plugin } from 'esbuild';
import { inRoot } from './paths.ts';
import { Advice, dim, main, red, say, seconds } from './say.ts';

/** One bundle per door, with its largest size in bytes when minified. */
const doors = [
  { entry: 'src/extension.ts', out: 'dist/extension.cjs', budget: 50_000 },
  { entry: 'src/main.ts', out: 'dist/main.cjs', budget: 540_000 },
  { entry: 'src/logWorker.ts', out: 'dist/logWorker.cjs', budget: 220_000 },
  { entry: 'src/headless.ts', out: 'dist/headless.cjs', budget: 480_000 },
] as const;

/** What dockerode brings and we never reach: our own transport replaces its modem, and nothing builds images. */
const unused = /^(docker-modem|ssh2|cpu-features|@grpc\/(grpc-js|proto-loader)|protobufjs|tar-fs|@balena\/dockerignore)$/;

const leaveOut: Plugin = {
  name: 'leave-out',
  setup(build) {
    build.onResolve({ filter: unused }, found => ({ path: found.path, namespace: 'unused' }));
    // dockerode derives from what it requires while it loads, so this must be callable.
    build.onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = function unused() {};', loader: 'js' }));
  },
};

/**
 * The starter loads the engine's bundle only when there is something to watch; what reads logs is loaded without a thread only where
 * one is not worth its start.
 */
const lazyDoors: Plugin = {
  name: 'lazy-doors',
  setup(build) {
    build.onResolve({ filter: /^\.\/(?:main|logWorker)\.ts$/ }, ({ path }) => ({ path: path.replace(/ts$/, 'cjs'), external: true }));
  },
};

/** Through a namespace import esbuild leaves out what we do not use of zod; as one object `z` brings everything, 380 KB more. */
const lightZod: Plugin = {
  name: 'light-zod',
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8').replace(/^import \{ ?z ?\} from 'zod';/m, "import * as z from 'zod';");
      return { contents, loader: 'ts' };
    });
  },
};

/** Bundles one door of src/; `out` may lie anywhere. */
export function bundle(door: { readonly entry: string; readonly out: string }, minify: boolean): Promise<{ metafile: Metafile }> {
  return build({
    entryPoints: [inRoot(door.entry)],
    outfile: path.resolve(inRoot(), door.out),
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    external: ['vscode'],
    supported: { 'dynamic-import': false },
    define: { 'import.meta.dirname': '__dirname' },
    plugins: [leaveOut, lazyDoors, lightZod],
    minify,
    // Error classes are told apart by name.
    keepNames: true,
    sourcemap: minify ? false : 'linked',
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    absWorkingDir: inRoot(),
  });
}

/** Bytes in the bundle by package of npm, ours under "src". */
function bytesByPackage(meta: Metafile): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  const inputs = Object.values(meta.outputs).flatMap(output => Object.entries(output.inputs));
  for (const [file, { bytesInOutput }] of inputs) {
    const name = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? file.split('/')[0] ?? file;
    sums.set(name, (sums.get(name) ?? 0) + bytesInOutput);
  }
  return sums;
}

const kb = (bytes: number): string => `${(bytes / 1000).toFixed(0)} KB`;

export interface BuildOptions {
  /** For the package: minified, no source maps, sizes held to the budgets. */
  readonly release: boolean;
}

function report(door: (typeof doors)[number], meta: Metafile): number {
  const size = Object.entries(meta.outputs).find(([file]) => file.endsWith('.cjs'))?.[1].bytes ?? 0;
  const parts = [...bytesByPackage(meta)].sort((a, b) => b[1] - a[1]).slice(0, 5);
  say(`  ${door.out} ${kb(size)} of ${kb(door.budget)} ${dim(parts.map(([name, bytes]) => `${name} ${kb(bytes)}`).join(', '))}`);
  return size;
}

/** Bundles every door into dist/. Throws when a release is over its budget. */
export async function buildAll({ release }: BuildOptions): Promise<void> {
  const from = performance.now();
  const missing = doors.filter(door => !existsSync(inRoot(door.entry)));
  if (missing.length > 0) throw new Advice(`Nothing to bundle at ${missing.map(door => door.entry).join(', ')}.`);
  rmSync(inRoot('dist'), { recursive: true, force: true });
  mkdirSync(inRoot('dist'));
  const built = await Promise.all(doors.map(async door => ({ door, meta: (await bundle(door, release)).metafile })));
  const over = built.filter(({ door, meta }) => report(door, meta) > door.budget && release);
  say(dim(`  bundled in ${seconds(from)}`));
  if (over.length > 0) throw new Advice(red(`Over the budget: ${over.map(({ door }) => door.out).join(', ')}.`));
}

if (import.meta.main) {
  await main(async () => {
    const { values } = parseArgs({ options: { release: { type: 'boolean', default: false } } });
    await buildAll({ release: values.release });
    return undefined;
  });
}
