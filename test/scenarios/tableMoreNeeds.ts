import type { Scenario } from './scenario.ts';
import { ask, askOrDie, polite, serve, serveThenDie } from './scripts.ts';

const refused = 'ERROR dial tcp {b.at}: connect: connection refused';

/** More trouble between services, and what only looks like it. */
export const otherNeeds: readonly Scenario[] = [
  {
    id: '61',
    title: 'a name that nobody has, of something that is needed',
    steps: [
      { run: 'b', net: true, sh: serve('{b.port}') },
      { run: 'a', net: true, needs: ['b'], sh: ask('127.0.0.9 {b.wrong}', 'Error: getaddrinfo ENOTFOUND {b}-primary.internal') },
      { mark: 'fault' },
    ],
    truth: [{ root: ['a'], category: 'network', members: ['a'] }],
    timeout: 25_000,
  },
  {
    id: '62',
    title: 'a race at the start: two crashes, then all is well',
    steps: [
      {
        run: 'a',
        net: true,
        needs: ['b'],
        with: ['--restart', 'always'],
        sh: `if [ ! -e /tmp/two ]; then [ -e /tmp/one ] && touch /tmp/two; touch /tmp/one; echo "${refused}"; exit 1; fi; ${polite('echo "INFO done"; sleep 0.5')}`,
      },
      { run: 'b', net: true, sh: serve('{b.port}') },
    ],
    truth: [],
    settles: true,
    calm: 40_000,
    timeout: 0,
  },
  {
    id: '63',
    title: 'the needed one is removed by hand',
    steps: [
      { run: 'b', net: true, sh: serve('{b.port}') },
      { run: 'a', net: true, needs: ['b'], sh: ask('{b.ip} {b.port}', 'ERROR connect ECONNREFUSED {b.at}') },
      { wait: 4000 },
      { docker: ['stop', '-t', '1', '{b.box}'] },
      { docker: ['rm', '{b.box}'] },
      { mark: 'fault' },
    ],
    truth: [{ root: ['a'], category: 'app_error', members: ['a'] }],
    told: /(?:svc-b|svc-m|svc-y)[^"]{0,80}(?:removed|gone|missing|no such service|not there)/,
    timeout: 25_000,
  },
  {
    id: '64',
    title: 'the needed one runs, and refuses the password of who needs it',
    steps: [
      { run: 'b', net: true, sh: serve('{b.port}') },
      { run: 'c', net: true, needs: ['b'], sh: ask('{b.ip} {b.port}', refused) },
      {
        run: 'a',
        net: true,
        needs: ['b'],
        with: ['--restart', 'always'],
        sh: 'echo "INFO connecting to {b.at}"; sleep 1; echo "FATAL: password authentication failed for user \\"app\\""; exit 1',
      },
    ],
    fault: ['a', 'die'],
    truth: [{ root: ['a'], category: 'config_error', band: 'high', members: ['a'] }],
    timeout: 20_000,
  },
  {
    id: '65',
    title: 'two that need the same one, which segfaults in a loop',
    steps: [
      {
        run: 'b',
        net: true,
        with: ['--restart', 'always'],
        sh: serveThenDie('{b.port}', 5, 'kill -9 $p; echo "Segmentation fault (core dumped)" >&2; exit 139'),
      },
      { run: 'a', net: true, needs: ['b'], sh: ask('{b.ip} {b.port}', 'Error: connect ECONNREFUSED {b.at}') },
      { run: 'c', net: true, needs: ['b'], with: ['--restart', 'always'], sh: askOrDie('{b.ip} {b.port}', refused) },
    ],
    fault: ['b', 'die'],
    truth: [{ root: ['b'], category: 'app_crash', members: ['b', 'a', 'c'] }],
    timeout: 30_000,
  },
  {
    id: '66',
    title: 'the needed one is full of memory and comes back, again and again',
    steps: [
      {
        run: 'b',
        net: true,
        with: ['-m', '32m', '--memory-swap', '32m', '--restart', 'always'],
        sh: serveThenDie('{b.port}', 4, 'exec tail /dev/zero'),
      },
      { run: 'a', net: true, needs: ['b'], sh: ask('{b.ip} {b.port}', 'WARN upstream {b.at} is gone: connection refused') },
      { run: 'c', net: true, needs: ['b'], sh: ask('{b.ip} {b.port}', refused) },
    ],
    fault: ['b', 'oom'],
    truth: [{ root: ['b'], category: 'oom', band: 'high', members: ['b', 'c'] }],
    partition: 'free',
    timeout: 30_000,
  },
  {
    id: '67',
    title: 'a new image that does not find its setting',
    steps: [
      { run: 'a', image: '{old}', with: ['--restart', 'on-failure'], sh: polite('echo "INFO done"; sleep 0.5') },
      { wait: 60_000 },
      { docker: ['rm', '-f', '{a.box}'] },
      { run: 'a', image: '{new}', with: ['--restart', 'on-failure'], sh: `sleep 0.5; : \${DATABASE_URL:?missing}` },
    ],
    fault: ['a', 'die'],
    truth: [{ root: ['a'], category: 'bad_change', band: 'high', members: ['a'] }],
    told: /DATABASE_URL/,
    timeout: 25_000,
  },
];
