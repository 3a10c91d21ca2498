import type { Part, Scenario } from './scenario.ts';
import { polite } from './scripts.ts';

const parts: readonly Part[] = ['a', 'b', 'c', 'd', 'e', 'f'];

/** What somebody wanted, and what only looks like trouble. */
export const calmOnes: readonly Scenario[] = [
  {
    id: '13',
    title: 'noisy but healthy',
    steps: [
      {
        run: 'a',
        with: ['--health-cmd', 'true', '--health-interval', '5s'],
        sh: 'i=0; while :; do echo "ERROR retrying $i"; i=$((i+1)); sleep 0.2; done',
      },
    ],
    truth: [],
    calm: 70_000,
    timeout: 0,
  },
  { id: '16', title: 'one-shot job', steps: [{ run: 'a', sh: 'echo working; sleep 2; exit 0' }], truth: [], calm: 12_000, timeout: 0 },
  {
    id: '21',
    title: 'killed or stopped while it waits to be restarted',
    steps: [
      { run: 'a', with: ['--restart', 'always'], sh: 'echo ready; sleep 0.2; exit 1' },
      { wait: 9000 },
      { until: 'a', is: 'restarting' },
      { docker: ['kill', '{a.box}'] },
      { mark: 'fault' },
    ],
    truth: [{ root: ['a'], category: 'operator_action', band: 'high', members: ['a'], state: true }],
    timeout: 20_000,
  },
  {
    id: '25',
    title: 'recreated',
    steps: [
      { run: 'a', sh: polite('sleep 0.5') },
      { wait: 3000 },
      { docker: ['rm', '-f', '{a.box}'] },
      { wait: 4000 },
      { run: 'a', sh: polite('sleep 0.5') },
    ],
    truth: [],
    calm: 15_000,
    timeout: 0,
  },
  {
    id: '36',
    title: 'a display name of its own',
    steps: [{ run: 'a', with: ['--label', 'dozor.name=My API'], sh: polite('sleep 0.5') }],
    truth: [],
    calm: 8000,
    timeout: 0,
  },
  {
    id: '38',
    title: 'words that sound like trouble',
    steps: [
      {
        run: 'a',
        sh: polite(
          'echo "INFO handled ERROR page"; echo "INFO non-fatal: retrying"; echo "INFO zoom level set"; echo "2026-11-22T10:04:29.429Z INFO GET / 200"; echo "INFO timeout=30s panic_mode=off errors=0"; sleep 0.5',
        ),
      },
    ],
    truth: [],
    calm: 15_000,
    timeout: 0,
  },
  {
    id: '45',
    title: 'paused, and one that takes its time to start',
    steps: [
      { run: 'a', sh: polite('sleep 0.5') },
      {
        run: 'b',
        with: ['--health-cmd', 'false', '--health-interval', '1s', '--health-retries', '2', '--health-start-period', '5m'],
        sh: polite('sleep 0.5'),
      },
      { wait: 2000 },
      { docker: ['pause', '{a.box}'] },
    ],
    truth: [],
    calm: 12_000,
    timeout: 0,
  },
  {
    id: 'calm',
    title: 'six that are well',
    steps: parts.map(part => ({ run: part, sh: polite('echo "INFO request done in 3 ms"; sleep 1') }) as const),
    truth: [],
    calm: 20_000,
    timeout: 0,
  },
  {
    id: 'stop',
    title: 'stopped by hand, and nobody needs it',
    steps: [{ run: 'a', sh: 'exec sleep 100000' }, { wait: 3000 }, { docker: ['stop', '-t', '1', '{a.box}'] }],
    fault: ['a', 'die'],
    truth: [{ root: ['a'], category: 'operator_action', band: 'high', members: ['a'], state: true }],
    timeout: 15_000,
  },
];
