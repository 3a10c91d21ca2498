import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiError } from '../../src/connect/apiError.ts';
import { type DockerApi, dockerApi } from '../../src/connect/dockerApi.ts';
import { FakeEngine, idOf, sendJson } from '../fakes/fakeEngine.ts';

const never = new AbortController().signal;
const web = idOf('web');

async function failureOf(call: Promise<unknown>): Promise<ApiError> {
  const error = await call.then(
    value => assert.fail(`it answered ${JSON.stringify(value)}`),
    reason => reason,
  );
  assert.ok(error instanceof ApiError, String(error));
  return error;
}

describe('the API of an engine', () => {
  let engine: FakeEngine;
  let api: DockerApi;
  beforeEach(async () => {
    engine = await FakeEngine.start({ key: 'web' });
    api = dockerApi({ kind: 'socket', path: engine.socket });
  });
  afterEach(async () => {
    api.dispose();
    await engine.stop();
  });

  it('lists all, inspects, and asks nothing else', async () => {
    const listed = await api.list(never);
    assert.ok(Array.isArray(listed) && listed.length === 1);
    await api.inspect(web, never);
    await api.ping(never);
    assert.deepEqual(engine.requests, ['GET /containers/json?all=true', `GET /containers/${web}/json`, 'GET /_ping']);
  });

  it('keeps one connection for calls that follow each other, and a second for a stream', async () => {
    for (let i = 0; i < 5; i++) await api.list(never);
    assert.equal(engine.connections, 1);
    const events = await api.events(undefined, never);
    await api.list(never);
    assert.equal(engine.connections, 2);
    events.destroy();
  });

  it('passes since, tail and follow on to the letter', async () => {
    const logs = await api.logs(web, { follow: true, tail: 5, since: '1767225600.123456789' }, never);
    logs.destroy();
    const events = await api.events('1767225600.123456789', never);
    events.destroy();
    assert.match(engine.requests[0] ?? '', /stdout=true&stderr=true&timestamps=true&follow=true&tail=5&since=1767225600\.123456789$/);
    assert.match(decodeURIComponent(engine.requests[1] ?? ''), /filters=\{"type":\["container","network"\]\}&since=1767225600\.123456789$/);
  });

  it('ignores the environment', async () => {
    const before = process.env['DOCKER_HOST'];
    process.env['DOCKER_HOST'] = 'tcp://192.0.2.1:1';
    process.env['DOCKER_CERT_PATH'] = '/nowhere';
    try {
      const other = dockerApi({ kind: 'socket', path: engine.socket });
      await other.ping(never);
      other.dispose();
    } finally {
      delete process.env['DOCKER_CERT_PATH'];
      if (before === undefined) delete process.env['DOCKER_HOST'];
      else process.env['DOCKER_HOST'] = before;
    }
  });

  it('never follows a redirect', async () => {
    let canary = 0;
    const elsewhere: Server = createServer((_request, response) => {
      canary++;
      response.end();
    });
    await new Promise<void>(resolve => elsewhere.listen(0, '127.0.0.1', resolve));
    const { port } = elsewhere.address() as AddressInfo;
    for (const location of [`http://127.0.0.1:${port}/latest/meta-data`, 'ftp://x/y']) {
      engine.normal();
      engine.on(/json/, (_request, response) => response.writeHead(302, { Location: location }).end());
      const error = await failureOf(api.list(never));
      assert.equal(error.code, 'not-docker');
      assert.match(error.message, /redirect \(302\), which Dozor never follows/);
    }
    assert.equal(canary, 0);
    await new Promise(resolve => elsewhere.close(resolve));
  });

  it('tells a web page from an engine', async () => {
    for (const status of [200, 404, 502]) {
      engine.normal();
      engine.on(/json/, (_request, response) => response.writeHead(status, { 'Content-Type': 'text/html' }).end('<html>hello</html>'));
      const error = await failureOf(api.list(never));
      assert.equal(error.code, 'not-docker');
      assert.match(error.message, /does not speak Docker: it answered with a web page/);
      assert.match(error.next, /something else listens there/);
    }
  });

  it('tells JSON that is cut, and a connection that is', async () => {
    engine.on(/json/, (_request, response) => response.writeHead(200, { 'Content-Type': 'application/json' }).end('[{"Id":'));
    assert.equal((await failureOf(api.list(never))).code, 'not-docker');
    engine.on(/json/, (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '100' });
      response.write('[{"Id":');
      setImmediate(() => response.destroy());
    });
    assert.match((await failureOf(api.list(never))).code, /^(?:down|lost)$/);
  });

  it('stops at the cap of an answer', async () => {
    let sent = 0;
    const flood = Buffer.alloc(64 * 1024, ' ');
    engine.on(/json/, (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      const more = (): void => {
        while (!response.destroyed && sent < 512 * 1024 * 1024) {
          sent += flood.length;
          if (!response.write(flood)) return void response.once('drain', more);
        }
      };
      more();
    });
    const error = await failureOf(api.inspect(web, never));
    assert.equal(error.code, 'too-large');
    assert.match(error.message, /larger than 4 MiB/);
    assert.ok(sent < 16 * 1024 * 1024, `${sent} bytes were sent`);
  });

  it('keeps the words of the engine, made harmless', async () => {
    const rows = [
      [404, 'not-found'],
      [409, 'conflict'],
      [500, 'server-error'],
      [403, 'refused'],
    ] as const;
    for (const [status, code] of rows) {
      engine.on(/json/, (_request, response) => sendJson(response, status, { message: 'no\u001b[31m such\nthing\u202e' }));
      const error = await failureOf(api.inspect(web, never));
      assert.deepEqual([error.code, error.message], [code, 'no such thing']);
    }
  });

  it('says that nothing had to change', async () => {
    engine.on(/start/, (_request, response) => response.writeHead(304).end());
    assert.equal((await failureOf(api.start(web, never))).code, 'unchanged');
  });

  it('ends a call when it is told to, and never begins one that is ended', async () => {
    engine.on(/json/, () => undefined);
    const stop = new AbortController();
    const call = failureOf(api.list(stop.signal));
    stop.abort();
    assert.equal((await call).code, 'aborted');
    const before = engine.requests.length;
    assert.equal((await failureOf(api.list(stop.signal))).code, 'aborted');
    assert.equal(engine.requests.length, before);
  });

  it('gives up a stop that takes longer than its grace period, and says so', async () => {
    engine.on(/stop/, () => undefined);
    const error = await failureOf(api.stop(web, 30, never));
    assert.equal(error.code, 'timeout');
    assert.match(error.message, /does not answer \(waited 0\.03 s\)/);
  });

  it('refuses a target that is no whole id, before any request', async () => {
    for (const id of ['web', web.slice(0, 12), `${web}/../json`, ''])
      assert.equal((await failureOf(api.start(id, never))).code, 'not-found');
    assert.deepEqual(engine.requests, []);
  });

  it('tries once more when a kept connection had just been closed', async () => {
    await api.ping(never);
    engine.on(/_ping/, (request, response) => {
      engine.normal();
      request.socket.destroy();
      response.destroy();
    });
    await api.ping(never);
    assert.equal(engine.requests.length, 3);
  });
});

describe('an engine that is not there', () => {
  const rows: readonly [string, Parameters<typeof dockerApi>[0], string, RegExp][] = [
    [
      'without a socket',
      { kind: 'socket', path: '/nowhere/docker.sock' },
      'no-engine',
      /No Docker engine at unix:\/\/\/nowhere\/docker\.sock/,
    ],
    ['behind a closed port', { kind: 'tcp', host: '127.0.0.1', port: 1 }, 'down', /is down: it does not accept connections/],
    ['without an address', { kind: 'unreachable', why: 'No.', next: 'Do this.' }, 'config', /No\./],
    [
      'with certificates that are missing',
      { kind: 'tcp', host: '127.0.0.1', port: 1, tls: { ca: '/nowhere/ca.pem' } },
      'tls',
      /ca\.pem cannot be read \(ENOENT\)/,
    ],
  ];
  for (const [what, endpoint, code, text] of rows) {
    it(`${what} is ${code}, with a way forward`, async () => {
      const api = dockerApi(endpoint);
      const error = await failureOf(api.ping(never));
      assert.equal(error.code, code);
      assert.match(error.message, text);
      assert.notEqual(error.next, '');
      api.dispose();
    });
  }

  it('and speaks plain HTTP where TLS is expected is a matter of TLS', async () => {
    const plain = createServer((_request, response) => response.end());
    await new Promise<void>(resolve => plain.listen(0, '127.0.0.1', resolve));
    const api = dockerApi({ kind: 'tcp', host: '127.0.0.1', port: (plain.address() as AddressInfo).port, tls: {} });
    assert.equal((await failureOf(api.ping(never))).code, 'tls');
    api.dispose();
    await new Promise(resolve => plain.close(resolve));
  });
});
