import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inRoot } from '../../scripts/paths.ts';
import { suites } from '../../scripts/test/suites.ts';

const documents = [...globSync('*.md', { cwd: inRoot() }), ...globSync('docs/**/*.md', { cwd: inRoot() })].sort();
const read = (name: string): string => readFileSync(inRoot(name), 'utf8');
const manifest = JSON.parse(read('package.json')) as {
  scripts: Record<string, string>;
  contributes: { configuration: { properties: object }[] };
};

describe('the documents', () => {
  it('link to files and headings that exist', () => {
    const anchor = (heading: string): string =>
      heading
        .toLowerCase()
        .replace(/[^\w\s-]/g, '')
        .trim()
        .replace(/\s/g, '-');
    const broken = documents.flatMap(name =>
      [...read(name).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)]
        .map(match => match[1] ?? '')
        .filter(link => {
          const [file = '', heading] = link.split('#');
          const target = file === '' ? name : path.posix.join(path.posix.dirname(name), file);
          if (!existsSync(inRoot(target))) return true;
          return heading !== undefined && ![...read(target).matchAll(/^#+ (.+)$/gm)].some(match => anchor(match[1] ?? '') === heading);
        })
        .map(link => `${name}: ${link}`),
    );
    assert.deepEqual(broken, []);
  });

  it('name npm commands that exist', () => {
    const unknown = documents.flatMap(name =>
      [...read(name).matchAll(/npm run (?:-s )?([\w:]+)/g)]
        .map(match => match[1] ?? '')
        .filter(script => manifest.scripts[script] === undefined),
    );
    assert.deepEqual(unknown, []);
  });

  it('name test suites that exist', () => {
    const ids = new Set(suites.map(({ id }) => id));
    const named = documents.flatMap(name =>
      [...read(name).matchAll(/npm test -- ([a-z0-9 ]+)/g)].flatMap(match => (match[1] ?? '').trim().split(' ')),
    );
    assert.deepEqual(
      named.filter(id => !ids.has(id)),
      [],
    );
  });

  it('list every setting in the README, and no other', () => {
    const settings = manifest.contributes.configuration.flatMap(page => Object.keys(page.properties)).sort();
    const listed = [...read('README.md').matchAll(/^\| `(dozor\.\w+)` \|/gm)].map(match => match[1] ?? '').sort();
    assert.deepEqual(listed, settings);
  });
});
