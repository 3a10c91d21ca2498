import assert from 'node:assert/strict';
import { silentLog } from '../../src/base/log.ts';
import { dockerApi } from '../../src/connect/dockerApi.ts';
import type { Answer } from '../../src/connect/http.ts';
import type { Observation } from '../../src/model/observation.ts';
import { DockerWatch } from '../../src/observe/dockerWatch.ts';
import type { ProbeDeps } from '../../src/observe/httpProbes.ts';
import { FakeClock, turns, until } from '../fakes/fakeClock.ts';
import { FakeEngine, frame, idOf, sendJson, stamp } from '../fakes/fakeEngine.ts';
import { inlineMill } from '../fakes/inlineMill.ts';
import { type Watching, watching } from '../fakes/watching.ts';

const synced = (seen: Observation): boolean => seen.kind === 'synced';
const inspected = (service: string) => (seen: Observation) => seen.kind === 'inspected' && seen.service === service;
const lost = (seen: Observation): boolean => seen.kind === 'sight' && !seen.clear;
const nano = (n: number): string => `${1_767_225_600_000 + n}123456`;
const count = (engine: FakeEngine, find: RegExp): number => engine.requests.filter(line => find.test(line)).length;
const list = /^GET \/containers\/json/;
const inspect = /^GET \/containers\/\w+\/json/;
const events = /^GET \/events/;

describe('the watch of an engine', () => {
  let engine: FakeEngine;
  let clock: FakeClock;
  let watch: DockerWatch;
  let eye: Watching;
  const logged: string[] = [];

  const begin = (followLogs = false): void => {
    clock = new FakeClock(Date.UTC(2026, 0, 2));
    const api = dockerApi({ kind: 'socket', path: engine.socket });
    const log = { ...silentLog, info: (text: string) => void logged.push(text) };
    watch = new DockerWatch({ server: 'local', api, clock, log, mill: inlineMill(), followLogs, random: () => 0 });
    eye = watching(watch.source);
  };
  const settled = async (): Promise<number> => {
    await eye.until(synced);
    return eye.seen.length;
  };

  beforeEach(async () => {
    logged.length = 0;
    engine = await FakeEngine.start({ key: 'web' }, { key: 'old', state: 'exited', exit: 3, log: frame(2, `${stamp(1)} panic: boom\n`) });
  });
  afterEach(async () => {
    await eye.stop();
    await engine.stop();
  });

  it('listens before it looks, so that nothing falls between', async () => {
    begin();
    await settled();
    assert.ok(events.test(engine.requests[0] ?? ''));
    const kinds = eye.seen.map(seen => seen.kind);
    assert.deepEqual(kinds, ['inventory', 'inspected', 'inspected', 'sight', 'logs', 'logs', 'synced']);
    assert.deepEqual(logged, ['local: in sight']);
  });

  describe('of containers with a health check URL', () => {
    const label = { 'dozor.healthcheck.url': 'http://172.17.0.2:8080/up' };
    const beginWith = (ask: ProbeDeps['ask'], near: boolean): void => {
      clock = new FakeClock(Date.UTC(2026, 0, 2));
      const api = dockerApi({ kind: 'socket', path: engine.socket });
      watch = new DockerWatch({
        server: 'local',
        api,
        clock,
        log: silentLog,
        mill: inlineMill(),
        followLogs: false,
        random: () => 0,
        near,
        ask,
      });
      eye = watching(watch.source);
    };
    beforeEach(async () => {
      await engine.stop();
      engine = await FakeEngine.start({ key: 'web', labels: label }, { key: 'off', state: 'exited', labels: label });
    });

    it('asks those that run, and tells the answers', async () => {
      beginWith(async () => ({ kind: 'answer', ok: false, ms: 3, status: 503 }), true);
      await settled();
      clock.advance(2000);
      await eye.until(seen => seen.kind === 'probe');
      const told = eye.of('probe').map(({ service, instance, ok, ms, status }) => ({ service, instance, ok, ms, status }));
      assert.deepEqual(told, [{ service: 'local/web', instance: idOf('web'), ok: false, ms: 3, status: 503 }]);
    });

    it('tells on the service what is not asked, once, and takes it back', async () => {
      let refused = true;
      const answer = (): Answer => (refused ? { kind: 'refused', why: 'is elsewhere' } : { kind: 'answer', ok: true, ms: 1, status: 200 });
      beginWith(async () => answer(), true);
      const from = await settled();
      const notes = () => eye.of('inventory').at(-1)?.services[0]?.diagnostics;
      clock.advance(2000);
      await eye.until(seen => seen.kind === 'inventory', from);
      assert.deepEqual(notes(), ['label dozor.healthcheck.url is elsewhere; it is not asked']);
      clock.advance(24_000);
      await turns();
      assert.deepEqual([eye.of('inventory').length, eye.of('probe').length], [2, 0]);
      refused = false;
      clock.advance(24_000);
      await eye.until(seen => seen.kind === 'probe');
      assert.deepEqual(notes(), []);
    });

    it('asks nothing from here where the server is another machine, and says so', async () => {
      let asked = 0;
      beginWith(async () => ({ kind: 'answer', ok: true, ms: ++asked, status: 200 }), false);
      await settled();
      clock.advance(40_000);
      await turns();
      assert.equal(asked, 0);
      assert.match(eye.of('inventory')[0]?.services[0]?.diagnostics.join() ?? '', /not probed from here/);
    });

    it('asks no more after it has lost sight', async () => {
      let asked = 0;
      beginWith(async () => ({ kind: 'answer', ok: true, ms: ++asked, status: 200 }), true);
      await settled();
      await eye.stop();
      clock.advance(100_000);
      await turns();
      assert.equal(asked, 0);
    });
  });

  describe('of what containers use', () => {
    const stats = { read: '2026-01-02T00:00:03Z', memory_stats: { usage: 90 }, pids_stats: { current: 2 } };
    const asks = /^GET \/containers\/\w+\/stats\?stream=false&one-shot=true/;

    it('samples those that run, at the time that the engine names', async () => {
      engine.put({ key: 'web', memory: 100, stats });
      begin();
      await settled();
      clock.advance(1500);
      await eye.until(seen => seen.kind === 'usage');
      const [{ service, at, usage } = { service: '', at: 0, usage: undefined }] = eye.of('usage');
      assert.deepEqual([service, at], ['local/web', Date.UTC(2026, 0, 2) + 3000]);
      assert.deepEqual(usage, { instance: idOf('web'), at, memory: 90, memoryLimit: 100, pids: 2 });
      assert.equal(count(engine, asks), 1);
    });

    it('asks nothing of a container whose label takes it out of sight', async () => {
      engine.put({ key: 'web', memory: 100, stats, labels: { 'dozor.enable': 'false' } });
      begin();
      await settled();
      clock.advance(400_000);
      await turns();
      assert.equal(count(engine, asks), 0);
    });

    it('says once that an engine refuses them, and goes on', async () => {
      engine.put({ key: 'web', memory: 100 });
      engine.on(asks, (_request, response) => sendJson(response, 403, { message: 'not allowed here' }));
      begin();
      await settled();
      for (let i = 0; i < 3; i++) {
        clock.advance(60_000);
        await until(() => count(engine, asks) > i);
        await turns();
      }
      assert.equal(logged.filter(line => /what containers use cannot be seen: .*not allowed here/.test(line)).length, 1);
      assert.equal(eye.of('sight').filter(seen => !seen.clear).length, 0);
    });

    it('looks soon at one that died and was started again', async () => {
      engine.put({ key: 'web', stats });
      begin();
      const from = await settled();
      engine.event('die', 'web', nano(1), { exitCode: '1' });
      engine.event('start', 'web', nano(2));
      await eye.until(inspected('local/web'), from);
      clock.advance(1000);
      await eye.until(seen => seen.kind === 'usage', from);
    });
  });

  it('costs a list, an inspect and a log each, and two more, to know everything', async () => {
    begin();
    await settled();
    assert.equal(engine.requests.length, 1 + 1 + 1 + 2 + 2);
  });

  it('reads the last words of what failed', async () => {
    begin();
    await settled();
    const words = eye.of('logs').find(seen => seen.service === 'local/old');
    assert.deepEqual(
      words?.digest.last.map(line => line.text),
      ['panic: boom'],
    );
  });

  it('asks for one list a minute at rest, what each uses now and then, and nothing else', async () => {
    begin();
    await settled();
    const before = engine.requests.length;
    for (let minute = 0; minute < 3; minute++) {
      const from = eye.seen.length;
      clock.advance(60_000);
      await eye.until(seen => seen.kind === 'inventory', from);
      await turns(3);
    }
    const asked = engine.requests.slice(before);
    const others = asked.filter(line => !/\/stats/.test(line));
    assert.deepEqual([others, asked.length - others.length], [Array(3).fill('GET /containers/json?all=true'), 1]);
  });

  it('looks again at one that was taken out of a network while it runs, and not at one that stopped', async () => {
    begin();
    const from = await settled();
    const move = (key: string, n: number): void => {
      const actor = { ID: idOf('net'), Attributes: { container: idOf(key), name: 'back' } };
      engine.say(`{"Type":"network","Action":"disconnect","Actor":${JSON.stringify(actor)},"timeNano":${nano(n)}}\n`);
    };
    const before = count(engine, inspect);
    move('old', 1);
    move('web', 2);
    await until(() => clock.waits.filter(ms => ms === 500).length === 2);
    clock.advance(500);
    await eye.until(inspected('local/web'), from);
    assert.equal(count(engine, inspect) - before, 1);
  });

  it('finds what the events did not tell', async () => {
    begin();
    const from = await settled();
    engine.put({ key: 'web', state: 'exited', exit: 137 });
    engine.put({ key: 'fresh' });
    clock.advance(60_000);
    await eye.until(inspected('local/web'), from);
    await eye.until(inspected('local/fresh'), from);
    assert.equal(count(engine, inspect), 4);
  });

  it('tells an event at once and looks after it', async () => {
    begin();
    const from = await settled();
    engine.put({ key: 'web', state: 'exited', exit: 137 });
    engine.event('kill', 'web', nano(1), { signal: '9' });
    engine.event('die', 'web', nano(2), { exitCode: '137' });
    const facts = await eye.until(inspected('local/web'), from);
    assert.deepEqual(
      eye.seen
        .slice(from, from + 2)
        .map(seen => (seen.kind === 'lifecycle' ? [seen.event, seen.nano, seen.signal ?? seen.exit] : seen.kind)),
      [
        ['kill', nano(1), 9],
        ['die', nano(2), 137],
      ],
    );
    assert.ok(facts.kind === 'inspected' && facts.facts.exitCode === 137 && facts.at >= 1_767_225_600_002);
  });

  it('resumes after the last event it saw, to the nanosecond, and tells none twice', async () => {
    begin();
    const from = await settled();
    engine.event('start', 'web', nano(7));
    await eye.until(seen => seen.kind === 'lifecycle', from);
    engine.drop();
    await eye.until(lost, from);
    const back = eye.seen.length;
    clock.advance(250);
    await eye.until(synced, back);
    const resumed = engine.requests.filter(line => events.test(line)).at(-1) ?? '';
    assert.match(resumed, /since=1767225600\.007123456$/);
    engine.event('start', 'web', nano(7));
    engine.event('stop', 'web', nano(8));
    await eye.until(seen => seen.kind === 'lifecycle', back);
    assert.deepEqual(
      eye.of('lifecycle').map(seen => seen.event),
      ['start', 'stop'],
    );
  });

  it('introduces a container it never met before it tells what happened to it', async () => {
    begin();
    const from = await settled();
    engine.put({ key: 'fresh', state: 'exited', exit: 1, log: frame(1, `${stamp(3)} bye\n`) });
    for (const [n, action] of ['create', 'start', 'die'].entries()) engine.event(action, 'fresh', nano(n));
    await until(() => count(engine, inspect) >= 3);
    await until(() => clock.waits.includes(50));
    clock.advance(50);
    await eye.until(seen => seen.kind === 'logs' && seen.service === 'local/fresh', from);
    const told = eye.seen.slice(from).map(seen => (seen.kind === 'lifecycle' ? seen.event : seen.kind));
    assert.deepEqual(told.slice(0, 5), ['inventory', 'create', 'start', 'die', 'inspected']);
  });

  it('looks again at a container that was made and did not start, because a refused start makes no event', async () => {
    begin();
    await settled();
    engine.put({ key: 'bad', state: 'created' });
    engine.event('create', 'bad', nano(0));
    await until(() => count(engine, inspect) === 3 && clock.waits.includes(50));
    clock.advance(50);
    await eye.until(inspected('local/bad'));
    engine.put({ key: 'bad', state: 'created', exit: 127, error: 'no such file or directory' });
    clock.advance(500);
    await eye.until(seen => seen.kind === 'inspected' && seen.facts.error === 'no such file or directory');
    engine.event('start', 'bad', nano(1));
    await until(() => count(engine, inspect) === 5);
    clock.advance(30_000);
    await turns(20);
    assert.equal(count(engine, inspect), 5);
  });

  it('looks again at one that waits to be restarted, because its end by hand makes no event', async () => {
    engine.put({ key: 'web', state: 'restarting', exit: 1 });
    begin();
    await settled();
    engine.event('die', 'web', nano(0));
    await until(() => count(engine, inspect) === 3);
    engine.put({ key: 'web', state: 'exited', exit: 1 });
    await eye.until(inspected('local/web'));
    await turns(20);
    clock.advance(2000);
    await eye.until(seen => seen.kind === 'inspected' && seen.service === 'local/web' && seen.facts.state === 'exited');
    clock.advance(60_000);
    await turns(20);
    assert.equal(count(engine, inspect), 4);
  });

  it('lets a container go that was gone before it could be looked at', async () => {
    begin();
    const from = await settled();
    for (const [n, action] of ['create', 'start', 'die', 'destroy'].entries()) engine.event(action, 'ghost', nano(n));
    engine.event('pause', 'web', nano(9));
    await eye.until(inspected('local/web'), from);
    assert.deepEqual(
      eye.seen.slice(from).filter(seen => 'service' in seen && seen.service !== 'local/web'),
      [],
    );
  });

  it('takes a removal out of the list', async () => {
    begin();
    const from = await settled();
    engine.containers.delete(idOf('old'));
    engine.event('destroy', 'old', nano(1));
    await eye.until(seen => seen.kind === 'lifecycle' && seen.event === 'destroy', from);
    clock.advance(50);
    const after = await eye.until(seen => seen.kind === 'inventory', from);
    assert.deepEqual(after.kind === 'inventory' && after.services.map(service => service.id), ['local/web']);
  });

  it('looks a few times at a container that a thousand events speak of', async () => {
    begin();
    const from = await settled();
    const before = count(engine, inspect);
    for (let n = 0; n < 1000; n++) engine.event(n % 2 ? 'start' : 'die', 'web', nano(n));
    await eye.until(seen => seen.kind === 'lifecycle' && seen.nano === nano(999), from);
    clock.advance(500);
    await turns(20);
    assert.equal(eye.of('lifecycle').length, 1000);
    assert.ok(count(engine, inspect) - before <= 10, `${count(engine, inspect) - before} looks`);
    const lists = count(engine, list);
    clock.advance(3000);
    await turns(20);
    assert.equal(count(engine, list), lists + 1, 'a list makes sure of the rest');
  });

  it('says of one container what it could not see, and watches on', async () => {
    begin();
    const from = await settled();
    engine.on(/^GET \/containers\/\w+\/json/, (_request, response) => sendJson(response, 500, { message: 'disk on fire' }));
    engine.event('start', 'web', nano(1));
    const unseen = await eye.until(seen => seen.kind === 'unseen', from);
    assert.ok(unseen.kind === 'unseen' && unseen.why === 'disk on fire');
    assert.equal(eye.of('sight').filter(seen => !seen.clear).length, 0);
  });

  it('goes on when the log of a container cannot be read', async () => {
    engine.on(/logs/, (_request, response) => sendJson(response, 501, { message: 'configured logging driver does not support reading' }));
    begin();
    await settled();
    const why = eye.of('logs-unreadable').map(seen => seen.why);
    assert.deepEqual(why, Array(2).fill('configured logging driver does not support reading'));
  });

  const failures = [
    [
      'a web page',
      'not-docker',
      (): void => engine.on(/./, (_request, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>')),
    ],
    ['a list that is none', 'not-docker', (): void => engine.on(list, (_request, response) => sendJson(response, 200, { hello: 1 }))],
    ['a refusal', 'permission', (): void => engine.on(list, (_request, response) => sendJson(response, 403, { message: 'not for you' }))],
    ['an error', 'lost', (): void => engine.on(list, (_request, response) => sendJson(response, 500, { message: 'no' }))],
  ] as const;
  for (const [what, code, script] of failures) {
    it(`takes ${what} for a loss of sight (${code}) with a way forward, and tries again`, async () => {
      script();
      begin();
      const loss = await eye.until(lost);
      assert.ok(loss.kind === 'sight' && loss.why?.code === code && loss.why.next !== '', JSON.stringify(loss));
      engine.normal();
      await until(() => clock.waits.length !== 0);
      clock.advance(250);
      await eye.until(synced);
    });
  }

  it('comes back at once when it is asked to, and logs each change once', async () => {
    begin();
    await settled();
    await engine.close();
    await eye.until(lost);
    for (let i = 0; i < 5; i++) {
      await until(() => clock.waits.length !== 0);
      const from = eye.seen.length;
      watch.retryNow();
      await eye.until(lost, from);
    }
    await engine.listen();
    const from = eye.seen.length;
    await until(() => clock.waits.length !== 0);
    watch.retryNow();
    await eye.until(synced, from);
    assert.deepEqual(
      logged.map(text => text.replace(/unix:\S+/, 'X')),
      ['local: in sight', 'local: out of sight: No Docker engine at X there is no such socket.', 'local: in sight'],
    );
  });

  it('tries at most twenty times in the first minute of an outage, and never gives up', async () => {
    await engine.close();
    begin();
    const tries: number[] = [];
    const began = clock.now();
    while (clock.now() - began < 600_000) {
      await eye.until(lost, tries.length);
      tries.push(clock.now() - began);
      await until(() => clock.waits.length !== 0);
      clock.advance(clock.waits[0] ?? 0);
    }
    const first = tries.filter(at => at < 60_000).length;
    assert.ok(first >= 5 && first <= 20, `${first} tries`);
    assert.ok(tries.length > first + 15, 'it goes on');
    await engine.listen();
  });

  it('follows a log from where the first look left it, in batches', async () => {
    engine.put({ key: 'web', log: frame(1, `${stamp(1)} one\n`) });
    begin(true);
    const from = await settled();
    const followers: { write(bytes: Buffer): void }[] = [];
    engine.on(/logs.*follow=true/, (_request, response) => {
      response.writeHead(200).write(frame(1, `${stamp(1)} one\n`));
      followers.push(response);
    });
    clock.advance(3000);
    await until(() => followers.length > 0);
    followers[0]?.write(Buffer.concat([frame(1, `${stamp(2)} two\n`), frame(2, `${stamp(3)} three\n`)]));
    await until(() => clock.waits.includes(250));
    clock.advance(250);
    const news = await eye.until(seen => seen.kind === 'logs' && seen.service === 'local/web', from);
    assert.deepEqual(news.kind === 'logs' && news.digest.last.map(line => line.text), ['two', 'three']);
  });

  it('reads on through a flood and loses count of nothing', async () => {
    begin(true);
    await settled();
    const flood = Buffer.concat(Array.from({ length: 500 }, (_, n) => frame(1, `${stamp(n)} ${'x'.repeat(10_000)}\n`)));
    engine.on(/logs.*follow=true/, (_request, response) => void response.writeHead(200).end(flood));
    clock.advance(3000);
    const sum = (): number => eye.of('logs').reduce((all, { digest }) => all + digest.lines + (digest.dropped?.lines ?? 0), 0);
    await until(() => {
      clock.advance(250);
      return sum() >= 501;
    });
    assert.equal(sum(), 501);
    assert.ok(
      eye.of('logs').some(({ digest }) => (digest.dropped?.bytes ?? 0) > 0),
      'read here, some of it is only counted',
    );
  });
});
