import assert from 'node:assert/strict';
import { silentLog } from '../../src/base/log.ts';
import { dockerApi } from '../../src/connect/dockerApi.ts';
import type { Observation } from '../../src/model/observation.ts';
import { DockerWatch } from '../../src/observe/dockerWatch.ts';
import { FakeClock, turns } from '../fakes/fakeClock.ts';
import { type FakeContainer, FakeEngine, frame, idOf, stamp } from '../fakes/fakeEngine.ts';
import { inlineMill } from '../fakes/inlineMill.ts';
import { type Watching, watching } from '../fakes/watching.ts';

/** The run of a fake container began at this ms of 2026, by its inspect. */
const began = 1123;
const isRun = (seen: Observation): boolean => seen.kind === 'run-log';

describe('The end of a log when its run ends', () => {
  let engine: FakeEngine;
  let watch: DockerWatch;
  let eye: Watching;

  const begin = async (container: Partial<FakeContainer>): Promise<void> => {
    engine = await FakeEngine.start({ key: 'web', ...container });
    const clock = new FakeClock(Date.UTC(2026, 0, 2));
    const api = dockerApi({ kind: 'socket', path: engine.socket });
    watch = new DockerWatch({ server: 'local', api, clock, log: silentLog, mill: inlineMill(), followLogs: false, random: () => 0 });
    eye = watching(watch.source);
    await eye.until(seen => seen.kind === 'synced');
  };
  /** A death that is `ago` ms old, and what comes of it. */
  const die = async (ago = 0): Promise<void> => {
    const from = eye.seen.length;
    engine.event('die', 'web', `${watch.serverClock.now() - ago}000000`);
    await eye.until(seen => seen.kind === 'inspected', from);
    await turns(30);
  };
  afterEach(async () => {
    await eye.stop();
    await engine.stop();
  });

  it('is kept with the time of the death: the lines of that run alone, redacted', async () => {
    const lines = [`${stamp(10)} an earlier run\n`, `${stamp(began + 1)} started\n`, `${stamp(began + 2)} password=hunter2 panic\n`];
    await begin({ log: Buffer.concat(lines.map(line => frame(2, line))) });
    engine.event('die', 'web', `${watch.serverClock.now()}000000`);
    const seen = await eye.until(isRun);
    assert.ok(seen.kind === 'run-log');
    assert.equal(seen.service, 'local/web');
    assert.equal(seen.run.instance, idOf('web'));
    assert.equal(seen.run.at, seen.at);
    assert.equal(seen.run.lines[0]?.text, 'started');
    assert.equal(seen.run.lines.length, 2);
    assert.doesNotMatch(JSON.stringify(seen), /hunter2/);
  });

  it('is at most 200 lines and 64 KiB', async () => {
    const lines = Array.from({ length: 150 }, (_, i) => frame(1, `${stamp(began + i)} ${i} ${'x'.repeat(1000)}\n`));
    await begin({ log: Buffer.concat(lines) });
    engine.event('die', 'web', `${watch.serverClock.now()}000000`);
    const seen = await eye.until(isRun);
    assert.ok(seen.kind === 'run-log');
    const size = seen.run.lines.reduce((sum, { text }) => sum + text.length, 0);
    assert.ok(size <= 64 * 1024 && size > 60 * 1024, `${size}`);
    assert.match(seen.run.lines.at(-1)?.text ?? '', /^149 /);
  });

  const silent: readonly (readonly [string, Partial<FakeContainer>, number])[] = [
    ['of a container that its label leaves out', { labels: { 'dozor.enable': 'false' }, log: frame(1, `${stamp(began + 1)} x\n`) }, 0],
    ['of a container without a log driver', { logDriver: 'none', log: frame(1, `${stamp(began + 1)} x\n`) }, 0],
    ['of a run that said nothing', { log: frame(1, `${stamp(1)} of another run\n`) }, 0],
    ['of a death that is replayed long after', { log: frame(1, `${stamp(began + 1)} x\n`) }, 6000],
  ];
  for (const [what, container, ago] of silent) {
    it(`is not kept ${what}`, async () => {
      await begin(container);
      await die(ago);
      assert.equal(eye.seen.some(isRun), false);
    });
  }

  it('is told by nobody when the container is gone already', async () => {
    await begin({ log: frame(1, `${stamp(began + 1)} x\n`) });
    engine.on(/^GET \/containers\/\w+\/logs/, (_request, response) => void response.writeHead(404).end('{"message":"No such container"}'));
    await die();
    assert.equal(eye.seen.some(isRun), false);
    assert.equal(
      eye.seen.some(seen => seen.kind === 'sight' && !seen.clear),
      false,
    );
  });
});
