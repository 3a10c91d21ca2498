import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundle } from '../../scripts/build.ts';
import { logLineShape, servicesShape, triageShape } from '../../src/tools/cliShapes.ts';
import { FakeEngine } from '../fakes/fakeEngine.ts';
import { program, type Run, until } from './dozor.ts';
import { type LiveManager, noManagerBecause, startManager } from './userManager.ts';

const unit = (script: string, ...lines: string[]): string =>
  `[Unit]\nStartLimitIntervalSec=0\n[Service]\nExecStart=/bin/sh -c '${script}'\n${lines.join('\n')}\n`;

const units = {
  'beat.service': unit('while :; do echo "INFO beat"; sleep 0.5; done'),
  'broken.service': unit('echo "INFO opening"; echo "cannot open queue"; sleep 0.3; exit 3', 'Restart=no'),
  'loop.service': unit('echo "FATAL no such table"; sleep 0.3; exit 4', 'Restart=always', 'RestartSec=400ms'),
};

describe('The command line with a real user manager', () => {
  let manager: LiveManager;
  let engine: FakeEngine;
  const dozor = (argv: readonly string[], env?: Record<string, string>): Promise<Run> =>
    manager.run([join(manager.home, 'node'), join(manager.home, 'headless.cjs'), ...argv], {
      DOCKER_HOST: `unix://${engine.socket}`,
      ...env,
    });
  const services = async (env?: Record<string, string>) => {
    const { out, err } = await dozor(['services', '--json'], env);
    assert.equal(err, '');
    return servicesShape.parse(JSON.parse(out)).services;
  };
  const property = async (name: string, key: string): Promise<string> =>
    (await manager.run(['systemctl', '--user', 'show', '--value', '-p', key, name])).out.trim();

  before(async function () {
    this.timeout(30_000);
    assert.equal(noManagerBecause(), undefined);
    engine = await FakeEngine.start();
    chmodSync(dirname(engine.socket), 0o755);
    chmodSync(engine.socket, 0o666);
    manager = await startManager(units);
    // The user need not be able to read the folder that this repository is in.
    copyFileSync(process.execPath, join(manager.home, 'node'));
    for (const door of ['headless', 'logWorker']) await bundle({ entry: `src/${door}.ts`, out: join(manager.home, `${door}.cjs`) }, false);
    await until('the failure of broken', async () => (await property('broken', 'ActiveState')) === 'failed');
    await until('the restarts of loop', async () => Number(await property('loop', 'NRestarts')) >= 3);
  });
  after(async function () {
    this.timeout(20_000);
    await manager?.stop();
    await engine?.stop();
  });

  it('lists the units with their states', async () => {
    const listed = await services();
    assert.deepEqual(listed.map(one => [one.id, one.kind, one.name]).sort(), [
      ['units/unit:beat.service', 'unit', 'beat'],
      ['units/unit:broken.service', 'unit', 'broken'],
      ['units/unit:loop.service', 'unit', 'loop'],
    ]);
    const by = (name: string) => listed.find(one => one.name === name) ?? assert.fail(`no ${name}`);
    assert.deepEqual([by('beat').state, by('beat').restarts], ['running', 0]);
    assert.deepEqual([by('broken').state, by('broken').exitCode, by('broken').restarts], ['exited', 3, 0]);
    assert.match(by('broken').status, /^exited 3\b/);
    assert.match(by('loop').state, /^(restarting|running|starting)$/);
    assert.ok((by('loop').restarts ?? 0) >= 3, `${by('loop').restarts} restarts`);
  });

  it('names what failed, with exit code and last words', async () => {
    const { code, out, err } = await dozor(['triage', '--json']);
    assert.deepEqual([code, err], [1, '']);
    const { issues, healthy, unknown } = triageShape.parse(JSON.parse(out));
    const of = (service: string): string => issues.find(issue => issue.service === service)?.summary ?? '';
    assert.match(of('units/unit:broken.service'), /^broken .*exited with code 3 .*"cannot open queue"$/);
    assert.match(of('units/unit:loop.service'), /^loop .*"FATAL no such table"$/);
    assert.deepEqual([healthy, unknown], [['units/unit:beat.service'], []]);
  });

  it('reads the end of a journal', async () => {
    const { code, out, err } = await dozor(['logs', 'broken', '--json']);
    assert.deepEqual([code, err], [0, '']);
    const texts = out
      .trim()
      .split('\n')
      .map(line => logLineShape.parse(JSON.parse(line)).text);
    assert.deepEqual(
      texts.filter(text => !/^(Started )?broken\.service\b/.test(text)),
      ['INFO opening', 'cannot open queue'],
    );
    // What systemd says of it stands there too, as in journalctl.
    assert.equal(texts.at(-1), "broken.service: Failed with result 'exit-code'.");
  });

  it('lists only the units of DOZOR_USER_SERVICES', async () => {
    const listed = await services({ DOZOR_USER_SERVICES: 'beat,broken.service' });
    assert.deepEqual(listed.map(one => one.name).sort(), ['beat', 'broken']);
  });

  it('calls a unit that was stopped by a person no issue', async () => {
    assert.equal((await manager.run(['systemctl', '--user', 'stop', 'beat'])).code, 0);
    const [beat] = await services({ DOZOR_USER_SERVICES: 'beat' });
    assert.deepEqual([beat?.state, beat?.exitCode], ['exited', 0]);
    const { code, out } = await dozor(['triage', '--json'], { DOZOR_USER_SERVICES: 'beat' });
    assert.deepEqual([code, triageShape.parse(JSON.parse(out)).issues], [0, []]);
  });

  it('shows nothing and says nothing where there is no user manager', async () => {
    const runtime = mkdtempSync(join(tmpdir(), 'dozor-runtime-'));
    const here = program(engine.socket);
    const { code, out, err } = await here.run(['services', '--json'], { XDG_RUNTIME_DIR: runtime });
    here.dispose();
    rmSync(runtime, { recursive: true });
    assert.deepEqual([code, err], [0, '']);
    const { servers, services: listed } = servicesShape.parse(JSON.parse(out));
    assert.deepEqual([servers.map(server => server.id), listed], [['local'], []]);
  });
});
