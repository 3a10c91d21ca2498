import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ApiError } from '../../src/connect/apiError.ts';
import { dockerApi } from '../../src/connect/dockerApi.ts';
import { parseAddress, tlsFolder } from '../../src/connect/endpoint.ts';
import { FakeEngine, sendJson } from '../fakes/fakeEngine.ts';

const never = new AbortController().signal;

/** Certificates as Docker wants them: an authority, a server and a client, in one folder. */
function makeCertificates(folder: string): void {
  const openssl = (...argv: string[]): void => void execFileSync('openssl', argv, { cwd: folder, stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...key, '-keyout', 'ca-key.pem', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=test authority');
  const sign = ['-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-days', '2'];
  openssl(
    'req',
    '-x509',
    ...key,
    ...sign,
    '-keyout',
    'server-key.pem',
    '-out',
    'server.pem',
    '-subj',
    '/CN=localhost',
    '-addext',
    'subjectAltName=DNS:localhost',
    '-addext',
    'basicConstraints=CA:FALSE',
  );
  openssl(
    'req',
    '-x509',
    ...key,
    ...sign,
    '-keyout',
    'key.pem',
    '-out',
    'cert.pem',
    '-subj',
    '/CN=client',
    '-addext',
    'basicConstraints=CA:FALSE',
  );
}

describe('an engine behind TLS', function () {
  this.timeout(20_000);
  let folder: string;
  let port: number;
  let stop: () => void;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dozor-tls-'));
    makeCertificates(folder);
    const read = (name: string): Buffer => readFileSync(join(folder, name));
    const options = {
      key: read('server-key.pem'),
      cert: read('server.pem'),
      ca: read('ca.pem'),
      requestCert: true,
      rejectUnauthorized: true,
    };
    const server = createServer(options, (_request, response) => sendJson(response, 200, []));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
    stop = () => {
      server.closeAllConnections();
      server.close();
    };
  });
  after(async () => {
    stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('answers one who brings the certificates of its folder', async () => {
    const api = dockerApi(parseAddress(`tcp://localhost:${port}`, { tls: tlsFolder(folder) }));
    assert.deepEqual(await api.list(never), []);
    api.dispose();
  });

  const strangers = [
    ['one without a certificate of his own', (): object => ({ ca: join(folder, 'ca.pem') }), 'localhost'],
    ['one who does not know the authority', (): object => ({}), 'localhost'],
    ['one who asks for another name', (): object => tlsFolder(folder), '127.0.0.1'],
  ] as const;
  for (const [who, tls, host] of strangers) {
    it(`is a matter of TLS to ${who}`, async () => {
      const api = dockerApi({ kind: 'tcp', host, port, tls: tls() });
      const error = await api.list(never).then(
        () => assert.fail('it answered'),
        reason => reason,
      );
      assert.ok(error instanceof ApiError && error.code === 'tls', `${error.code}: ${error.message}`);
      assert.match(error.next, /ca\.pem, cert\.pem and key\.pem/);
      api.dispose();
    });
  }
});

describe('a socket that is not ours', () => {
  it('is a matter of permission, with two ways forward', async function () {
    this.timeout(10_000);
    const engine = await FakeEngine.start();
    chmodSync(engine.socket, 0o000);
    chmodSync(join(engine.socket, '..'), 0o755);
    // Root may open everything, so the question is asked by a child that becomes nobody once it has loaded what it needs.
    const script = `
      const { dockerApi } = await import(${JSON.stringify(import.meta.resolve('../../src/connect/dockerApi.ts'))});
      if (process.getuid() === 0) { process.setgroups([]); process.setgid(65534); process.setuid(65534); }
      const api = dockerApi({ kind: 'socket', path: process.argv[1] });
      await api.list(new AbortController().signal).catch(error => console.log(JSON.stringify([error.code, error.message, error.next])));
      api.dispose();`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, engine.socket]);
    await engine.stop();
    const [code, text, next] = JSON.parse(stdout);
    assert.equal(code, 'permission');
    assert.match(text, /No permission to open unix:/);
    assert.match(next, /docker group.*rootless/);
  });
});
