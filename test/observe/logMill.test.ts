import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { inRoot } from '../../scripts/paths.ts';
import { silentLog } from '../../src/base/log.ts';
import { redact } from '../../src/base/redact.ts';
import { systemClock } from '../../src/base/time.ts';
import { openCore } from '../../src/logWorker.ts';
import type { LogDigest } from '../../src/model/logs.ts';
import { LogMill, type MillDeps } from '../../src/observe/logMill.ts';
import type { LogOf, MillStream } from '../../src/observe/millStream.ts';
import { workerFile } from '../../src/observe/workerFile.ts';
import { FakeClock } from '../fakes/fakeClock.ts';
import { frame, stamp } from '../fakes/fakeEngine.ts';

const thread = workerFile(inRoot('src'));
const frail = inRoot('test', 'fakes', 'frailThread.ts');
const web: LogOf = { service: 'local/web', pattern: undefined, tty: false };

/** A log as an engine holds it. */
interface Source {
  readonly lines: readonly string[];
  readonly bytes: number;
  /** From `since` on, that moment included, as frames. */
  from(since: string | undefined): Buffer;
}

function sourceOf(texts: readonly string[]): Source {
  const lines = texts.map((text, n) => `${stamp(n)} ${text}\n`);
  // `since` is in seconds, and the stamps of these lines are whole milliseconds.
  const at = (since: string): number => Math.round(Number(since) * 1000) - Date.UTC(2026, 0, 1);
  return {
    lines,
    bytes: lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0),
    from: since => Buffer.concat(lines.slice(since === undefined ? 0 : at(since)).map(line => frame(1, line))),
  };
}

const numbered = (count: number, text: (n: number) => string = n => `line ${n}`): string[] =>
  Array.from({ length: count }, (_, n) => text(n));
const long = (n: number): string => `INFO request ${n} served in ${n % 90} ms ${'and so on '.repeat(8)}`;

const chunksOf = (bytes: Buffer, size = 50_000): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) => bytes.subarray(n * size, (n + 1) * size));

/** Lines and bytes, read and let go, of all digests. */
function sums(digests: readonly LogDigest[]): { read: number; droppedLines: number; droppedBytes: number; lines: number } {
  const read = digests.reduce((sum, one) => sum + one.lines, 0);
  const droppedLines = digests.reduce((sum, one) => sum + (one.dropped?.lines ?? 0), 0);
  const droppedBytes = digests.reduce((sum, one) => sum + (one.dropped?.bytes ?? 0), 0);
  return { read, droppedLines, droppedBytes, lines: read + droppedLines };
}

/** Follows a source to its end as a follower does: opened anew as often as the stream asks for it. `pause`: ms between two chunks. */
async function readThrough(stream: MillStream, source: Source, of = web, pause = 0): Promise<LogDigest[]> {
  const digests: LogDigest[] = [];
  for (const end = performance.now() + 12_000; performance.now() < end; ) {
    stream.open(of);
    let on = true;
    for (const chunk of chunksOf(source.from(stream.since))) {
      on = await stream.push(chunk);
      if (!on) break;
      if (pause > 0) await wait(pause);
    }
    if (on) {
      await stream.end();
      digests.push(await stream.digest());
      // It may have been lost with the last bytes.
      if (sums(digests).lines >= source.lines.length) return digests;
    }
    digests.push(await stream.digest());
    await wait(300);
  }
  return digests;
}

describe('the log mill', () => {
  const logged: string[] = [];
  let mills: LogMill[] = [];
  const millOf = (deps: Partial<MillDeps>): LogMill => {
    const log = { ...silentLog, warn: (text: string) => void logged.push(text), error: (text: string) => void logged.push(text) };
    const mill = new LogMill({ clock: systemClock, log, core: async () => openCore(), ...deps });
    mills.push(mill);
    return mill;
  };
  afterEach(() => {
    for (const mill of mills) mill.dispose();
    mills = [];
    logged.length = 0;
  });

  it('digests in a thread as it does inline', async () => {
    const source = sourceOf(numbered(300, n => (n % 50 === 7 ? `ERROR no. ${n}` : long(n))));
    const [away] = await readThrough(millOf({ worker: thread }).stream('local/web'), source);
    const [here] = await readThrough(millOf({}).stream('local/web'), source);
    assert.deepEqual(away, here);
    assert.deepEqual([away?.lines, away?.errorCount, away?.last.at(-1)?.text], [300, 6, long(299)]);
  });

  it('tells each line once and in order, however often it is asked', async () => {
    const stream = millOf({ worker: thread }).stream('local/web');
    const source = sourceOf(numbered(40, n => `ERROR ${n}`));
    stream.open(web);
    const asked: Promise<LogDigest>[] = [];
    for (const chunk of chunksOf(source.from(undefined), 40)) {
      await stream.push(chunk);
      asked.push(stream.digest());
    }
    await stream.end();
    const digests = [...(await Promise.all(asked)), await stream.digest()];
    assert.deepEqual(
      digests.flatMap(digest => digest.errors.map(line => line.text)),
      numbered(40, n => `ERROR ${n}`),
    );
  });

  it('counts what it lets go to the line and the byte', async () => {
    // A clock that stands still: what one second may hold is read, and no more.
    const stream = millOf({ worker: thread, clock: new FakeClock(0) }).stream('local/web');
    const source = sourceOf(numbered(120_000, long));
    stream.open(web);
    let least = 0;
    for (const chunk of chunksOf(source.from(undefined), 61_234)) {
      await stream.push(chunk);
      least = Math.max(least, chunk.length);
    }
    await stream.end();
    const { read, lines, droppedBytes } = sums([await stream.digest()]);
    assert.equal(lines, source.lines.length);
    assert.ok(read > 0 && read < 100_000, `${read} lines read`);
    const width = source.bytes / source.lines.length;
    assert.ok(Math.abs(droppedBytes / (lines - read) - width) < 5, `${droppedBytes} bytes of ${lines - read} lines`);
    assert.ok(droppedBytes >= source.bytes - 10.2e6, 'no more than 10 MB of one second are read');
  });

  it('adds up to the byte, where every line is as wide', async () => {
    const stream = millOf({ worker: thread, clock: new FakeClock(0) }).stream('local/web');
    const source = sourceOf(numbered(140_000, n => `${n}`.padStart(60, '.')));
    const { read, droppedLines, droppedBytes } = sums(await readThrough(stream, source));
    const width = source.bytes / source.lines.length;
    assert.equal(droppedBytes + read * width, source.bytes);
    assert.equal(droppedLines * width, droppedBytes);
  });

  for (const deed of ['EXIT', 'THROW', 'HANG']) {
    it(`loses count of nothing when its thread meets a line of ${deed}, and reads on after it`, async () => {
      const stream = millOf({ worker: frail, hangMs: 1000 }).stream('local/web');
      const source = sourceOf(numbered(6000, n => (n === 1500 ? deed : long(n))));
      const digests = await readThrough(stream, source, web, 20);
      const { read, lines } = sums(digests);
      assert.equal(lines, 6000);
      assert.ok(read > 500 && read < 6000, `${read} lines read; ${logged.join()}`);
      stream.open(web);
      await stream.push(frame(1, `${stamp(7000)} and on\n`));
      assert.deepEqual(
        (await stream.digest()).last.map(line => line.text),
        ['and on'],
      );
      assert.match(logged.join(), /thread that reads logs ended .*another is started/);
    });
  }

  it('counts lines that were cut elsewhere as let go when its thread dies over them', async () => {
    const mill = millOf({ worker: frail });
    const line = { at: 1, stamp: '', stream: 'out', text: 'EXIT' } as const;
    const digest = await mill.digest('local/unit:a', [line, { ...line, text: 'é' }]);
    assert.deepEqual([digest.lines, digest.dropped], [0, { lines: 2, bytes: 6 }]);
  });

  it('takes no more than a few slots of a log while its thread does not answer', async () => {
    const stream = millOf({ worker: frail, hangMs: 60_000 }).stream('local/web');
    stream.open(web);
    const chunk = sourceOf(['HANG', ...numbered(600, long)]).from(undefined);
    let taken = 0;
    void (async () => {
      for (; await stream.push(chunk); taken += chunk.length);
    })();
    await wait(500);
    const held = taken;
    assert.ok(held > 0 && held < 6 * 64 * 1024 + chunk.length, `${held} bytes taken`);
    await wait(200);
    assert.equal(taken, held);
  });

  it('ends within a second, though its thread hangs, and leaves nobody waiting', async () => {
    const mill = millOf({ worker: frail, hangMs: 60_000 });
    const stream = mill.stream('local/web');
    stream.open(web);
    await stream.push(sourceOf(['HANG']).from(undefined));
    const waiting = stream.digest();
    await wait(100);
    const from = performance.now();
    mill.dispose();
    assert.equal((await waiting).lines, 0);
    assert.equal(await stream.push(Buffer.alloc(100_000)), false);
    assert.ok(performance.now() - from < 1000);
  });

  it('reads on the event loop, and says so, where no thread can be started', async () => {
    const stream = millOf({ worker: inRoot('no', 'such', 'thread.ts') }).stream('local/web');
    const { read } = sums(await readThrough(stream, sourceOf(numbered(50))));
    assert.equal(read, 50);
    assert.match(logged.at(-1) ?? '', /read on the event loop, since no thread can be started/);
  });

  it('says that it reads nothing where even that cannot be loaded', async () => {
    const mill = millOf({ core: () => Promise.reject(new Error('no such file')) });
    const stream = mill.stream('local/web');
    stream.open(web);
    await stream.push(sourceOf(['one']).from(undefined));
    assert.equal((await stream.digest()).lines, 0);
    assert.deepEqual(logged, ['logs are not read: no such file. Install Dozor again.']);
  });

  it('shares the work with a second thread under load, and loses nothing on the way', async () => {
    const mill = millOf({ worker: thread });
    const source = sourceOf(numbered(15_000, n => `${n}`.padStart(60, '.')));
    const services = ['local/a', 'local/b', 'local/c', 'local/d'];
    const all = await Promise.all(services.map(service => readThrough(mill.stream(service), source, { ...web, service })));
    const width = source.bytes / source.lines.length;
    for (const digests of all) {
      const { read, lines, droppedBytes } = sums(digests);
      assert.deepEqual([lines, droppedBytes + read * width], [15_000, source.bytes]);
    }
  });

  it('reads bytes that are no log as such, and says what they are', async () => {
    const stream = millOf({ worker: thread }).stream('local/web');
    stream.open(web);
    await stream.push(Buffer.from('this is no frame at all'));
    await assert.rejects(stream.end(), /log frame of unknown type 116/);
  });

  it('hides a secret under the same name in its thread as here', async () => {
    const stream = millOf({ worker: thread }).stream('local/web');
    const [digest] = await readThrough(stream, sourceOf(['password=hunter22']));
    assert.equal(digest?.last[0]?.text, redact('password=hunter22'));
    assert.match(digest?.last[0]?.text ?? '', /^password=‹redacted:8:[0-9a-f]{4}›$/);
  });

  it("finds what a service's own pattern fits, and says what is wrong with one", async () => {
    const mill = millOf({ worker: thread });
    const source = sourceOf(['all good', 'basket 7 is lost', 'basket 8 is lost']);
    const digestOf = async (pattern: string): Promise<LogDigest | undefined> =>
      (await readThrough(mill.stream('local/web'), source, { ...web, pattern }))[0];
    assert.equal((await digestOf('basket \\d+ is lost'))?.hits?.count, 2);
    const wrong = await digestOf('(?=x)');
    assert.deepEqual([wrong?.hits, wrong?.patternTrouble], [undefined, 'look-ahead and look-behind are not supported']);
  });

  it('keeps the event loop free while a hostile pattern reads a megabyte without an end', async () => {
    const mill = millOf({ worker: thread });
    const source = sourceOf(['a'.repeat(1_000_000)]);
    await readThrough(mill.stream('local/a'), sourceOf(['warm']));
    // The time that this thread works between two turns; what else the machine does is no part of it.
    let longest = 0;
    let last = process.threadCpuUsage();
    const timer = setInterval(() => {
      const { user, system } = process.threadCpuUsage(last);
      longest = Math.max(longest, (user + system) / 1000);
      last = process.threadCpuUsage();
    }, 5);
    const [digest] = await readThrough(mill.stream('local/web'), source, { ...web, pattern: '(a+)+$' });
    clearInterval(timer);
    assert.equal((digest?.lines ?? 0) + (digest?.dropped?.lines ?? 0), 1);
    assert.ok(longest < 50, `${longest.toFixed(1)} ms`);
  });
});
