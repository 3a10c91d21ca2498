import type { Scenario } from './scenario.ts';
import { ask, askOrDie, polite, serve, serveThenDie } from './scripts.ts';

const refused = 'ERROR dial tcp {b}:39432: connect: connection refused';

/** Trouble that comes from what a service needs. */
export const needFaults: readonly Scenario[] = [
  {
    id: '4',
    title: 'a dependency crashes',
    steps: [
      { run: 'b', net: true, sh: serveThenDie(6) },
      { run: 'a', net: true, needs: ['b'], sh: ask('{b.ip}:39432', refused) },
    ],
    fault: ['b', 'die'],
    truth: [{ root: ['b'], category: 'app_crash', band: 'high', members: ['b', 'a'], order: ['b', 'a'] }],
    timeout: 25_000,
  },
  {
    id: '5',
    title: 'a dependency is stopped by hand',
    steps: [
      { run: 'b', net: true, sh: serve },
      { run: 'a', net: true, needs: ['b'], sh: ask('{b.ip}:39432', 'Error: connect ECONNREFUSED {b}:39432') },
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
      { run: 'b', net: true, with: ['-m', '32m', '--memory-swap', '32m'], sh: serveThenDie(25, 'exec tail /dev/zero') },
      { run: 'a', net: true, needs: ['b'], sh: ask('{b.ip}:39432', refused) },
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
      { run: 'b', net: true, with: ['--expose', '39432'], sh: serve },
      { wait: 3000 },
      {
        run: 'a',
        net: true,
        needs: ['b'],
        with: ['-e', 'BACKEND_URL=http://{b}:39433'],
        sh: ask('{b.ip}:39433', 'ERROR dial tcp {b}:39433: connect: connection refused'),
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
        with: ['--expose', '39432'],
        sh: `mkdir -p /www; printf '#!/bin/sh\\n[ -e /tmp/slow ] && sleep 3\\nprintf "HTTP/1.0 200 OK\\\\r\\\\n\\\\r\\\\nok"\\n' > /www/run; chmod +x /www/run; (sleep 6; touch /tmp/slow) & echo "INFO listening on 39432"; exec nc -ll -p 39432 -e /www/run`,
      },
      { run: 'a', net: true, needs: ['b'], sh: ask('{b.ip}:39432', 'ERROR GET http://{b}:39432/: request timed out after 1000 ms') },
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
      { run: 'c', net: true, with: ['-m', '32m', '--memory-swap', '32m'], sh: serveThenDie(7, 'exec tail /dev/zero') },
      {
        run: 'b',
        net: true,
        needs: ['c'],
        sh: `printf '#!/bin/sh\\nif wget -q -T 1 -O /dev/null http://{c.ip}:39432/; then printf "HTTP/1.0 200 OK\\\\r\\\\n\\\\r\\\\nok"; else echo "ERROR connect to {c}:39432: Connection refused" >&2; printf "HTTP/1.0 502 Bad Gateway\\\\r\\\\n\\\\r\\\\n"; fi\\n' > /run.sh; chmod +x /run.sh; echo ready; exec nc -ll -p 39432 -e /run.sh`,
      },
      { run: 'a', net: true, needs: ['b'], sh: ask('{b.ip}:39432', 'ERROR GET http://{b}:39432/ answered 502 Bad Gateway') },
    ],
    fault: ['c', 'oom'],
    truth: [{ root: ['c'], category: 'oom', band: 'high', members: ['c', 'b', 'a'], order: ['c', 'b', 'a'] }],
    timeout: 25_000,
  },
  {
    id: '14',
    title: 'a clock that is an hour ahead',
    steps: [
      { run: 'a', net: true, sh: serveThenDie(6, 'echo "FATAL index is damaged"; exit 3') },
      {
        run: 'b',
        net: true,
        needs: ['a'],
        sh: `while :; do now=$(date -d @$(($(date +%s) + 3600)) '+%Y-%m-%dT%H:%M:%SZ'); if wget -q -T 1 -O /dev/null http://{a.ip}:39432/; then echo "$now INFO done"; else echo "$now ERROR connect to {a}:39432 failed: Connection refused"; fi; sleep 0.5; done`,
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
      { run: 'b', net: true, sh: serveThenDie(6, 'echo "FATAL page 7 is damaged"; exit 3') },
      {
        run: 'a',
        net: true,
        needs: ['b'],
        with: ['--restart', 'always'],
        sh: `mkdir -p /www; httpd -p 39432 -h /www; ${askOrDie('{b.ip}:39432/index.html', refused)}`,
      },
      {
        run: 'c',
        net: true,
        needs: ['a'],
        with: ['--restart', 'on-failure:3'],
        sh: askOrDie('{b.ip}:39432/index.html', 'ERROR dial tcp {a}:39432: connect: connection refused'),
      },
    ],
    fault: ['b', 'die'],
    truth: [{ root: ['b'], category: 'app_crash', band: 'high', members: ['b', 'a', 'c'] }],
    timeout: 25_000,
  },
  {
    id: '29',
    title: 'the same, stopped by hand',
    steps: [
      { run: 'b', net: true, sh: serve },
      { run: 'a', net: true, needs: ['b'], with: ['--restart', 'always'], sh: askOrDie('{b.ip}:39432/index.html', refused) },
      {
        run: 'c',
        net: true,
        needs: ['a'],
        sh: askOrDie('{b.ip}:39432/index.html', 'ERROR dial tcp {a}:39432: connect: connection refused'),
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
      { run: 'b', net: true, sh: serve },
      { run: 'a', net: true, needs: ['b'], sh: ask('{b.ip}:39432', 'Error: getaddrinfo ENOTFOUND {b}') },
      { wait: 5000 },
      { mark: 'fault' },
      { docker: ['network', 'disconnect', '{net}', '{b.box}'] },
    ],
    truth: [{ root: ['b', 'a'], category: 'network', band: 'high', members: ['b', 'a'] }],
    timeout: 25_000,
  },
];
