import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { packageExtension } from '../../scripts/package.ts';
import { inRoot } from '../../scripts/paths.ts';
import { run } from '../../scripts/run.ts';
import { entriesOf, textIn } from './zip.ts';

/** Everything a package may hold; one line per kind. */
const allowed: readonly RegExp[] = [
  /^extension\.vsixmanifest$/,
  /^\[Content_Types\]\.xml$/,
  /^extension\/package(\.nls(\.[a-z-]+)?)?\.json$/,
  /^extension\/(readme|changelog|SECURITY)\.md$/,
  /^extension\/LICENSE\.txt$/,
  /^extension\/dist\/(extension|main|headless|logWorker)\.cjs$/,
  /^extension\/media\/[\w./-]+\.(svg|png)$/,
  /^extension\/l10n\/[\w.-]+\.json$/,
];

describe('the package', () => {
  let file: string;
  let names: string[];

  before(async function () {
    this.timeout(60_000);
    file = await packageExtension();
    names = entriesOf(readFileSync(file)).map(({ name }) => name);
  });

  it('is at most 1.5 MB', () => {
    assert.ok(statSync(file).size <= 1_500_000, `${statSync(file).size} bytes`);
  });

  it('holds nothing but what is allowed: no sources, no node_modules, no source maps, no native code', () => {
    assert.deepEqual(
      names.filter(name => !allowed.some(pattern => pattern.test(name))),
      [],
    );
  });

  it('holds the four bundles and what a marketplace shows', () => {
    const needed = [
      'dist/extension.cjs',
      'dist/main.cjs',
      'dist/headless.cjs',
      'dist/logWorker.cjs',
      'package.json',
      'readme.md',
      'changelog.md',
      'LICENSE.txt',
    ];
    assert.deepEqual(
      needed.filter(name => !names.includes(`extension/${name}`)),
      [],
    );
  });

  it('holds every picture and file its manifest names', () => {
    const manifest = textIn(readFileSync(file), 'extension/package.json');
    const named = [...manifest.matchAll(/"\.?\/?((?:media|dist|l10n)\/[^"]+)"/g)].map(match => `extension/${match[1]}`);
    assert.ok(named.length > 0);
    assert.deepEqual(
      named.filter(name => !names.includes(name)),
      [],
    );
  });

  it('holds a program that runs without VS Code and says that it could not look', async () => {
    const env = { ...process.env, DOCKER_HOST: 'unix:///nonexistent/docker.sock' };
    const { code, output } = await run(process.execPath, [inRoot('dist', 'headless.cjs'), 'triage', '--no-memory'], { env });
    assert.match(output, /No Docker engine at unix:\/\/\/nonexistent\/docker\.sock/);
    assert.equal(code, 2);
  });

  it('runs for no single platform', () => {
    assert.ok(!textIn(readFileSync(file), 'extension.vsixmanifest').includes('TargetPlatform'));
  });
});
