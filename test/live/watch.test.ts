import assert from 'node:assert/strict';
import { performer } from '../../src/act/perform.ts';
import { silentLog } from '../../src/base/log.ts';
import { systemClock } from '../../src/base/time.ts';
import type { LogLine } from '../../src/model/logs.ts';
import type { Observation } from '../../src/model/observation.ts';
import type { Service } from '../../src/model/service.ts';
import { defaultSettings } from '../../src/model/settings.ts';
import { connectServers } from '../../src/observe/links.ts';
import { inlineMill } from '../fakes/inlineMill.ts';
import { type Watching, watching } from '../fakes/watching.ts';
import { type LiveEngine, noEngineBecause, startEngine } from './engine.ts';

type Link = Awaited<ReturnType<typeof connectServers>>[number];

/** The link of a door that finds the engine through DOCKER_HOST, and its watch under way. */
async function watch(socket: string, followLogs = true): Promise<{ link: Link; eye: Watching; end(): Promise<void> }> {
  const deps = { clock: systemClock, log: silentLog, mill: inlineMill(), performer, followLogs };
  const [link] = await connectServers({ ...defaultSettings, userServices: [] }, { DOCKER_HOST: `unix://${socket}` }, deps);
  assert.ok(link);
  const eye = watching(link.watch);
  const end = async (): Promise<void> => {
    await eye.stop();
    link.dispose();
  };
  return { link, eye, end };
}

const lifecycle = (event: string, service: string) => (seen: Observation) =>
  seen.kind === 'lifecycle' && seen.event === event && seen.service === service;
const facts = (service: string, state: string) => (seen: Observation) =>
  seen.kind === 'inspected' && seen.service === service && seen.facts.state === state;
const synced = (seen: Observation): boolean => seen.kind === 'synced';
const logOf = (service: string, part: string) => (seen: Observation) =>
  seen.kind === 'logs' && seen.service === service && seen.digest.last.some(line => line.text.includes(part));
const lostBy = (code: string) => (seen: Observation) => seen.kind === 'sight' && !seen.clear && seen.why?.code === code;

function servicesOf(eye: Watching): readonly Service[] {
  return eye.of('inventory').at(-1)?.services ?? [];
}

const target = (service: Service): { service: string; instance: string } => ({ service: service.id, instance: service.instance ?? '' });

async function linesOf(link: Link, service: Service, want: { tail: number; follow: boolean; after?: string }): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  for await (const line of link.readLogs(target(service), want, AbortSignal.timeout(5000))) lines.push(line);
  return lines;
}

const beeps = ['sh', '-c', 'trap "exit 0" TERM; while :; do echo beep; sleep 0.2; done'] as const;

describe('a real engine, watched', function () {
  this.timeout(60_000);
  let engine: LiveEngine;
  const run = (...argv: string[]): Promise<string> => engine.docker('run', '-d', '--pull', 'never', ...argv);

  before(async () => {
    const because = noEngineBecause();
    if (because !== undefined) throw new Error(`no engine for the live tests: ${because}`);
    engine = await startEngine();
  });
  after(() => engine?.stop());
  afterEach(async () => {
    const ids = await engine.docker('ps', '-aq');
    if (ids !== '') await engine.docker('rm', '-f', ...ids.split('\n'));
  });

  it('shows a kill within 200 ms, with the exit code of inspect and the signal', async () => {
    await run('--name', 'web', 'bb', 'sleep', '1000');
    const { eye, end } = await watch(engine.socket);
    await eye.until(synced);
    const took: number[] = [];
    let from = 0;
    // The best of three: what else the machine does is no part of what is measured.
    for (let round = 0; round < 3; round++) {
      from = eye.seen.length;
      await engine.docker('kill', 'web');
      const after = Date.now();
      await eye.until(facts('local/web', 'exited'), from, 2000);
      took.push(Date.now() - after);
      if (round === 2) break;
      await engine.docker('start', 'web');
      await eye.until(facts('local/web', 'running'), from);
    }
    assert.ok(Math.min(...took) < 200, `took ${took.join(', ')} ms`);
    const order = eye.seen.slice(from).map(seen => (seen.kind === 'lifecycle' ? seen.event : seen.kind));
    assert.deepEqual(order.filter(what => what === 'kill' || what === 'die' || what === 'inspected').slice(0, 3), [
      'kill',
      'die',
      'inspected',
    ]);
    const kill = eye.seen.slice(from).find(lifecycle('kill', 'local/web'));
    assert.ok(kill?.kind === 'lifecycle' && kill.signal === 9 && /^\d{19}$/.test(kill.nano));
    assert.ok(Math.abs(kill.at - Date.now()) < 5000);
    assert.equal(eye.of('inspected').at(-1)?.facts.exitCode, 137);
    await end();
  });

  it('knows what happened before it came: deaths that the engine remembers, and the last words', async () => {
    await engine
      .docker('run', '--pull', 'never', '--name', 'job', 'bb', 'sh', '-c', 'echo cannot open queue >&2; exit 3')
      .catch(() => undefined);
    const { eye, end } = await watch(engine.socket);
    await eye.until(synced);
    const die = eye.seen.find(lifecycle('die', 'local/job'));
    assert.ok(die?.kind === 'lifecycle' && die.exit === 3);
    assert.ok(eye.seen.find(logOf('local/job', 'cannot open queue')));
    await end();
  });

  it('believes inspect and not a label that poses as the exit code', async () => {
    await run('--name', 'liar', '--label', 'exitCode=0', '--label', 'signal=0', 'bb', 'sleep', '1000');
    const { eye, end } = await watch(engine.socket);
    await eye.until(synced);
    const from = eye.seen.length;
    await engine.docker('kill', 'liar');
    await eye.until(facts('local/liar', 'exited'), from);
    const die = eye.seen.slice(from).find(lifecycle('die', 'local/liar'));
    assert.ok(die?.kind === 'lifecycle' && die.exit === undefined);
    assert.equal(eye.of('inspected').at(-1)?.facts.exitCode, 137);
    await end();
  });

  it('tells health, pause, rename and removal', async () => {
    await run(
      '--name',
      'sick',
      '--health-cmd',
      'echo queue is stuck; false',
      '--health-interval',
      '1s',
      '--health-retries',
      '1',
      'bb',
      'sleep',
      '1000',
    );
    const { eye, end } = await watch(engine.socket);
    await eye.until(seen => seen.kind === 'inspected' && seen.facts.health === 'unhealthy');
    const unhealthy = eye.of('inspected').find(seen => seen.facts.health === 'unhealthy');
    assert.deepEqual(unhealthy?.facts.healthLast, { exit: 1, output: 'queue is stuck' });
    await engine.docker('pause', 'sick');
    await eye.until(facts('local/sick', 'paused'));
    await engine.docker('unpause', 'sick');
    let from = eye.seen.length;
    await engine.docker('rename', 'sick', 'ill');
    await eye.until(seen => seen.kind === 'inventory' && seen.services.some(service => service.id === 'local/ill'), from);
    from = eye.seen.length;
    await engine.docker('rm', '-f', 'ill');
    await eye.until(seen => seen.kind === 'inventory' && seen.services.length === 0, from);
    await end();
  });

  it('meets a container that is made while it watches', async () => {
    const { eye, end } = await watch(engine.socket);
    await eye.until(synced);
    await run('--name', 'fresh', '--label', 'com.docker.compose.project=shop', '--label', 'com.docker.compose.service=api', 'bb', ...beeps);
    await eye.until(facts('local/shop/api', 'running'));
    const kinds = eye.seen
      .filter(seen => 'service' in seen && seen.service === 'local/shop/api')
      .map(seen => (seen.kind === 'lifecycle' ? seen.event : seen.kind));
    assert.equal(kinds[0], 'create', 'the service is in the inventory before its first event');
    await eye.until(logOf('local/shop/api', 'beep'));
    await end();
  });

  it('keeps the name of a service that compose makes anew, and never shows it twice', async () => {
    const labels = ['--label', 'com.docker.compose.project=shop', '--label', 'com.docker.compose.service=web'];
    const old = await run('--name', 'shop-web-1', '--stop-timeout', '1', ...labels, 'bb', ...beeps);
    const { eye, end } = await watch(engine.socket);
    await eye.until(synced);
    const made = await engine.docker('create', '--pull', 'never', '--name', 'abc_shop-web-1', ...labels, 'bb', ...beeps);
    await engine.docker('stop', old);
    await engine.docker('rm', old);
    await engine.docker('rename', made, 'shop-web-1');
    await engine.docker('start', made);
    await eye.until(seen => seen.kind === 'inspected' && seen.facts.instance === made && seen.facts.state === 'running');
    const shown = new Set(eye.of('inventory').flatMap(seen => seen.services.map(service => service.id)));
    assert.deepEqual([...shown], ['local/shop/web']);
    assert.equal(servicesOf(eye)[0]?.instance, made);
    await end();
  });

  it('says that an engine hangs, and sees again when it goes on', async () => {
    await run('--name', 'web', 'bb', 'sleep', '1000');
    const { link, eye, end } = await watch(engine.socket);
    await eye.until(synced);
    engine.pause();
    try {
      const web = servicesOf(eye).find(service => service.id === 'local/web');
      assert.ok(web);
      const looked = await link.look(target(web), 'inspect', AbortSignal.timeout(8000));
      assert.equal(looked[0]?.kind, 'unseen');
      const lost = await eye.until(lostBy('timeout'), 0, 20_000);
      assert.ok(lost.kind === 'sight' && /does not answer/.test(lost.why?.text ?? '') && lost.why?.next !== '');
    } finally {
      engine.resume();
    }
    const from = eye.seen.length;
    link.retryNow();
    await eye.until(synced, from, 20_000);
    await end();
  });

  it('comes back by itself when the engine was killed and started again, and tells what became of the containers', async () => {
    await run('--name', 'web', '--stop-timeout', '1', 'bb', 'sleep', '1000');
    await run('--name', 'job', 'bb', 'sh', '-c', 'exit 5');
    const { eye, end } = await watch(engine.socket);
    await eye.until(synced);
    const from = eye.seen.length;
    await engine.kill();
    await eye.until(lostBy('down'), from);
    await engine.restart();
    await eye.until(synced, from, 40_000);
    assert.ok(eye.seen.slice(from).find(facts('local/web', 'exited')), 'the engine ended web while nobody could tell');
    const back = eye.seen.length;
    await engine.docker('start', 'web');
    await eye.until(lifecycle('start', 'local/web'), back);
    await end();
  });

  it('waits for an engine that is not there yet', async () => {
    const { eye, end } = await watch(`${engine.socket}.none`);
    const lost = await eye.until(lostBy('no-engine'));
    assert.ok(lost.kind === 'sight' && /no such socket/.test(lost.why?.text ?? ''));
    await end();
  });

  it('reads a terminal, a broken encoding and a driver without logs for what they are', async () => {
    await run(
      '-t',
      '--name',
      'tty',
      'bb',
      'printf',
      '\\001\\000\\000\\000\\377\\377\\377\\377 fake header\\r\\n\\033[31mred\\033[0m\\r\\n',
    );
    await run('--name', 'bin', 'bb', 'printf', 'ok \\377\\376 \\000 end\\nnext\\n');
    await run('--name', 'mute', '--log-driver', 'none', 'bb', ...beeps);
    await run('--name', 'long', 'bb', 'sh', '-c', 'head -c 40000 /dev/zero | tr "\\0" x; echo; echo short');
    const { link, eye, end } = await watch(engine.socket);
    await eye.until(synced);
    const by = (name: string): Service => servicesOf(eye).find(service => service.id === `local/${name}`) ?? assert.fail(`no ${name}`);
    const all = { tail: 100, follow: false };
    assert.deepEqual(
      (await linesOf(link, by('tty'), all)).map(line => line.text.replace(/\ufffd+/g, '?')),
      ['? fake header', '\u001b[31mred\u001b[0m'],
    );
    assert.deepEqual(
      (await linesOf(link, by('bin'), all)).map(line => line.text),
      ['ok \ufffd\ufffd  end', 'next'],
    );
    const long = await linesOf(link, by('long'), all);
    assert.deepEqual(
      long.map(line => [line.text.length, line.cut]),
      [
        [16_384, true],
        [5, undefined],
      ],
    );
    const mute = eye.of('logs-unreadable').find(seen => seen.service === 'local/mute');
    assert.match(mute?.why ?? '', /log driver is "none"/);
    await end();
  });

  it('goes on after the last line it holds, without a repeat', async () => {
    await run('--name', 'count', 'bb', 'sh', '-c', 'for i in 1 2 3 4 5; do echo line $i; done');
    const { link, eye, end } = await watch(engine.socket);
    await eye.until(synced);
    const [count] = servicesOf(eye);
    assert.ok(count);
    const lines = await linesOf(link, count, { tail: 100, follow: false });
    assert.equal(lines.length, 5);
    const after = lines[2]?.stamp;
    assert.match(after ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
    const rest = await linesOf(link, count, { tail: 100, follow: false, ...(after === undefined ? {} : { after }) });
    assert.deepEqual(
      rest.map(line => line.text),
      ['line 4', 'line 5'],
    );
    await end();
  });

  it('follows a log through a restart, each line once', async () => {
    await run(
      '--name',
      'beeper',
      '--stop-timeout',
      '2',
      'bb',
      'sh',
      '-c',
      'trap "exit 0" TERM; i=0; while :; do i=$((i+1)); echo "$(cat /proc/sys/kernel/random/uuid)"; sleep 0.1; done',
    );
    const { eye, end } = await watch(engine.socket);
    await eye.until(synced);
    await eye.until(seen => seen.kind === 'logs' && seen.digest.lines > 0, eye.seen.length);
    await engine.docker('restart', 'beeper');
    const from = eye.seen.length;
    await eye.until(seen => seen.kind === 'logs' && seen.digest.lines > 0, from);
    await end();
    const told = eye.of('logs').reduce((sum, seen) => sum + seen.digest.lines, 0);
    const written = (await engine.docker('logs', 'beeper')).split('\n').length;
    assert.ok(told <= written && told > written * 0.5, `${told} of ${written}`);
    const texts = eye.of('logs').flatMap(seen => seen.digest.last.map(line => line.text));
    assert.equal(new Set(texts).size, texts.length);
  });

  it('survives 5,000 labels, hostile ones, and two that claim one name', async () => {
    const many = Array.from({ length: 5000 }, (_, n) => ['--label', `dozor.x${n}=${n}`]).flat();
    await run('--name', 'many', ...many, 'bb', 'sleep', '1000');
    const hostile = [
      '__proto__=polluted',
      'dozor.name=x\n[CRITICAL] db — down\u202e\u001b[31m$(id)',
      'dozor.group=[fix](command:x)',
      'dozor.enable=perhaps',
    ];
    await run('--name', 'evil', ...hostile.flatMap(label => ['--label', label]), 'bb', 'sleep', '1000');
    const same = ['--label', 'com.docker.compose.project=p', '--label', 'com.docker.compose.service=s'];
    await run('--name', 'one', ...same, 'bb', 'sleep', '1000');
    const two = await run('--name', 'two', ...same, 'bb', 'sleep', '1000');
    await run('--name', 'off', '--label', 'dozor.enable=false', 'bb', 'sleep', '1000');
    const { eye, end } = await watch(engine.socket);
    await eye.until(synced);
    const by = (id: string): Service => servicesOf(eye).find(service => service.id === id) ?? assert.fail(`no ${id}`);
    assert.match(by('local/many').diagnostics.join(), /4968 dozor\.\* labels beyond the first 32/);
    assert.equal(by('local/evil').name, 'x [CRITICAL] db — down$(id)');
    assert.match(by('local/evil').diagnostics.join(), /dozor\.enable is "perhaps"/);
    assert.equal(by('local/evil').enabled, true);
    assert.equal(by('local/off').enabled, false);
    assert.equal(by('local/p/s').instance, two, 'the newer of two running ones keeps the name');
    assert.equal(servicesOf(eye).filter(service => service.composeService === 's').length, 2);
    assert.equal(({} as { polluted?: string }).polluted, undefined);
    await end();
  });

  it('takes a container that is removed while it is inspected for gone, not for an error', async () => {
    const { eye, end } = await watch(engine.socket);
    await eye.until(synced);
    await Promise.all(Array.from({ length: 6 }, () => engine.docker('run', '--rm', '--pull', 'never', 'bb', 'true')));
    await eye.until(seen => seen.kind === 'inventory' && seen.services.length === 0, eye.seen.length).catch(() => undefined);
    assert.deepEqual(eye.of('unseen'), []);
    assert.deepEqual(
      eye.of('sight').filter(seen => !seen.clear),
      [],
    );
    await end();
  });

  it('acts by id: restart, stop and start, and says what was so already', async () => {
    await run('--name', 'web', '--stop-timeout', '1', 'bb', ...beeps);
    const { link, eye, end } = await watch(engine.socket);
    await eye.until(synced);
    const [web] = servicesOf(eye);
    const known = eye.of('inspected').at(-1)?.facts;
    assert.ok(web?.instance && known);
    const basis = { instance: web.instance, state: known.state, startedExact: known.startedExact, imageId: known.imageId };
    const action = { server: 'local', service: web.id, askedBy: 'person', because: 'test', basis } as const;
    const signal = AbortSignal.timeout(20_000);
    assert.equal((await link.perform({ ...action, verb: 'restart' }, signal)).ok, true);
    assert.equal((await link.perform({ ...action, verb: 'stop' }, signal)).ok, true);
    const again = await link.perform({ ...action, verb: 'stop' }, signal);
    assert.ok(again.ok && /already/.test(again.text));
    await engine.docker('rm', '-f', 'web');
    const gone = await link.perform({ ...action, verb: 'start' }, signal);
    assert.deepEqual(gone, { ok: false, why: 'failed', because: 'the container no longer exists' });
    await end();
  });

  it('hides the values of the environment when it shows inspect', async () => {
    await run('--name', 'web', '-e', 'DB_PASSWORD=hunter2', '-e', 'PATH=/bin', '--label', 'api_key=s3cretvalue', 'bb', 'sleep', '1000');
    const { link, eye, end } = await watch(engine.socket);
    await eye.until(synced);
    const [web] = servicesOf(eye);
    assert.ok(web);
    const shown = JSON.stringify(await link.inspect(target(web), AbortSignal.timeout(5000)));
    assert.doesNotMatch(shown, /hunter2|s3cretvalue/);
    assert.match(shown, /PATH=\/bin/);
    await end();
  });
});
