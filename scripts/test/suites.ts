import { inRoot } from '../paths.ts';
import { ensureBusybox, ensureDockerd } from '../setup/docker.ts';
import { ensureOpenssl } from '../setup/openssl.ts';
import { ensureSystemd } from '../setup/systemd.ts';
import { type Count, check, mocha, sum } from './count.ts';
import { inHost } from './inHost.ts';

export interface Suite {
  /** What `npm test -- ID` names. */
  readonly id: string;
  readonly title: string;
  run(): Promise<Count>;
}

const bin = (...parts: string[]): string => inRoot('node_modules', ...parts);
const tests = (...folders: string[]): string[] => folders.map(folder => `test/${folder}/**/*.test.ts`);

const staticChecks: readonly Suite[] = [
  { id: 'types', title: 'Types', run: () => check('types', bin('typescript', 'bin', 'tsc'), ['-p', '.']) },
  { id: 'lint', title: 'Lint', run: () => check('lint', bin('@biomejs', 'biome', 'bin', 'biome'), ['check', '--error-on-warnings', '.']) },
  { id: 'knip', title: 'Dead code', run: () => check('knip', bin('knip', 'bin', 'knip.js'), ['--no-progress']) },
];

const realDocker = async (): Promise<void> => {
  await ensureDockerd();
  await ensureBusybox();
};

export const suites: readonly Suite[] = [
  ...staticChecks,
  { id: 'house', title: 'House rules: layers, sizes, manifest', run: () => mocha('house', tests('house'), { timeout: 20_000 }) },
  {
    id: 'unit',
    title: 'Unit and contract',
    run: () => mocha('unit', ['test/!(house|live|package|host|e2e|bench)/**/*.test.ts'], { timeout: 10_000 }),
  },
  {
    id: 'live',
    title: 'Live Docker and systemd',
    run: async () => {
      await realDocker();
      await ensureSystemd();
      await ensureOpenssl();
      // The nine containers are left alone for four minutes before they are looked at; the other tests need not wait for that.
      const beside = await Promise.all([
        mocha('nine containers', ['test/live/fixture.test.ts'], { timeout: 120_000 }),
        mocha('live', ['test/live/!(fixture).test.ts'], { timeout: 120_000 }),
      ]);
      return sum(beside);
    },
  },
  { id: 'package', title: 'Package', run: () => mocha('package', tests('package'), { timeout: 60_000 }) },
  {
    id: 'host',
    title: 'In the extension host',
    run: async () => {
      await realDocker();
      return inHost();
    },
  },
  {
    id: 'e2e',
    title: 'End to end in the browser',
    run: async () => {
      await realDocker();
      return mocha('e2e', tests('e2e'), { timeout: 180_000 });
    },
  },
];
