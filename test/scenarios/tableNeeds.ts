import type { Scenario } from './scenario.ts';
import { answers, ask, askOrDie, polite, reply, serve, serveBy, serveThenDie } from './scripts.ts';

const refused = 'ERROR dial tcp {b.at}: connect: connection refused';

/** Trouble that comes from what a service needs. */
export const needFaults: readonly Scenario[] = [
  {
    id: '4',
    title: 'a dependency crashes',
    steps: [
      { run: 'b', net: true, sh: serveThenDie('{b.port}', 6) },
      { run: 'a', net: true, needs: ['b'], sh: ask('{b.ip} {b.port}', refused) },
    ],
    fault: ['b', 'die'],
    truth: [{ root: ['b'], category: 'app_crash', band: 'high', members: ['b', 'a'], order: ['b', 'a'] }],
    timeout: 25_000,
  },
  {
    id: '5',
    title: 'a dependency is stopped by hand',
    steps: [
      { run: 'b', net: true, sh: serve('{b.port}') },
      { run: 'a', net: true, needs: ['b'], sh: ask('{b.ip} {b.port}', 'Error: connect ECONNREFUSED {b.at}') },
      { wait: 4000 },
      { docker: ['stop', '-t', '1', '{b.box}'] },
    ],
    fault: ['b', 'die'],
    truth: [{ root: ['b'], category: 'operator_action', band: 'high', members: ['b', 'a'] }],
    timeout: 20_000,
  },
  {
    id: '6',
    title: 'bad deploy',
    steps: [
      { run: 'a', image: '{old}', with: ['--restart', 'on-failure'], sh: polite('sleep 0.5') },
      { wait: 60_000 },
      { docker: ['rm', '-f', '{a.box}'] },
      { run: 'a', image: '{new}', with: ['--restart', 'on-failure'], sh: 'echo starting; sleep 0.5; exit 1' },
    ],
    fault: ['a', 'die'],
    truth: [{ root: ['a'], category: 'bad_change', band: 'high', members: ['a'] }],
    timeout: 25_000,
  },
  {
    id: '7',
    title: 'a deploy that has nothing to do with it',
    steps: [
      { run: 'c', image: '{old}', sh: polite('sleep 0.5') },
      { run: 'b', net: true, with: ['-m', '32m', '--memory-swap', '32m'], sh: serveThenDie('{b.port}', 25, 'exec tail /dev/zero') },
      { run: 'a', net: true, needs: ['b'], sh: ask('{b.ip} {b.port}', refused) },
      { wait: 3000 },
      { docker: ['rm', '-f', '{c.box}'] },
      { run: 'c', image: '{new}', sh: polite('sleep 0.5') },
      { wait: 15_000 },
    ],
    fault: ['b', 'oom'],
    truth: [{ root: ['b'], category: 'oom', band: 'high', members: ['b', 'a'], order: ['b', 'a'], ruledOut: ['c'] }],
    timeout: 30_000,
  },
  {
    id: '9',
    title: 'the wrong port of a healthy dependency',
    steps: [
      { run: 'b', net: true, with: ['--expose', '{b.port}'], sh: serve('{b.port}') },
      { wait: 3000 },
      {
        run: 'a',
        net: true,
        needs: ['b'],
        with: ['-e', 'BACKEND_URL=http://{b.host}:{b.wrong}'],
        sh: ask('{b.ip} {b.wrong}', 'ERROR dial tcp {b.host}:{b.wrong}: connect: connection refused'),
      },
      { mark: 'fault' },
    ],
    truth: [{ root: ['a'], category: 'config_error', band: 'high', members: ['a'], ruledOut: ['b'] }],
    timeout: 25_000,
  },
  {
    id: '10',
    title: 'a slow dependency',
    steps: [
      {
        run: 'b',
        net: true,
        with: ['--expose', '{b.port}'],
        sh: `(sleep 6; touch /tmp/slow) & ${serveBy('{b.port}', `[ -e /tmp/slow ] && sleep 3\n${reply('200 OK')}`)}`,
      },
      { run: 'a', net: true, needs: ['b'], sh: ask('{b.ip} {b.port}', 'ERROR GET http://{b.at}/: request timed out after 2000 ms') },
      { wait: 6000 },
      { mark: 'fault' },
    ],
    truth: [{ root: ['b'], category: 'latency', band: 'medium', members: ['b', 'a'] }],
    timeout: 30_000,
  },
  {
    id: '12',
    title: 'cascade of three',
    steps: [
      { run: 'c', net: true, with: ['-m', '32m', '--memory-swap', '32m'], sh: serveThenDie('{c.port}', 7, 'exec tail /dev/zero') },
      {
        run: 'b',
        net: true,
        needs: ['c'],
        sh: serveBy(
          '{b.port}',
          `if ${answers('{c.ip} {c.port}')}; then ${reply('200 OK')}; else echo 'ERROR connect to {c.at}: Connection refused' >&2; ${reply('502 Bad Gateway')}; fi`,
        ),
      },
      { run: 'a', net: true, needs: ['b'], sh: ask('{b.ip} {b.port}', 'ERROR GET http://{b.at}/ answered 502 Bad Gateway') },
    ],
    fault: ['c', 'oom'],
    truth: [{ root: ['c'], category: 'oom', band: 'high', members: ['c', 'b', 'a'], order: ['c', 'b', 'a'] }],
    timeout: 25_000,
  },
  {
    id: '14',
    title: 'a clock that is an hour ahead',
    steps: [
      { run: 'a', net: true, sh: serveThenDie('{a.port}', 6, 'echo "FATAL index is damaged"; exit 3') },
      {
        run: 'b',
        net: true,
        needs: ['a'],
        sh: `while :; do now=$(date -d @$(($(date +%s) + 3600)) '+%Y-%m-%dT%H:%M:%SZ'); if ${answers('{a.ip} {a.port}')}; then echo "$now INFO done"; else echo "$now ERROR connect to {a.at} failed: Connection refused"; fi; sleep 0.5; done`,
      },
    ],
    fault: ['a', 'die'],
    truth: [{ root: ['a'], category: 'app_crash', band: 'high', members: ['a', 'b'], order: ['a', 'b'] }],
    timeout: 25_000,
  },
  {
    id: '19',
    title: 'two faults with nothing in common',
    steps: [
      { run: 'a', with: ['--tmpfs', '/data:size=1m'], sh: 'sleep 4; dd if=/dev/zero of=/data/wal bs=64k count=100; exit 1' },
      { run: 'b', with: ['--pids-limit', '8'], sh: 'sleep 4; while :; do sleep 60 & done' },
    ],
    fault: ['a', 'die'],
    truth: [
      { root: ['a'], category: 'disk_full', band: 'high', members: ['a'] },
      { root: ['b'], category: 'resource_limit', band: 'high', members: ['b'] },
    ],
    timeout: 25_000,
  },
  {
    id: '28',
    title: 'loops for want of a dependency that crashed',
    steps: [
      { run: 'b', net: true, sh: serveThenDie('{b.port}', 6, 'echo "FATAL page 7 is damaged"; exit 3') },
      {
        run: 'a',
        net: true,
        needs: ['b'],
        with: ['--restart', 'always'],
        sh: `mkdir -p /www; httpd -p {a.port} -h /www; ${askOrDie('{b.ip} {b.port}', refused)}`,
      },
      {
        run: 'c',
        net: true,
        needs: ['a'],
        with: ['--restart', 'on-failure:3'],
        sh: askOrDie('{b.ip} {b.port}', 'ERROR dial tcp {a.at}: connect: connection refused'),
      },
    ],
    fault: ['b', 'die'],
    truth: [{ root: ['b'], category: 'app_crash', members: ['b', 'a', 'c'] }],
    timeout: 25_000,
  },
  {
    id: '29',
    title: 'the same, stopped by hand',
    steps: [
      { run: 'b', net: true, sh: serve('{b.port}') },
      { run: 'a', net: true, needs: ['b'], with: ['--restart', 'always'], sh: askOrDie('{b.ip} {b.port}', refused) },
      {
        run: 'c',
        net: true,
        needs: ['a'],
        sh: askOrDie('{b.ip} {b.port}', 'ERROR dial tcp {a.at}: connect: connection refused'),
      },
      { wait: 5000 },
      { docker: ['stop', '-t', '1', '{b.box}'] },
    ],
    fault: ['b', 'die'],
    truth: [{ root: ['b'], category: 'operator_action', band: 'high', members: ['b', 'a', 'c'] }],
    timeout: 25_000,
  },
  {
    id: '41',
    title: 'a dependency leaves the shared network',
    steps: [
      { run: 'b', net: 'own', sh: serve('{b.port}') },
      { run: 'a', net: 'own', needs: ['b'], sh: ask('{b.ip} {b.port}', 'Error: getaddrinfo ENOTFOUND {b}') },
      { wait: 5000 },
      { mark: 'fault' },
      { docker: ['network', 'disconnect', '{net}', '{b.box}'] },
    ],
    truth: [{ root: ['b', 'a'], category: 'network', members: ['b', 'a'] }],
    // The one that left is well by itself: whether it counts as a member is a matter of taste.
    partition: 'free',
    timeout: 25_000,
  },
];
