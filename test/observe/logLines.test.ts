import assert from 'node:assert/strict';
import { ApiError } from '../../src/connect/apiError.ts';
import { type DockerApi, dockerApi } from '../../src/connect/dockerApi.ts';
import type { Line } from '../../src/connect/lines.ts';
import { Bucket } from '../../src/observe/bucket.ts';
import { feedLog, logLines } from '../../src/observe/dockerLogLines.ts';
import { newestOf } from '../../src/observe/newestLines.ts';
import { FakeEngine, frame, idOf, stamp } from '../fakes/fakeEngine.ts';
import { inlineMill } from '../fakes/inlineMill.ts';

const never = new AbortController().signal;
const at = (n: number, text: string): Line => ({ at: n, stamp: stamp(n), stream: 'out', text });

async function all(api: DockerApi, tty: boolean): Promise<string[]> {
  const out: string[] = [];
  for await (const batch of logLines(api, { id: idOf('web'), tty }, { follow: false }, never))
    out.push(...batch.map(line => `${line.stream} ${line.text}`));
  return out;
}

describe('reading a log', () => {
  let engine: FakeEngine;
  let api: DockerApi;
  beforeEach(async () => {
    engine = await FakeEngine.start();
    api = dockerApi({ kind: 'socket', path: engine.socket });
  });
  afterEach(async () => {
    api.dispose();
    await engine.stop();
  });

  it('tells the two streams apart', async () => {
    engine.put({ key: 'web', log: Buffer.concat([frame(1, `${stamp(1)} good\n`), frame(2, `${stamp(2)} bad\n`)]) });
    assert.deepEqual(await all(api, false), ['out good', 'err bad']);
  });

  it('takes a terminal for one stream, even when it prints the head of a frame', async () => {
    engine.put({
      key: 'web',
      log: Buffer.concat([Buffer.from(`${stamp(1)} `), Buffer.from([1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]), Buffer.from(' x\r\n')]),
    });
    const [line] = await all(api, true);
    assert.match(line ?? '', /^out \ufffd+ x$/);
  });

  it('says so when a stream is none of frames', async () => {
    engine.put({ key: 'web', log: Buffer.from('this is no frame at all') });
    const error = await all(api, false).catch(reason => reason);
    assert.ok(error instanceof ApiError && error.code === 'server-error');
    assert.match(error.message, /log frame of unknown type 116 where a log should be/);
  });

  it('goes on from where it was left, each line once', async () => {
    const lines = [1, 2, 2, 3].map(n => frame(1, `${stamp(n)} line ${n}\n`));
    engine.put({ key: 'web', log: Buffer.concat(lines.slice(0, 2)) });
    const stream = inlineMill().stream('local/web');
    const read = async (): Promise<string[]> => {
      stream.open({ service: 'local/web', pattern: undefined, tty: false });
      const { since } = stream;
      await feedLog(api, { id: idOf('web'), tty: false }, { follow: false, tail: 200, ...(since && { since }) }, stream, never);
      return (await stream.digest()).last.map(line => line.text);
    };
    assert.deepEqual(await read(), ['line 1', 'line 2']);
    engine.put({ key: 'web', log: Buffer.concat(lines) });
    assert.deepEqual(await read(), ['line 2', 'line 3'], 'a second line of the same moment is new, the first is not');
    assert.match(engine.requests.at(-1) ?? '', /tail=200&since=1767225600\.002000000/);
  });

  it('ends quietly when it is told to', async () => {
    engine.put({ key: 'web', log: frame(1, `${stamp(1)} one\n`) });
    const stop = new AbortController();
    const seen: string[] = [];
    for await (const batch of logLines(api, { id: idOf('web'), tty: false }, { follow: true }, stop.signal)) {
      seen.push(...batch.map(line => line.text));
      stop.abort();
    }
    assert.deepEqual(seen, ['one']);
  });
});

describe('the end of a log', () => {
  it('is at most 200 lines and 64 KiB', () => {
    assert.equal(newestOf(Array.from({ length: 500 }, (_, n) => at(n, 'x'))).length, 200);
    const wide = newestOf(Array.from({ length: 100 }, (_, n) => at(n, 'x'.repeat(16_384))));
    assert.deepEqual(
      wide.map(line => line.at),
      [96, 97, 98, 99],
    );
  });
});

describe('a bucket', () => {
  it('lets its rate through, and a second of it at once; what goes beyond makes the next wait', () => {
    const bucket = new Bucket(100, 0);
    assert.equal(bucket.take(150, 0), true);
    assert.equal(bucket.take(1, 400), false);
    assert.equal(bucket.take(1, 600), true);
    for (let second = 1; second < 20; second++) assert.equal(bucket.take(100, 600 + second * 1000), true);
    assert.equal(bucket.take(300, 60_000), true, 'no more than a second is saved up');
    assert.equal(bucket.take(1, 61_000), false);
  });
});
