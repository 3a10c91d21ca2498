import type { Scenario } from './scenario.ts';
import { polite, serve } from './scripts.ts';

/** More that somebody wanted, or that is noise. */
export const otherCalm: readonly Scenario[] = [
  {
    id: '71',
    title: 'a whole project is stopped by hand',
    steps: [
      { run: 'b', net: true, sh: serve('{b.port}') },
      { run: 'a', net: true, needs: ['b'], with: ['--restart', 'always'], sh: polite('sleep 0.5') },
      { run: 'c', sh: 'exec sleep 100000' },
      { wait: 4000 },
      { docker: ['stop', '-t', '1', '{a.box}', '{b.box}', '{c.box}'] },
      { mark: 'fault' },
    ],
    truth: (['a', 'b', 'c'] as const).map(part => ({
      root: [part],
      category: 'operator_action',
      band: 'high',
      members: [part],
      state: true,
    })),
    quiet: true,
    settles: true,
    timeout: 15_000,
  },
  {
    id: '72',
    title: 'all are restarted by hand',
    steps: [
      { run: 'b', net: true, sh: serve('{b.port}') },
      { run: 'a', net: true, needs: ['b'], sh: polite('sleep 0.5') },
      { run: 'c', with: ['--restart', 'always'], sh: 'exec sleep 100000' },
      { wait: 4000 },
      { docker: ['restart', '-t', '1', '{a.box}', '{b.box}', '{c.box}'] },
    ],
    truth: [],
    calm: 15_000,
    timeout: 0,
  },
  {
    id: '73',
    title: 'stack traces as warnings of a service that is healthy',
    steps: [
      {
        run: 'a',
        with: ['--health-cmd', 'true', '--health-interval', '2s'],
        sh: 'i=0; while :; do printf "2026-11-22 10:00:00 WARN retrying batch $i\\njava.io.IOException: stream closed\\n\\tat app.Feed.read(Feed.java:17)\\n\\tat app.Feed.run(Feed.java:9)\\n"; i=$((i+1)); sleep 0.5; done',
      },
    ],
    truth: [],
    calm: 30_000,
    timeout: 0,
  },
  {
    id: '74',
    title: 'four fifths of its memory, and no more',
    steps: [
      {
        run: 'a',
        with: ['-m', '64m', '--memory-swap', '64m'],
        sh: `echo ready; exec awk 'BEGIN { for (i = 0; i < 45; i++) held[i] = sprintf("%1048576s", "x"); while (1) system("sleep 1") }'`,
      },
    ],
    truth: [],
    calm: 30_000,
    timeout: 0,
  },
  {
    id: '75',
    title: 'a task that ends well, again and again',
    steps: [
      { run: 'a', job: true, sh: 'echo "1 row, 0 errors"; sleep 1; exit 0' },
      { wait: 3000 },
      { run: 'b', job: true, sh: 'echo "2 rows, 0 failed"; sleep 1; exit 0' },
    ],
    truth: [],
    calm: 12_000,
    timeout: 0,
  },
  {
    id: '76',
    title: 'a reload by a signal, and a log that says so',
    steps: [
      { run: 'a', sh: `trap 'echo "INFO reload: no errors, 0 failed"' HUP; ${polite('echo "INFO done"; sleep 0.5')}` },
      { wait: 3000 },
      { docker: ['kill', '-s', 'HUP', '{a.box}'] },
    ],
    truth: [],
    calm: 12_000,
    timeout: 0,
  },
];
