import { appendFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type Mocha from 'mocha';

const env = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: start this suite with npm test -- host`);
  return value;
};

/** Called by VS Code in the extension host. Rejects when a test failed, which ends the run with exit code 1. */
export async function run(): Promise<void> {
  const here = createRequire(env('DOZOR_TEST_REPORTER'));
  const Runner = here('mocha') as typeof Mocha;
  const print = (text: string) => appendFileSync(env('DOZOR_TEST_OUTPUT'), text);
  const mocha = new Runner({
    ui: 'bdd',
    timeout: 30_000,
    forbidOnly: true,
    reporter: here(env('DOZOR_TEST_REPORTER')),
    reporterOptions: { output: env('DOZOR_TEST_COUNTS'), print },
  });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  await import('./suites.ts');
  const failures = await new Promise<number>(resolve => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} failed`);
}
