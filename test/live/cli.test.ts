import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  entryShape,
  groupsShape,
  inspectShape,
  logLineShape,
  servicesShape,
  type TriageJson,
  triageShape,
} from '../../src/tools/cliShapes.ts';
import { composed, type Going, type Program, program, until } from './dozor.ts';
import { type LiveEngine, noEngineBecause, startEngine } from './engine.ts';

describe('The command line on a real engine', () => {
  let engine: LiveEngine;
  let dozor: Program;
  const started: Going[] = [];

  const run = (service: string, script: string, ...options: string[]): Promise<string> =>
    engine.docker('run', '-d', '--stop-timeout', '1', ...composed('shop', service), ...options, engine.image, 'sh', '-c', script);
  const start = (argv: string[], env?: Record<string, string>): Going => {
    const going = dozor.start(argv, env);
    started.push(going);
    return going;
  };
  const entries = (going: Going) => going.lines().map(line => entryShape.parse(JSON.parse(line)));

  before(async function () {
    this.timeout(60_000);
    assert.equal(noEngineBecause(), undefined);
    engine = await startEngine();
    dozor = program(engine.socket);
    await run('web', 'while :; do echo "INFO served"; sleep 1; done');
    await run('worker', 'echo "ERROR cannot open queue"; exit 3');
    await run('loop', 'sleep 1; exit 4', '--restart', 'always');
    await until('the end of worker', async () => (await engine.docker('ps', '-aq', '--filter', 'exited=3')) !== '');
  });
  after(async function () {
    this.timeout(60_000);
    for (const going of started) going.kill('SIGKILL');
    dozor?.dispose();
    await engine?.stop();
  });

  describe('triage', () => {
    let read: TriageJson;
    before(async function () {
      this.timeout(60_000);
      await run('again', 'sleep 1; exit 4', '--restart', 'always');
      const restarts = async (): Promise<number> => Number(await engine.docker('inspect', '--format', '{{.RestartCount}}', 'shop-again-1'));
      await until('the third restart', async () => (await restarts()) >= 3, 30_000);
      const { code, out, err } = await dozor.run(['triage', '--json']);
      assert.deepEqual([code, err], [1, '']);
      read = triageShape.parse(JSON.parse(out));
    });

    it('prints one JSON object and exits 1 where there are issues', () => assert.equal(read.health, 'critical'));
    it('finds the crash with code and words', () => {
      const crash = read.issues.find(issue => issue.service === 'local/shop/worker');
      assert.match(crash?.summary ?? '', /^worker \(shop\) exited with code 3 .*: "ERROR cannot open queue"$/);
    });
    it('calls what runs healthy', () => assert.ok(read.healthy.includes('local/shop/web')));

    it('exits 0 where the chosen services are healthy', async () => {
      const { code, out } = await dozor.run(['triage'], { DOZOR_SERVICES: 'shop/web' });
      assert.equal(code, 0);
      assert.match(out, /^Healthy: no issues; 1 healthy\.\n/);
    });

    it('takes settings from the file, and says what is wrong in it', async () => {
      const config = mkdtempSync(join(tmpdir(), 'dozor-config-'));
      mkdirSync(join(config, 'dozor'));
      const file = { services: ['web'], logLines: 3, servers: [{ name: 'mine', host: `unix://${engine.socket}` }] };
      writeFileSync(join(config, 'dozor', 'settings.json'), JSON.stringify(file));
      const { code, out, err } = await dozor.run(['triage', '--json', '--server', 'mine'], { XDG_CONFIG_HOME: config });
      rmSync(config, { recursive: true });
      assert.equal(code, 0, err);
      assert.deepEqual(triageShape.parse(JSON.parse(out)).healthy, ['mine/shop/web']);
      assert.match(err, /^dozor: dozor\.logLines: /);
    });
  });

  it('lists, inspects and groups in JSON of the documented shape', async () => {
    const listed = await dozor.run(['services', '--json']);
    const { services } = servicesShape.parse(JSON.parse(listed.out));
    assert.deepEqual(services.map(one => one.name).sort(), ['loop', 'web', 'worker']);
    const inspected = inspectShape.parse(JSON.parse((await dozor.run(['inspect', 'worker', '--json'])).out));
    assert.deepEqual([inspected.service.exitCode, inspected.service.state], [3, 'exited']);
    assert.match(JSON.stringify(inspected.inspect), /"ExitCode":3/);
    groupsShape.parse(JSON.parse((await dozor.run(['inspect', '--mode', 'groups', '--json'])).out));
  });

  it('reads the log of a stopped container', async () => {
    const { code, out } = await dozor.run(['logs', 'worker', '--json']);
    assert.equal(code, 0);
    const line = logLineShape.parse(JSON.parse(out));
    assert.deepEqual([line.level, line.text], ['error', 'ERROR cannot open queue']);
  });

  it('watches a kill at the time it happens, and ends by itself', async () => {
    await run('victim', 'sleep 1000');
    const going = start(['watch', '--json', '--for', '8s']);
    await new Promise(resolve => setTimeout(resolve, 3000));
    const before = Date.now();
    await engine.docker('kill', 'shop-victim-1');
    const { code } = await going.done;
    assert.equal(code, 0);
    const died = entries(going).find(
      entry => entry.service === 'local/shop/victim' && entry.kind === 'observed' && entry['event'] === 'die',
    );
    assert.ok(died !== undefined, going.lines().join('\n'));
    assert.ok(died.at >= before - 50 && died.at <= before + 2000, `${died.at - before} ms`);
    await engine.docker('rm', '-f', 'shop-victim-1');
  }).timeout(30_000);

  it('remembers deaths between runs', async () => {
    const going = start(['watch', '--json', '--for', '4s'], { DOZOR_SERVICES: 'loop' });
    await going.done;
    await engine.docker('rm', '-f', 'shop-loop-1');
    await run('loop', 'sleep 1000');
    const { out } = await dozor.run(['inspect', 'loop', '--json']);
    const { deaths } = inspectShape.parse(JSON.parse(out));
    assert.ok(deaths.filter(death => death.exit === 4).length > 0, out);
    const forgetful = await dozor.run(['inspect', 'loop', '--json', '--no-memory']);
    assert.deepEqual(inspectShape.parse(JSON.parse(forgetful.out)).deaths, []);
  }).timeout(30_000);

  it('follows a log through a restart', async () => {
    await run('chatty', 'i=0; while :; do i=$((i+1)); echo "line $i"; sleep 0.2; done');
    const going = start(['logs', 'chatty', '--follow', '--tail', '5']);
    await until('lines', () => going.lines().length >= 3);
    const held = going.lines().length;
    await engine.docker('restart', '-t', '0', 'shop-chatty-1');
    const again = (): boolean =>
      going
        .lines()
        .slice(held)
        .some(line => / line 1$/.test(line));
    await until('the first line of the next run', again, 15_000);
    going.kill('SIGINT');
    const { code, err } = await going.done;
    assert.deepEqual([code, err], [0, '']);
    const texts = going.lines().map(line => line.replace(/^\S+ UTC /, ''));
    assert.ok(
      texts.every(text => /^line \d+$/.test(text)),
      texts.join('\n'),
    );
    await engine.docker('rm', '-f', 'shop-chatty-1');
  }).timeout(40_000);

  it('ends at once on Ctrl+C', async () => {
    const state = mkdtempSync(join(tmpdir(), 'dozor-state-'));
    const going = start(['watch'], { XDG_STATE_HOME: state });
    await until('the memory', () => existsSync(join(state, 'dozor', 'dozor.db')));
    const before = Date.now();
    going.kill('SIGINT');
    const { code, err } = await going.done;
    assert.deepEqual([code, err], [0, '']);
    assert.ok(Date.now() - before < 2000, `${Date.now() - before} ms`);
    rmSync(state, { recursive: true });
  }).timeout(10_000);

  it('is quiet when nobody reads any more', async () => {
    const { stdout, stderr, code } = await piped(`${process.execPath} src/headless.ts logs web --follow | head -n 2`);
    assert.match(stdout, /INFO served\n.*INFO served\n$/);
    assert.deepEqual([stderr, code], ['', 0]);
  }).timeout(20_000);

  const piped = async (line: string): Promise<{ stdout: string; stderr: string; code: number }> => {
    const { execFile } = await import('node:child_process');
    return new Promise(resolve => {
      const env = { ...process.env, DOCKER_HOST: `unix://${engine.socket}`, XDG_STATE_HOME: mkdtempSync(join(tmpdir(), 'dozor-state-')) };
      execFile('bash', ['-c', line], { env, timeout: 15_000 }, (error, stdout, stderr) => {
        resolve({ stdout, stderr, code: error === null ? 0 : 1 });
      });
    });
  };

  describe('where it cannot look', () => {
    it('exits 2 and says what to do when no engine is there', async () => {
      for (const argv of [['triage'], ['services'], ['logs', 'web'], ['inspect', 'web'], ['watch', '--for', '1s']]) {
        const { code, out, err } = await dozor.run(argv, { DOCKER_HOST: 'unix:///nowhere/docker.sock' });
        assert.equal(code, 2, argv.join(' '));
        assert.match(out + err, /No Docker engine at unix:\/\/\/nowhere\/docker\.sock/, argv.join(' '));
        assert.match(out + err, /Start Docker/, argv.join(' '));
      }
    }).timeout(30_000);

    it('still prints one JSON object', async () => {
      const { code, out } = await dozor.run(['triage', '--json'], { DOCKER_HOST: 'unix:///nowhere/docker.sock' });
      const read = triageShape.parse(JSON.parse(out));
      assert.deepEqual([code, read.health, read.healthy, read.servers[0]?.sight], [2, 'unknown', [], 'lost']);
    });

    it('exits 2 when the engine hangs, within its deadline', async () => {
      engine.pause();
      try {
        const { code, out, took } = await dozor.run(['triage']);
        assert.equal(code, 2);
        assert.match(out, /^Unknown: /);
        assert.ok(took < 25_000, `${took} ms`);
      } finally {
        engine.resume();
      }
    }).timeout(40_000);

    it('exits 2 when something else answers', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'dozor-html-'));
      const path = join(folder, 'x.sock');
      const server = createServer((_request, answer) => answer.setHeader('content-type', 'text/html').end('<html>Welcome</html>'));
      await new Promise<void>(resolve => server.listen(path, resolve));
      const { code, out } = await dozor.run(['triage'], { DOCKER_HOST: `unix://${path}` });
      server.close();
      rmSync(folder, { recursive: true });
      assert.equal(code, 2);
      assert.match(out, /^Unknown: [\s\S]*does not speak Docker: it answered with a web page/);
    }).timeout(30_000);
  });
});
