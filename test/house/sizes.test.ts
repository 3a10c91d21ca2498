import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { inRoot } from '../../scripts/paths.ts';
import { functionsIn } from './functions.ts';
import { sources } from './sources.ts';

const at = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;

describe('sizes', () => {
  const files = sources();
  const lengths = files.map(file => ({ name: file.name, lines: file.text.trimEnd().split('\n').length }));
  const functions = files.flatMap(file => functionsIn(file.text).map(found => ({ ...found, name: `${file.name}:${found.line}` })));

  it('of files stay at or below 250 lines', () => {
    assert.deepEqual(
      lengths.filter(({ lines }) => lines > 250),
      [],
    );
  });

  it('of files have a median of at most 100 lines', () => {
    const median = at(
      lengths.map(({ lines }) => lines),
      0.5,
    );
    assert.ok(median <= 100, `the median is ${median}`);
  });

  it('of functions have a p95 of at most 30 lines and none over 100', () => {
    const p95 = at(
      functions.map(({ lines }) => lines),
      0.95,
    );
    assert.ok(p95 <= 30, `p95 is ${p95}`);
    assert.deepEqual(
      functions.filter(({ lines }) => lines > 100),
      [],
    );
  });

  it('are read off braces: a function, a method, an arrow, and no "if"', () => {
    const text = 'function a(): void {\n  if (x) {\n    y();\n  }\n}\nconst b = () => {\n  z();\n};\nconst c = () => 1;\n';
    assert.deepEqual(
      functionsIn(text).map(({ lines }) => lines),
      [5, 3, 1],
    );
  });

  it('of comments stay between 3 and 20 percent', () => {
    const lines = files.flatMap(file => file.text.split('\n')).map(line => line.trim());
    const comments = lines.filter(line => /^(\/\/|\/\*|\*)/.test(line)).length;
    const share = Math.round((comments / lines.length) * 100);
    assert.ok(share >= 3 && share <= 20, `${share} percent of the lines are comments`);
  });
});

describe('folders of src', () => {
  it('are not empty', () => {
    const empty = readdirSync(inRoot('src'), { withFileTypes: true })
      .filter(entry => entry.isDirectory() && readdirSync(inRoot('src', entry.name)).length === 0)
      .map(entry => entry.name);
    assert.deepEqual(empty, []);
  });
});
