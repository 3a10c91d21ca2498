import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inRoot } from '../paths.ts';
import { type RunOptions, run } from '../run.ts';

/** What a suite came to. `failed` above 0 fails the run. */
export interface Count {
  readonly passed: number;
  readonly failed: number;
  /** Titles, each with its reason. */
  readonly skipped: readonly string[];
  readonly failures: readonly string[];
}

export const one = (title: string, ok: boolean): Count => ({
  passed: ok ? 1 : 0,
  failed: ok ? 0 : 1,
  skipped: [],
  failures: ok ? [] : [title],
});

export const sum = (counts: readonly Count[]): Count => ({
  passed: counts.reduce((total, count) => total + count.passed, 0),
  failed: counts.reduce((total, count) => total + count.failed, 0),
  skipped: counts.flatMap(count => count.skipped),
  failures: counts.flatMap(count => count.failures),
});

/** A program that says with its exit code whether all is well; counts as one test. */
export async function check(title: string, file: string, args: readonly string[]): Promise<Count> {
  const ran = await run(process.execPath, [file, ...args], { cwd: inRoot() });
  if (ran.code !== 0) process.stdout.write(`${ran.output}\n`);
  return one(title, ran.code === 0);
}

/**
 * Reads the counts that our reporter wrote. A run that wrote none, ended with an exit code that its failures do not
 * explain, or held no test at all counts as one failure.
 */
function readCounts(title: string, file: string, code: number): Count {
  if (!existsSync(file)) return one(`${title}: ended with ${code} before it could report`, false);
  const count = JSON.parse(readFileSync(file, 'utf8')) as Count;
  const broken = (code !== 0 && count.failed === 0) || count.passed + count.failed + count.skipped.length === 0;
  return broken ? sum([count, one(`${title}: ended with ${code}, ${count.passed} tests passed, none failed`, false)]) : count;
}

/** Hands a fresh file for the counts to a run, then reads it. */
export async function counted(title: string, body: (countsFile: string) => Promise<number>): Promise<Count> {
  const folder = mkdtempSync(path.join(tmpdir(), 'dozor-counts-'));
  const file = path.join(folder, 'counts.json');
  try {
    return readCounts(title, file, await body(file));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface MochaOptions extends RunOptions {
  /** Milliseconds for one test. */
  readonly timeout: number;
}

/** Runs test files with mocha in a process of its own. Files that match nothing are a failure. */
export function mocha(title: string, specs: readonly string[], options: MochaOptions): Promise<Count> {
  return counted(title, async countsFile => {
    const bin = inRoot('node_modules', 'mocha', 'bin', 'mocha.js');
    const reporter = ['--reporter', inRoot('scripts', 'test', 'reporter.cjs'), '--reporter-option', `output=${countsFile}`];
    const args = [
      '--disable-warning=ExperimentalWarning',
      bin,
      ...reporter,
      '--timeout',
      String(options.timeout),
      '--forbid-only',
      ...specs,
    ];
    return (await run(process.execPath, args, { cwd: inRoot(), show: true, ...options })).code;
  });
}
