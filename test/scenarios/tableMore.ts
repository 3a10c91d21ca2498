import type { Scenario } from './scenario.ts';
import { calls, polite } from './scripts.ts';

const loops = ['--restart', 'always'];
const small = ['-m', '32m', '--memory-swap', '32m'];

/** More that goes wrong within one service: other words, other exit codes, other moments. */
export const otherOwn: readonly Scenario[] = [
  {
    id: '32',
    title: 'out of memory after a new image',
    steps: [
      { run: 'a', image: '{old}', with: [...small, ...loops], sh: polite('sleep 0.5') },
      { wait: 60_000 },
      { docker: ['rm', '-f', '{a.box}'] },
      { run: 'a', image: '{new}', with: [...small, ...loops], sh: 'echo ready; sleep 2; exec tail /dev/zero' },
    ],
    fault: ['a', 'oom'],
    truth: [{ root: ['a'], category: 'bad_change', band: 'high', members: ['a'] }],
    told: /memory|oom/i,
    timeout: 25_000,
  },
  {
    id: '39',
    title: 'health checks that overflow the ring of events, then a crash loop',
    steps: [
      {
        run: 'a',
        with: [...loops, '--health-cmd', 'true', '--health-interval', '300ms'],
        sh: 'if [ -e /tmp/late ]; then sleep 1; echo "FATAL index is damaged"; exit 2; fi; touch /tmp/late; echo ready; sleep 50; exit 2',
      },
      { wait: 50_000 },
      { wait: 12_000 },
    ],
    fault: ['a', 'die'],
    truth: [{ root: ['a'], category: 'app_crash', band: 'high', members: ['a'] }],
    counted: 'a',
    timeout: 25_000,
  },
  {
    id: '40',
    title: 'a flood of log with the cause at its beginning, then a crash',
    steps: [
      {
        run: 'a',
        sh: 'echo ready; sleep 3; echo "FATAL page 7 of the index is damaged"; yes "INFO request done in 3 ms, nothing to see here, all is as it was" | head -c 60000000; exit 1',
      },
    ],
    fault: ['a', 'die'],
    truth: [{ root: ['a'], category: 'app_crash', members: ['a'] }],
    told: /page 7 of the index|dropped|not read/,
    timeout: 40_000,
  },
  {
    id: '51',
    title: 'a segmentation fault in a loop',
    steps: [{ run: 'a', with: loops, sh: 'echo listening; sleep 2; echo "Segmentation fault (core dumped)" >&2; exit 139' }],
    fault: ['a', 'die'],
    truth: [{ root: ['a'], category: 'app_crash', band: 'high', members: ['a'] }],
    timeout: 20_000,
  },
  {
    id: '52',
    title: 'a heap that is full inside its process',
    steps: [
      {
        run: 'a',
        sh: 'echo "INFO started"; sleep 3; printf "Exception in thread \\"main\\" java.lang.OutOfMemoryError: Java heap space\\n\\tat app.Cache.grow(Cache.java:42)\\n" >&2; exit 3',
        with: loops,
      },
    ],
    fault: ['a', 'die'],
    truth: [{ root: ['a'], category: 'oom', members: ['a'] }],
    timeout: 20_000,
  },
  {
    id: '53',
    title: 'a port that is taken',
    steps: [
      {
        run: 'a',
        with: loops,
        sh: 'printf "Error: listen EADDRINUSE: address already in use 0.0.0.0:3000\\n    at Server.setupListenHandle (node:net:1817:16)\\n" >&2; exit 1',
      },
    ],
    fault: ['a', 'die'],
    truth: [{ root: ['a'], category: 'resource_limit', band: 'high', members: ['a'] }],
    timeout: 20_000,
  },
  {
    id: '54',
    title: 'too many open files in a service that lives',
    steps: [
      { run: 'a', sh: calls('INFO request done', 'ERROR accept tcp [::]:8080: accept4: too many open files, try ') },
      { wait: 5000 },
      { mark: 'fault' },
    ],
    truth: [{ root: ['a'], category: 'resource_limit', members: ['a'] }],
    timeout: 25_000,
  },
  {
    id: '55',
    title: 'a password that is refused at start',
    steps: [
      {
        run: 'a',
        sh: 'echo "INFO starting"; sleep 1; echo "FATAL: password authentication failed for user \\"app\\"" >&2; exit 1',
        with: ['--restart', 'on-failure'],
      },
    ],
    fault: ['a', 'die'],
    truth: [{ root: ['a'], category: 'config_error', band: 'high', members: ['a'] }],
    timeout: 20_000,
  },
  {
    id: '56',
    title: 'a module that is missing',
    steps: [
      {
        run: 'a',
        with: loops,
        sh: `printf "Error: Cannot find module 'express'\\nRequire stack:\\n- /app/index.js\\n    at Module._resolveFilename (node:internal/modules/cjs/loader:1225:15)\\n" >&2; exit 1`,
      },
    ],
    fault: ['a', 'die'],
    truth: [{ root: ['a'], category: 'start_error', band: 'high', members: ['a'] }],
    timeout: 20_000,
  },
  {
    id: '57',
    title: 'a migration that fails',
    steps: [
      {
        run: 'a',
        sh: 'echo "Applying migration 0042_add_index"; sleep 1; echo "ERROR: column \\"tenant\\" of relation \\"orders\\" already exists" >&2; echo "migration 0042_add_index failed, rolled back" >&2; exit 1',
      },
    ],
    fault: ['a', 'die'],
    truth: [{ root: ['a'], category: 'app_crash', members: ['a'] }],
    told: /already exists|0042_add_index/,
    timeout: 20_000,
  },
  {
    id: '58',
    title: 'a task that fails',
    steps: [{ run: 'a', job: true, sh: 'echo "exporting"; sleep 2; echo "ERROR export: row 17 is not valid" >&2; exit 1' }],
    fault: ['a', 'die'],
    truth: [{ root: ['a'], category: 'app_crash', members: ['a'] }],
    timeout: 20_000,
  },
  {
    id: '59',
    title: 'one replica of two crashes',
    steps: [
      { run: 'a', sh: polite('echo "INFO request done"; sleep 0.5') },
      { run: 'b', twinOf: 'a', with: loops, sh: 'echo ready; sleep 2; echo "FATAL cannot open index"; exit 4' },
    ],
    fault: ['b', 'die'],
    truth: [{ root: ['b'], category: 'app_crash', band: 'high', members: ['b'] }],
    timeout: 20_000,
  },
  {
    id: '60',
    title: 'a certificate that is no longer valid',
    steps: [
      { run: 'a', sh: calls('INFO request done', 'ERROR GET https://partner.example/feed: certificate has expired, request ') },
      { wait: 5000 },
      { mark: 'fault' },
    ],
    // By its words alone a certificate is a likely cause, and one of somebody else's as well as its own.
    truth: [{ root: ['a'], category: 'app_error', band: 'medium', members: ['a'] }],
    told: /does not trust a certificate/,
    timeout: 25_000,
  },
  {
    id: '68',
    title: 'a file that may not be read at start',
    steps: [{ run: 'a', with: loops, sh: 'echo starting; sleep 0.5; echo "open /run/secrets/key: permission denied" >&2; exit 1' }],
    fault: ['a', 'die'],
    truth: [{ root: ['a'], category: 'config_error', members: ['a'] }],
    timeout: 20_000,
  },
  {
    id: '69',
    title: 'killed from within by a signal that is not a hand',
    steps: [{ run: 'a', with: loops, sh: 'echo ready; sleep 2; echo "FATAL assertion of queue failed" >&2; exit 134' }],
    fault: ['a', 'die'],
    truth: [{ root: ['a'], category: 'app_crash', band: 'high', members: ['a'] }],
    timeout: 20_000,
  },
];
