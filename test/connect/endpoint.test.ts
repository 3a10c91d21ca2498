import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { type Endpoint, parseAddress, tlsFolder } from '../../src/connect/endpoint.ts';
import { findEndpoint, type Machine } from '../../src/connect/findEndpoint.ts';

const why = (endpoint: Endpoint): string =>
  endpoint.kind === 'unreachable' ? `${endpoint.why} ${endpoint.next}` : `reached: ${JSON.stringify(endpoint)}`;

/** A machine that holds these files; `usable` of them may be opened. */
function machine(files: Readonly<Record<string, string>> = {}, usable: readonly string[] = [], over: Partial<Machine> = {}): Machine {
  return {
    platform: 'linux',
    home: '/home/me',
    uid: 1000,
    readText: path => files[path],
    exists: path => path in files || usable.includes(path),
    usable: path => usable.includes(path),
    ...over,
  };
}

describe('the address of an engine', () => {
  it('is a socket, a pipe, or a host and a port', () => {
    assert.deepEqual(parseAddress('unix:///run/docker.sock'), { kind: 'socket', path: '/run/docker.sock' });
    assert.deepEqual(parseAddress('npipe:////./pipe/docker_engine'), { kind: 'pipe', path: '//./pipe/docker_engine' });
    assert.deepEqual(parseAddress('tcp://127.0.0.1:2375'), { kind: 'tcp', host: '127.0.0.1', port: 2375 });
    assert.deepEqual(parseAddress('tcp://[::1]'), { kind: 'tcp', host: '::1', port: 2375 });
  });

  it('uses TLS where certificates are given, on its own port', () => {
    const tls = tlsFolder('/certs');
    assert.deepEqual(parseAddress('tcp://prod.example', { tls }), { kind: 'tcp', host: 'prod.example', port: 2376, tls });
    assert.deepEqual(parseAddress('https://prod.example:443'), { kind: 'tcp', host: 'prod.example', port: 443, tls: {} });
    assert.equal(tls.ca, '/certs/ca.pem');
  });

  it('of another machine without TLS is refused unless that is allowed', () => {
    assert.match(why(parseAddress('tcp://10.0.0.5:2375')), /another machine.*without TLS.*"insecure": true/);
    assert.deepEqual(parseAddress('tcp://10.0.0.5:2375', { insecure: true }), { kind: 'tcp', host: '10.0.0.5', port: 2375 });
  });

  it('by SSH says that this version does not do it, and what does', () => {
    assert.match(why(parseAddress('ssh://me@host')), /reached by SSH, which this version does not do.*ssh -nNT -L/);
  });

  for (const text of [
    '',
    'docker',
    'unix://relative',
    'tcp://',
    'tcp://a b:1',
    'tcp://user:pw@host:1',
    'tcp://host:99999',
    'tcp://h:1/path',
    'ftp://x',
    'tcp://host:0',
    '__proto__://x',
    'constructor://x',
  ]) {
    it(`"${text}" is malformed and says how to write one`, () => {
      assert.match(why(parseAddress(text, { insecure: true })), /Use unix:/);
    });
  }

  it('never throws, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map(rest => `tcp://${rest}`),
        ),
        text => void parseAddress(text),
      ),
    );
  });
});

describe('the local engine', () => {
  it('is where DOCKER_HOST says, before everything else', () => {
    const found = findEndpoint({ DOCKER_HOST: 'unix:///x.sock', DOCKER_CONTEXT: 'prod' }, machine({}, ['/var/run/docker.sock']));
    assert.deepEqual(found, { endpoint: { kind: 'socket', path: '/x.sock' }, origin: 'DOCKER_HOST' });
  });

  it('takes its certificates from DOCKER_CERT_PATH, or from ~/.docker', () => {
    const env = { DOCKER_HOST: 'tcp://prod:2376', DOCKER_TLS_VERIFY: '1' };
    const given = findEndpoint({ ...env, DOCKER_CERT_PATH: '/certs' }, machine()).endpoint;
    assert.deepEqual(given, { kind: 'tcp', host: 'prod', port: 2376, tls: tlsFolder('/certs') });
    const home = findEndpoint(env, machine()).endpoint;
    assert.deepEqual(home, { kind: 'tcp', host: 'prod', port: 2376, tls: tlsFolder('/home/me/.docker') });
  });

  it('malformed in DOCKER_HOST is told and not passed over', () => {
    const { endpoint, origin } = findEndpoint({ DOCKER_HOST: 'nonsense' }, machine({}, ['/var/run/docker.sock']));
    assert.match(why(endpoint), /"nonsense" is not the address/);
    assert.equal(origin, 'DOCKER_HOST');
  });

  const hash = createHash('sha256').update('prod').digest('hex');
  const meta = `/home/me/.docker/contexts/meta/${hash}/meta.json`;
  const files = {
    '/home/me/.docker/config.json': '{"currentContext":"prod"}',
    [meta]: JSON.stringify({ Name: 'prod', Endpoints: { docker: { Host: 'tcp://prod:2376' } } }),
    [`/home/me/.docker/contexts/tls/${hash}/docker/ca.pem`]: 'x',
  };

  it('is that of the current Docker context, with its certificates', () => {
    const found = findEndpoint({}, machine(files, ['/var/run/docker.sock']));
    assert.deepEqual(found, {
      endpoint: { kind: 'tcp', host: 'prod', port: 2376, tls: { ca: `/home/me/.docker/contexts/tls/${hash}/docker/ca.pem` } },
      origin: 'Docker context prod',
    });
  });

  it('is that of DOCKER_CONTEXT, and "default" is no context', () => {
    assert.equal(findEndpoint({ DOCKER_CONTEXT: 'prod' }, machine({ [meta]: files[meta] ?? '' })).origin, 'Docker context prod');
    assert.equal(findEndpoint({ DOCKER_CONTEXT: 'default' }, machine(files, ['/var/run/docker.sock'])).origin, 'default socket');
  });

  it('of a context that is missing or broken is told', () => {
    assert.match(
      why(findEndpoint({ DOCKER_CONTEXT: 'gone' }, machine()).endpoint),
      /"gone" does not exist or cannot be read.*docker context use/,
    );
    assert.match(why(findEndpoint({}, machine({ ...files, [meta]: '{' })).endpoint), /cannot be read/);
    assert.match(why(findEndpoint({}, machine({ ...files, [meta]: '{"Endpoints":[]}' })).endpoint), /names no engine/);
    assert.equal(
      findEndpoint({}, machine({ '/home/me/.docker/config.json': 'no json' }, ['/var/run/docker.sock'])).origin,
      'default socket',
    );
  });

  it('is the usual socket that may be opened, before one that merely exists', () => {
    const rootless = '/run/user/1000/docker.sock';
    const found = findEndpoint({}, machine({ '/var/run/docker.sock': '' }, [rootless])).endpoint;
    assert.ok(found.kind === 'socket' && found.path === rootless && found.others?.includes('/var/run/docker.sock'));
    const podman = findEndpoint({ XDG_RUNTIME_DIR: '/rt' }, machine({}, ['/rt/podman/podman.sock'])).endpoint;
    assert.ok(podman.kind === 'socket' && podman.path === '/rt/podman/podman.sock');
  });

  it('is expected at /var/run/docker.sock, or at the pipe of Windows, where nothing is yet', () => {
    const linux = findEndpoint({}, machine()).endpoint;
    assert.ok(linux.kind === 'socket' && linux.path === '/var/run/docker.sock');
    assert.deepEqual(findEndpoint({}, machine({}, [], { platform: 'win32', uid: undefined })).endpoint, {
      kind: 'pipe',
      path: '//./pipe/docker_engine',
    });
  });
});
