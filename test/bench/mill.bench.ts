import { type ChildProcess, fork } from 'node:child_process';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { inRoot } from '../../scripts/paths.ts';
import type { Observation } from '../../src/model/observation.ts';
import type { Result } from './bench.ts';
import { type FloodNews, type FloodOrder, lineWidth } from './floodTypes.ts';
import { percentile } from './numbers.ts';
import { startUnderTest } from './underTest.ts';

const flood: FloodOrder = { seconds: 60, bytesPerSecond: 100e6 };
const followers = 4;

type News<K extends FloodNews['kind']> = Extract<FloodNews, { kind: K }>;

function newsOf<K extends FloodNews['kind']>(
  child: ChildProcess,
  kind: K,
  fits: (news: News<K>) => boolean = () => true,
): Promise<News<K>> {
  return new Promise((resolve, reject) => {
    child.on('message', (news: FloodNews) => {
      if (news.kind === kind && fits(news as News<K>)) resolve(news as News<K>);
    });
    child.once('exit', code => reject(new Error(`the flooding engine ended with ${code}`)));
  });
}

interface Told {
  read: number;
  readonly dropped: { lines: number; bytes: number };
  errors: number;
}

function take(told: Told, seen: Observation): void {
  if (seen.kind !== 'logs') return;
  told.read += seen.digest.lines;
  told.errors += seen.digest.errorCount;
  told.dropped.lines += seen.digest.dropped?.lines ?? 0;
  told.dropped.bytes += seen.digest.dropped?.bytes ?? 0;
}

const rssNow = (): number => process.memoryUsage().rss / 1e6;

/** Until all that was sent is told, or nothing more comes for 5 s. */
async function settle(told: Told, lines: number): Promise<void> {
  for (let [quiet, last] = [0, -1]; quiet < 50 && told.read + told.dropped.lines < lines; quiet++) {
    await wait(100);
    const now = told.read + told.dropped.lines;
    if (now !== last) [quiet, last] = [0, now];
  }
}

export async function run(): Promise<Result> {
  const child = fork(inRoot('test', 'bench', 'floodEngine.ts'));
  const told: Told = { read: 0, dropped: { lines: 0, bytes: 0 }, errors: 0 };
  const { socket } = await newsOf(child, 'listening');
  const followed = newsOf(child, 'followed', ({ by }) => by === followers);
  const tested = await startUnderTest(socket, true, seen => take(told, seen));
  try {
    await followed;
    const over = newsOf(child, 'over');
    const before = rssNow();
    const delay = monitorEventLoopDelay({ resolution: 1 });
    const sizes: number[] = [];
    const sampling = setInterval(() => void sizes.push(rssNow()), 250);
    const cpu = process.cpuUsage();
    delay.enable();
    child.send(flood);
    const sent = await over;
    delay.disable();
    const { user, system } = process.cpuUsage(cpu);
    clearInterval(sampling);
    await settle(told, sent.lines);
    const late = sizes.slice(Math.floor(sizes.length / 2));
    return {
      title: 'A flood of logs',
      rows: [
        { what: 'Offered', value: flood.bytesPerSecond / 1e6, unit: 'MB/s' },
        { what: 'Taken in', value: sent.bytes / 1e6 / flood.seconds, unit: 'MB/s' },
        { what: 'Read', value: (told.read * lineWidth) / 1e6 / flood.seconds, unit: 'MB/s' },
        { what: 'Delay of the event loop: p50', value: delay.percentile(50) / 1e6, unit: 'ms' },
        { what: 'Delay of the event loop: p99', value: delay.percentile(99) / 1e6, unit: 'ms', limit: 20 },
        { what: 'Delay of the event loop: longest', value: delay.max / 1e6, unit: 'ms', limit: 200 },
        {
          what: 'Lines neither read nor reported as let go',
          value: Math.abs(sent.lines - told.read - told.dropped.lines),
          unit: '',
          limit: 0,
        },
        {
          what: 'Bytes neither read nor reported as let go',
          value: Math.abs(sent.bytes - told.read * lineWidth - told.dropped.bytes),
          unit: '',
          limit: 0,
        },
        { what: 'Memory of the process (RSS): growth to its highest', value: Math.max(...sizes) - before, unit: 'MB' },
        {
          what: 'RSS: growth in the second half',
          value: percentile(late.slice(-10), 0.5) - percentile(late.slice(0, 10), 0.5),
          unit: 'MB',
          limit: 50,
        },
        { what: 'Processor, all threads', value: (user + system) / 1e6 / flood.seconds, unit: 'cores' },
      ],
      notes: [
        `${followers} containers write ${flood.bytesPerSecond / 1e6} MB/s together for ${flood.seconds} s: frames of one line of ${lineWidth} bytes, each in a chunk of HTTP of its own as dockerd sends them, from another process over a Unix socket, through the follower, the threads and the engine. What is not taken in waits in the socket, so the sender is held up; ${told.errors.toLocaleString('en-US')} error lines were read.`,
      ],
    };
  } finally {
    tested.stop();
    child.disconnect();
  }
}
