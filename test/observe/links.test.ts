import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, connect as dial } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performer } from '../../src/act/perform.ts';
import { silentLog } from '../../src/base/log.ts';
import type { Action } from '../../src/model/action.ts';
import type { LogLine } from '../../src/model/logs.ts';
import { defaultSettings, type Settings } from '../../src/model/settings.ts';
import { connectServers } from '../../src/observe/links.ts';
import { FakeClock, until } from '../fakes/fakeClock.ts';
import { FakeEngine, frame, idOf, stamp } from '../fakes/fakeEngine.ts';
import { inlineMill } from '../fakes/inlineMill.ts';
import { watching } from '../fakes/watching.ts';

type Link = Awaited<ReturnType<typeof connectServers>>[number];
const never = new AbortController().signal;

async function connect(
  settings: Partial<Settings>,
  env: Record<string, string | undefined> = {},
): Promise<{ links: Link[]; clock: FakeClock }> {
  const clock = new FakeClock(Date.UTC(2026, 0, 2));
  const deps = { clock, log: silentLog, mill: inlineMill(), performer, followLogs: false };
  return { links: await connectServers({ ...defaultSettings, userServices: [], ...settings }, env, deps), clock };
}
async function lines(from: AsyncIterable<LogLine>): Promise<string[]> {
  const out: string[] = [];
  for await (const line of from) out.push(line.text);
  return out;
}

describe('the servers', () => {
  it('are one local engine where the settings name none', async () => {
    const { links } = await connect({}, { DOCKER_HOST: 'unix:///nowhere/x.sock' });
    assert.deepEqual(
      links.map(link => link.server),
      [{ id: 'local', label: 'local', reach: { kind: 'socket', path: '/nowhere/x.sock' }, origin: 'DOCKER_HOST', watches: ['docker'] }],
    );
    for (const link of links) link.dispose();
  });

  it('have their health check URLs asked from here only where their engine is here', async () => {
    const engine = await FakeEngine.start({ key: 'web', labels: { 'dozor.healthcheck.url': 'http://localhost:8080/' } });
    const relay = createServer(from =>
      from
        .pipe(dial(engine.socket))
        .pipe(from)
        .on('error', () => from.destroy()),
    ).listen(0, '127.0.0.1');
    await once(relay, 'listening');
    const address = relay.address();
    const host = `tcp://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const servers = [
      { name: 'near', host: `unix://${engine.socket}` },
      { name: 'far', host },
    ];
    const { links } = await connect({ servers });
    const notes: (string | undefined)[] = [];
    for (const link of links) {
      const eye = watching(link.watch);
      await eye.until(seen => seen.kind === 'inventory');
      notes.push(eye.of('inventory')[0]?.services[0]?.diagnostics.join());
      await eye.stop();
      link.dispose();
    }
    assert.deepEqual(notes, ['', 'label dozor.healthcheck.url is not asked: its server is another machine, and is not probed from here']);
    relay.close();
    await engine.stop();
  });

  it('are those of the settings, which go before the environment', async () => {
    const servers = [
      { name: 'one', host: 'unix:///a.sock' },
      { name: 'two', host: 'tcp://10.0.0.5:2375', insecure: true },
      { name: 'safe', host: 'tcp://prod:2376', tls: '/certs' },
      { name: 'far', host: 'tcp://10.0.0.6:2375' },
      { name: 'one', host: 'unix:///again.sock' },
    ];
    const { links } = await connect({ servers }, { DOCKER_HOST: 'unix:///env.sock' });
    assert.deepEqual(
      links.map(({ server }) => [server.id, server.reach.kind, server.origin]),
      [
        ['one', 'socket', 'setting dozor.servers'],
        ['two', 'tcp', 'setting dozor.servers'],
        ['safe', 'tcp', 'setting dozor.servers'],
        ['far', 'unreachable', 'setting dozor.servers'],
      ],
    );
    for (const link of links) link.dispose();
  });

  it('that cannot be reached say why and what to do, and the rest goes on', async () => {
    const { links } = await connect({}, { DOCKER_HOST: 'ssh://me@host' });
    const [link] = links;
    assert.ok(link);
    const eye = watching(link.watch);
    const loss = await eye.until(seen => seen.kind === 'sight');
    assert.ok(loss.kind === 'sight' && !loss.clear && loss.why?.code === 'config');
    assert.match(`${loss.why.text} ${loss.why.next}`, /SSH.*Forward its socket/);
    await eye.stop();
    link.dispose();
  });
});

describe('the link to an engine', () => {
  let engine: FakeEngine;
  let link: Link;
  const target = { service: 'local/web', instance: idOf('web') };
  beforeEach(async () => {
    engine = await FakeEngine.start({ key: 'web', log: Buffer.concat([1, 2, 3].map(n => frame(1, `${stamp(n)} line ${n}\n`))) });
    const [first] = (await connect({}, { DOCKER_HOST: `unix://${engine.socket}` })).links;
    assert.ok(first);
    link = first;
  });
  afterEach(async () => {
    link.dispose();
    await engine.stop();
  });

  it('looks at one container, and says when it is gone', async () => {
    const [facts] = await link.look(target, 'inspect', never);
    assert.ok(facts?.kind === 'inspected' && facts.facts.instance === target.instance);
    const [gone] = await link.look({ service: 'local/x', instance: idOf('x') }, 'inspect', never);
    assert.ok(gone?.kind === 'unseen' && gone.why === 'the container no longer exists');
    const [words] = await link.look(target, 'logs', never);
    assert.ok(words?.kind === 'logs' && words.digest.lines === 3);
    const [mute] = await link.look({ service: 'local/x', instance: idOf('x') }, 'logs', never);
    assert.equal(mute?.kind, 'logs-unreadable');
  });

  it('reads lines, all of them or those after one', async () => {
    assert.deepEqual(await lines(link.readLogs(target, { tail: 10, follow: false }, never)), ['line 1', 'line 2', 'line 3']);
    assert.deepEqual(await lines(link.readLogs(target, { tail: 10, follow: false, after: stamp(2) }, never)), ['line 3']);
    assert.match(engine.requests.at(-1) ?? '', /tail=10&since=1767225600\.002000000/);
  });

  it('refuses to read what does not exist, in words', async () => {
    await assert.rejects(
      lines(link.readLogs({ service: 'local/x', instance: idOf('x') }, { tail: 1, follow: false }, never)),
      /No such container/,
    );
  });

  it('asks for one list when it is refreshed, and for none without a connection', async () => {
    await link.refresh(never);
    assert.equal(engine.requests.length, 0);
    const eye = watching(link.watch);
    await eye.until(seen => seen.kind === 'synced');
    const before = engine.requests.length;
    await link.refresh(never);
    assert.deepEqual(engine.requests.slice(before), ['GET /containers/json?all=true']);
    await eye.stop();
  });
});

// A systemctl and a journalctl of script, found through PATH, that write down what they were asked.
const listed = [
  ['api.service', 'loaded', 'active', 'running'],
  ['crashy.service', 'loaded', 'failed', 'failed'],
  ['dbus.service', 'loaded', 'active', 'running'],
  ['gone.service', 'not-found', 'inactive', 'dead'],
  ['bad name;id.service', 'loaded', 'active', 'running'],
].map(([unit, load, active, sub]) => ({ unit, load, active, sub, description: `The ${unit}` }));

const shown = `Id=api.service
LoadState=loaded
Description=The api
ActiveState=active
SubState=running
Result=success
NRestarts=0
Restart=no
InvocationID=aaaa
ExecMainStatus=0
ExecMainCode=0
ExecMainStartTimestamp=Thu 2026-01-01 00:00:00 UTC
ActiveEnterTimestamp=Thu 2026-01-01 00:00:00 UTC
StateChangeTimestamp=Thu 2026-01-01 00:00:00 UTC

Id=crashy.service
LoadState=loaded
ActiveState=failed
SubState=failed
Result=exit-code
NRestarts=5
Restart=on-failure
InvocationID=bbbb
ExecMainStatus=3
ExecMainCode=1
ExecMainStartTimestamp=Thu 2026-01-01 00:00:00 UTC
ExecMainExitTimestamp=Thu 2026-01-01 00:00:10 UTC
StateChangeTimestamp=Thu 2026-01-01 00:00:10 UTC

Id=gone.service
LoadState=not-found
ActiveState=inactive
`;

const journal = [
  { __REALTIME_TIMESTAMP: '1767225600123456', __CURSOR: 's=1;i=1', PRIORITY: '3', MESSAGE: 'panic: password=hunter2secret' },
  { __REALTIME_TIMESTAMP: '1767225600999999', __CURSOR: 's=1;i=2', PRIORITY: '6', MESSAGE: [104, 105, 255] },
]
  .map(entry => JSON.stringify(entry))
  .join('\n');

describe('the units of the user', () => {
  let folder: string;
  const asked = async (): Promise<string[]> => (await readFile(join(folder, 'asked'), 'utf8')).trim().split('\n');
  const env = (): Record<string, string | undefined> => ({
    PATH: `${folder}/bin:/usr/bin:/bin`,
    XDG_RUNTIME_DIR: folder,
    DOCKER_HOST: 'unix:///nowhere/x.sock',
  });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dozor-units-'));
    await mkdir(join(folder, 'bin'));
    await mkdir(join(folder, 'systemd/private'), { recursive: true });
    await writeFile(join(folder, 'list'), JSON.stringify(listed));
    await writeFile(join(folder, 'show'), shown);
    await writeFile(join(folder, 'journal'), journal);
    const note = `echo "$(basename $0) $*" >> ${folder}/asked`;
    await writeFile(
      join(folder, 'bin/systemctl'),
      `#!/bin/sh\n${note}\ncase "$2" in list-units) cat ${folder}/list;; show) cat ${folder}/show;; *) exit 0;; esac\n`,
    );
    await writeFile(join(folder, 'bin/journalctl'), `#!/bin/sh\n${note}\ncat ${folder}/journal\n`);
    for (const name of ['systemctl', 'journalctl']) await chmod(join(folder, 'bin', name), 0o755);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function units(wanted: readonly string[] | null = null): Promise<{ link: Link; clock: FakeClock }> {
    const { links, clock } = await connect({ userServices: wanted }, env());
    const link = links.find(each => each.server.id === 'units') ?? assert.fail('no link to units');
    return { link, clock };
  }

  it('are services with state, exit code, restarts and the end of their journal', async () => {
    const { link } = await units();
    const eye = watching(link.watch);
    await eye.until(seen => seen.kind === 'synced');
    const [inventory] = eye.of('inventory');
    assert.deepEqual(
      inventory?.services.map(service => [service.id, service.name, service.kind, service.state, service.instance]),
      [
        ['units/unit:api.service', 'api', 'unit', 'running', 'aaaa'],
        ['units/unit:crashy.service', 'crashy', 'unit', 'exited', 'bbbb'],
      ],
    );
    const crashy = eye.of('inspected').find(seen => seen.service.includes('crashy'))?.facts;
    assert.deepEqual(
      [crashy?.exitCode, crashy?.unitResult, crashy?.restartCount, crashy?.finishedAt],
      [3, 'exit-code', 5, Date.UTC(2026, 0, 1, 0, 0, 10)],
    );
    const words = eye.of('logs').find(seen => seen.service.includes('crashy'))?.digest;
    assert.equal(words?.lines, 2);
    assert.doesNotMatch(JSON.stringify(words), /hunter2/);
    await eye.stop();
  });

  it('are asked for once a minute, by two programs', async () => {
    const { link, clock } = await units();
    const eye = watching(link.watch);
    await eye.until(seen => seen.kind === 'synced');
    const before = (await asked()).length;
    await until(() => clock.waits.length !== 0);
    const from = eye.seen.length;
    clock.advance(60_000);
    await eye.until(seen => seen.kind === 'inventory', from);
    await until(() => clock.waits.length !== 0);
    assert.deepEqual(
      (await asked()).slice(before).map(line => line.split(' ').slice(0, 3).join(' ')),
      ['systemctl --user list-units', 'systemctl --user show'],
    );
    await eye.stop();
  });

  it('are those of the setting, where it names some', async () => {
    const { link } = await units(['api', 'dbus.service']);
    const eye = watching(link.watch);
    await eye.until(seen => seen.kind === 'synced');
    assert.match((await asked()).find(line => line.includes(' show ')) ?? '', / -- api\.service dbus\.service$/);
    await eye.stop();
  });

  it('that ended and were forgotten by systemd are still asked for', async () => {
    const { link, clock } = await units();
    const eye = watching(link.watch);
    await eye.until(seen => seen.kind === 'synced');
    await writeFile(join(folder, 'list'), '[]');
    await until(() => clock.waits.length !== 0);
    const from = eye.seen.length;
    clock.advance(60_000);
    const again = await eye.until(seen => seen.kind === 'inventory', from);
    assert.equal(again.kind === 'inventory' && again.services.length, 2);
    await eye.stop();
  });

  it('say so when their manager goes away, and come back', async () => {
    const { link, clock } = await units();
    const eye = watching(link.watch);
    await eye.until(seen => seen.kind === 'synced');
    await until(() => clock.waits.length !== 0);
    await writeFile(join(folder, 'list'), 'no json');
    clock.advance(60_000);
    const loss = await eye.until(seen => seen.kind === 'sight' && !seen.clear);
    assert.match(JSON.stringify(loss), /systemd does not answer.*systemctl --user status/);
    await writeFile(join(folder, 'list'), JSON.stringify(listed));
    const from = eye.seen.length;
    await until(() => clock.waits.length !== 0);
    clock.advance(60_000);
    await eye.until(seen => seen.kind === 'synced', from);
    await eye.stop();
  });

  it('show their journal, and their properties', async () => {
    const { link } = await units();
    const target = { service: 'units/unit:api.service', instance: 'aaaa' };
    const read = await lines(link.readLogs(target, { tail: 50, follow: false, after: 's=1;i=1' }, never));
    assert.match(read[0] ?? '', /^panic: password=‹redacted/);
    assert.equal(read[1], 'hi\ufffd');
    assert.ok((await asked()).includes('journalctl --user -o json --no-pager -q -n 50 --after-cursor=s=1;i=1 --user-unit=api.service'));
    assert.deepEqual(((await link.inspect(target, never)) as { Id: string }).Id, 'api.service');
    const [facts] = await link.look(target, 'inspect', never);
    assert.ok(facts?.kind === 'inspected' && facts.facts.state === 'running');
  });

  it('obey start, stop and restart, by name behind a double dash, and nothing else', async () => {
    const { link } = await units();
    const basis = { instance: 'aaaa', state: 'running', startedExact: '', imageId: '' };
    const action: Action = {
      verb: 'restart',
      server: 'units',
      service: 'units/unit:api.service',
      askedBy: 'person',
      because: 'test',
      basis,
    };
    assert.equal((await link.perform(action, never)).ok, true);
    assert.ok((await asked()).includes('systemctl --user --no-ask-password restart -- api.service'));
    const refused = await Promise.all([
      link.perform({ ...action, verb: 'pause' }, never),
      link.perform({ ...action, service: 'units/unit:x;id.service' }, never),
      link.perform({ ...action, service: 'units/p/unit:api.service' }, never),
      link.perform({ ...action, basis: { ...basis, instance: idOf('web') } }, never),
    ]);
    assert.deepEqual(
      refused.map(outcome => outcome.ok || outcome.why),
      Array(4).fill('refused'),
    );
  });

  it('do not exist where there is no manager, nothing to watch, or an empty list', async () => {
    const ids = async (settings: Partial<Settings>, over = {}): Promise<string[]> => {
      const { links } = await connect(settings, { ...env(), ...over });
      for (const link of links) link.dispose();
      return links.map(link => link.server.id);
    };
    assert.deepEqual(await ids({ userServices: null }, { XDG_RUNTIME_DIR: '/nowhere' }), ['local']);
    assert.deepEqual(await ids({ userServices: [] }), ['local']);
    await writeFile(join(folder, 'list'), '[]');
    assert.deepEqual(await ids({ userServices: null }), ['local']);
    await writeFile(join(folder, 'list'), 'Failed to connect to bus');
    assert.deepEqual(await ids({ userServices: null }), ['local']);
  });
});
