import assert from 'node:assert/strict';
import { performer } from '../../src/act/perform.ts';
import { statusLine } from '../../src/act/statusLine.ts';
import { silentLog } from '../../src/base/log.ts';
import { systemClock } from '../../src/base/time.ts';
import { assess } from '../../src/diagnose/assess.ts';
import { see } from '../../src/diagnose/see.ts';
import { emptyWorld } from '../../src/diagnose/world.ts';
import type { Observation } from '../../src/model/observation.ts';
import { defaultSettings } from '../../src/model/settings.ts';
import { connectServers } from '../../src/observe/links.ts';
import { inlineMill } from '../fakes/inlineMill.ts';
import { type Watching, watching } from '../fakes/watching.ts';
import { type LiveEngine, noEngineBecause, startEngine } from './engine.ts';

type Link = Awaited<ReturnType<typeof connectServers>>[number];

const probeOf = (service: string, ok?: boolean) => (seen: Observation) =>
  seen.kind === 'probe' && seen.service === service && (ok === undefined || seen.ok === ok);

describe('health check URLs of a real engine', function () {
  this.timeout(150_000);
  let engine: LiveEngine;
  let link: Link;
  let eye: Watching;

  /** A web server with one page; the label names the address that it will get. */
  async function serve(name: string, page: string, label: string): Promise<string> {
    const argv = ['--name', name, '--pull', 'never', '-l', `dozor.healthcheck.url=${label}`];
    const script = `mkdir -p /www && echo fine > /www/${page} && exec httpd -f -p 8080 -h /www`;
    return engine.docker('run', '-d', ...argv, engine.image, 'sh', '-c', script);
  }

  /** The bridge hands addresses out in order; the next one is what a first container gets and gives back. */
  async function nextAddress(): Promise<string> {
    await engine.docker('run', '-d', '--name', 'scout', engine.image, 'sleep', '60');
    const address = await engine.docker('inspect', '-f', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}', 'scout');
    await engine.docker('rm', '-f', 'scout');
    return address;
  }

  before(async () => {
    const because = noEngineBecause();
    if (because !== undefined) throw new Error(`no engine for the live tests: ${because}`);
    engine = await startEngine();
  });
  after(async function () {
    this.timeout(30_000);
    await eye?.stop();
    link?.dispose();
    await engine?.stop();
  });

  it('are asked on the address of the container, as long as it runs, and three failures make an issue', async () => {
    const address = await nextAddress();
    const [a, b, c] = [0, 1, 2].map(more => address.replace(/\d+$/, last => String(Number(last) + more)));
    await serve('good', 'up', `http://${a}:8080/up`);
    await serve('bad', 'other', `http://${b}:8080/up`);
    await serve('brief', 'up', `http://${c}:8080/up`);
    await serve('spy', 'up', 'http://169.254.169.254/latest/');
    await serve('stray', 'up', `http://${a}:8080/up`);
    const deps = { clock: systemClock, log: silentLog, mill: inlineMill(), performer, followLogs: false };
    const [only] = await connectServers({ ...defaultSettings, userServices: [] }, { DOCKER_HOST: `unix://${engine.socket}` }, deps);
    assert.ok(only);
    link = only;
    eye = watching(link.watch);
    const began = Date.now();
    const first = await eye.until(probeOf('local/good'), 0, 15_000);
    assert.ok(first.kind === 'probe' && first.ok && first.status === 200, JSON.stringify(first));
    await eye.until(probeOf('local/brief', true), 0, 15_000);
    await engine.docker('stop', '-t', '1', 'brief');
    await eye.until(seen => seen.kind === 'inspected' && seen.service === 'local/brief' && seen.facts.state === 'exited');
    const stopped = eye.seen.length;
    const failures = () => eye.of('probe').filter(probeOf('local/bad', false));
    while (failures().length < 3) await eye.until(probeOf('local/bad'), eye.seen.length, 60_000);
    assert.deepEqual(
      failures().map(one => one.kind === 'probe' && one.status),
      [404, 404, 404],
    );
    // More than one period has passed since it was stopped.
    assert.equal(eye.seen.slice(stopped).some(probeOf('local/brief')), false);
    assert.ok(Date.now() - began >= 2 * 24_000, 'the pace is kept');

    const { world } = see(emptyWorld([link.server], began), eye.seen);
    const bad = world.services.get('local/bad') ?? assert.fail('no view of bad');
    const server = world.servers.get('local');
    const [issue] = assess(bad, server, Date.now());
    assert.deepEqual(
      [issue?.category, issue?.evidence[0]?.kind, issue?.evidence[0]?.ref.quote],
      ['unhealthy', 'probe.fail', 'answers 404'],
    );
    assert.match(statusLine(bad, server, Date.now()), /^up .*, health check URL answers 404$/);
    const good = world.services.get('local/good') ?? assert.fail('no view of good');
    assert.deepEqual(assess(good, server, Date.now()), []);

    const notes = (id: string) => world.services.get(id)?.service.diagnostics.join() ?? '';
    assert.match(notes('local/spy'), /names an address that is never asked/);
    assert.match(notes('local/stray'), /is not the container's own address/);
    assert.equal(
      eye.of('probe').some(one => one.service === 'local/spy' || one.service === 'local/stray'),
      false,
    );
  });
});
