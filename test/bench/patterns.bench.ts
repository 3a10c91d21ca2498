import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { inRoot } from '../../scripts/paths.ts';
import { silentLog } from '../../src/base/log.ts';
import { systemClock } from '../../src/base/time.ts';
import { openCore } from '../../src/logWorker.ts';
import { LogMill } from '../../src/observe/logMill.ts';
import type { MillStream } from '../../src/observe/millStream.ts';
import { workerFile } from '../../src/observe/workerFile.ts';
import { frame, stamp } from '../fakes/fakeEngine.ts';
import type { Result } from './bench.ts';

const services = 500;
const offered = 20e6;
const seconds = 15;
const linesPerChunk = 40;
/** How often each log is asked for its digest, as the follower does; ms. */
const askEvery = 250;

/** Patterns as people write them, each a little different. */
const forms = [
  (n: number) => `(?i)order-${n} (?:failed|declined|lost)`,
  (n: number) => `ERR-${n}\\d{2,4}\\b`,
  (n: number) => `^(?:WARN|ERROR).*queue ${n} (?:is )?full`,
  (n: number) => `status=(?:4\\d\\d|5\\d\\d) .*tenant=${n}$`,
  (n: number) => `(timeout|deadline|refused).{0,80}(db|cache|queue)-${n}`,
];

interface Log {
  readonly stream: MillStream;
  /** The same lines again and again: a log that is not opened anew may say the same twice. */
  readonly chunk: Buffer;
  readonly bytes: number;
  sent: number;
}

function linesOf(log: number): string[] {
  return Array.from({ length: linesPerChunk }, (_, n) => {
    const tail = n % 20 === 7 ? `order-${log} failed, ERR-${log}77` : `took ${n} ms, status=200 tenant=${log}`;
    return `${stamp(n)} INFO request ${log * 1000 + n} to /api/items/${n} from 10.0.0.${n}, ${tail}\n`;
  });
}

function open(mill: LogMill, n: number): Log {
  const service = `bench/service${n}`;
  const stream = mill.stream(service);
  stream.open({ service, pattern: forms[n % forms.length]?.(n), tty: false });
  const lines = linesOf(n);
  const bytes = lines.reduce((sum, line) => sum + line.length, 0);
  return { stream, chunk: Buffer.concat(lines.map(line => frame(1, line))), bytes, sent: 0 };
}

interface Sums {
  lines: number;
  dropped: number;
  hits: number;
}

async function ask(logs: readonly Log[], sums: Sums): Promise<void> {
  for (const digest of await Promise.all(logs.map(log => log.stream.digest()))) {
    sums.lines += digest.lines;
    sums.dropped += digest.dropped?.lines ?? 0;
    sums.hits += digest.hits?.count ?? 0;
  }
}

/** Offers so many bytes a second, spread over all logs, until it was enough for so many seconds. Gives the bytes. */
async function offer(logs: readonly Log[], sums: Sums): Promise<number> {
  const began = performance.now();
  let [bytes, next, asked] = [0, 0, began];
  while (bytes < seconds * offered) {
    const due = ((performance.now() - began) / 1000) * offered;
    for (let log = logs[next]; log !== undefined && bytes < due; log = logs[next]) {
      next = (next + 1) % logs.length;
      log.sent += linesPerChunk;
      bytes += log.bytes;
      await log.stream.push(log.chunk);
    }
    if (performance.now() - asked > askEvery) {
      asked = performance.now();
      void ask(logs, sums);
    }
    await wait(5);
  }
  return bytes;
}

export async function run(): Promise<Result> {
  const mill = new LogMill({ clock: systemClock, log: silentLog, worker: workerFile(inRoot('src')), core: async () => openCore() });
  try {
    const logs = Array.from({ length: services }, (_, n) => open(mill, n));
    const sums: Sums = { lines: 0, dropped: 0, hits: 0 };
    const delay = monitorEventLoopDelay({ resolution: 1 });
    await ask(logs, sums);
    delay.enable();
    const from = performance.now();
    const bytes = await offer(logs, sums);
    await ask(logs, sums);
    const took = (performance.now() - from) / 1000;
    delay.disable();
    const sent = logs.reduce((sum, log) => sum + log.sent, 0);
    return {
      title: 'Patterns of labels',
      rows: [
        { what: 'Patterns, each of a service of its own', value: services, unit: '' },
        { what: 'Offered', value: offered / 1e6, unit: 'MB/s' },
        { what: 'Read, until the last digest was there', value: bytes / 1e6 / took, unit: 'MB/s' },
        { what: `Time to read ${(seconds * offered) / 1e6} MB`, value: took, unit: 's', limit: seconds * 1.1 },
        { what: 'Lines that were let go', value: sums.dropped, unit: '', limit: 0 },
        { what: 'Lines neither read nor let go', value: Math.abs(sent - sums.lines - sums.dropped), unit: '', limit: 0 },
        { what: 'Lines that matched', value: sums.hits, unit: '' },
        { what: 'Delay of the event loop: p99', value: delay.percentile(99) / 1e6, unit: 'ms', limit: 50 },
      ],
      notes: [`${services} logs at once through at most two threads: levels, known patterns, redaction and each service’s own pattern.`],
    };
  } finally {
    mill.dispose();
  }
}
