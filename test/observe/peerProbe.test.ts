import assert from 'node:assert/strict';
import type { AskHow } from '../../src/connect/askPort.ts';
import type { DockerApi } from '../../src/connect/dockerApi.ts';
import type { PeerAsk } from '../../src/model/probe.ts';
import { type PeerParts, probePeer } from '../../src/observe/peerProbe.ts';

const id = 'ab'.repeat(32);
const signal = new AbortController().signal;
const refusedOn = (port: number): PeerAsk => ({ named: port, complaint: 'refused', http: false });

interface Peer {
  readonly ports?: Readonly<Record<string, unknown>>;
  readonly address?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly status?: string;
  readonly network?: string;
  readonly exposed?: readonly string[];
}

const inspectOf = ({
  ports = {},
  address = '172.30.0.3',
  labels = {},
  status = 'running',
  network = 'own',
  exposed = [],
}: Peer): unknown => ({
  Id: id,
  Name: '/svc-b',
  Config: { Image: 'bb', Labels: labels, ExposedPorts: Object.fromEntries(exposed.map(key => [key, {}])) },
  HostConfig: { NetworkMode: network },
  State: { Status: status, Pid: 4711 },
  NetworkSettings: { Ports: ports, Networks: { own: { IPAddress: address } } },
});

const table = (...rows: readonly string[]): string =>
  ['  sl  local_address rem_address   st', ...rows.map((row, i) => `   ${i}: ${row} 00000000:0000 0A 00000000:00000000`)].join('\n');

/** Asks on a Linux machine whose processes cannot be looked at, unless `parts` says otherwise. */
async function asked(peer: Peer, wish: PeerAsk, parts: PeerParts = {}, near = true) {
  const calls: [string, number, AskHow][] = [];
  const api = { where: 'the engine', inspect: async () => inspectOf(peer) } as unknown as DockerApi;
  const answers = await probePeer(api, near, id, wish, signal, {
    platform: 'linux',
    read: () => Promise.reject(new Error('not allowed')),
    ask: async (address, port, how) => {
      calls.push([address, port, how]);
      return { port, outcome: 'open', ms: 1 };
    },
    ...parts,
  });
  return { answers, calls };
}

describe('A peer that is probed', () => {
  it('is asked at its own address, on the named port first and on those that it exposes', async () => {
    const { calls } = await asked({ ports: { '39432/tcp': null, '53/udp': null } }, refusedOn(39433));
    assert.deepEqual(calls, [
      ['172.30.0.3', 39433, 'connect'],
      ['172.30.0.3', 39432, 'connect'],
    ]);
  });

  it('is asked to speak only where its dependant waits in vain, and only on that port', async () => {
    const ports = { '80/tcp': null, '81/tcp': null };
    const { calls } = await asked({ ports }, { named: 80, complaint: 'timeout', http: true });
    assert.deepEqual(
      calls.map(([, port, how]) => `${port} ${how}`),
      ['80 http', '81 connect'],
    );
    const plain = await asked({ ports }, { complaint: 'timeout', http: false });
    assert.deepEqual(
      plain.calls.map(([, port, how]) => `${port} ${how}`),
      ['80 listen', '81 connect'],
    );
  });

  it('shows the ports that its processes listen on, when the process is really its own', async () => {
    const files: Record<string, string> = {
      '/proc/4711/cgroup': `0::/docker/${id}`,
      // 39432 on all addresses, 9000 on 127.0.0.1, the resolver of the engine on 127.0.0.11.
      '/proc/4711/net/tcp': table('00000000:9A08', '0100007F:2328', '0B00007F:8CA5'),
      '/proc/4711/net/tcp6': table('00000000000000000000000000000000:1F90', '00000000000000000000000001000000:1F91'),
    };
    const read = async (path: string): Promise<string> => files[path] ?? '';
    const { calls } = await asked({}, refusedOn(39433), { read });
    assert.deepEqual(
      calls.map(([, port]) => port),
      [39433, 8080, 39432],
    );
    const foreign = await asked({}, refusedOn(39433), { read: async path => (path.endsWith('cgroup') ? '0::/else' : read(path)) });
    assert.deepEqual(
      foreign.calls.map(([, port]) => port),
      [39433],
    );
  });

  it('is asked on at most four ports, and never on those of an engine', async () => {
    const ports = Object.fromEntries([2375, 2376, 1, 2, 3, 4, 5].map(port => [`${port}/tcp`, null]));
    const { calls } = await asked({ ports }, refusedOn(7));
    assert.deepEqual(
      calls.map(([, port]) => port),
      [7, 1, 2, 3],
    );
  });

  it('is reached where it is published when its engine is in a virtual machine', async () => {
    const ports = { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }], '81/tcp': [{ HostIp: '10.0.0.9', HostPort: '81' }] };
    const { calls, answers } = await asked({ ports }, refusedOn(80), { platform: 'darwin' });
    assert.deepEqual(calls, [['127.0.0.1', 8080, 'connect']]);
    assert.deepEqual(answers, [{ port: 80, outcome: 'open', ms: 1 }]);
  });

  const reasons: readonly (readonly [string, Peer, RegExp, boolean?])[] = [
    ['is on another machine', {}, /another machine/, false],
    ['does not run', { status: 'exited' }, /does not run/],
    ['forbids it by label', { labels: { 'dozor.enable': 'false' } }, /forbids/],
    ['has no address', { address: '' }, /no address/],
    ['claims the address of a metadata service', { address: '169.254.169.254' }, /no address/],
    ['claims the loopback of this machine', { address: '127.0.0.1' }, /no address/],
  ];
  for (const [what, peer, why, near = true] of reasons) {
    it(`is left alone, with the reason, when it ${what}`, async () => {
      const { answers, calls } = await asked(peer, refusedOn(80), {}, near);
      assert.match(String(answers), why);
      assert.deepEqual(calls, []);
    });
  }

  describe('on the network of its machine', () => {
    const read = async (path: string): Promise<string> => {
      if (path.endsWith('cgroup')) return `0::/docker/${id}`;
      // 39432 is its own, 22 and 5432 are somebody else's.
      return path.endsWith('/tcp') ? table('00000000:9A08', '00000000:0016', '0100007F:1538') : '';
    };
    const shared: Peer = { address: '', network: 'host', exposed: ['39432/tcp', '8080/tcp'] };

    it('is asked on loopback, on ports alone that it exposes and that are open', async () => {
      const { calls, answers } = await asked(shared, refusedOn(39433), { read });
      assert.deepEqual(calls, [['127.0.0.1', 39432, 'connect']]);
      assert.deepEqual(answers, [
        { port: 39433, outcome: 'refused', ms: 0 },
        { port: 39432, outcome: 'open', ms: 1 },
      ]);
    });

    it('leaves a port of somebody else alone, whatever an error says', async () => {
      const { calls } = await asked(shared, { named: 5432, complaint: 'timeout', http: true }, { read });
      assert.deepEqual(calls, [['127.0.0.1', 39432, 'connect']]);
      const none = await asked({ ...shared, exposed: [] }, { named: 22, complaint: 'timeout', http: true }, { read });
      assert.deepEqual(none.calls, []);
      assert.match(String(none.answers), /none of the ports there is known to be its own/);
    });

    it('is waited for on its own port where its dependant waits', async () => {
      const { calls } = await asked(shared, { named: 39432, complaint: 'timeout', http: true }, { read });
      assert.deepEqual(calls, [['127.0.0.1', 39432, 'http']]);
    });

    it('is left alone where its processes cannot be looked at', async () => {
      for (const parts of [{}, { read, platform: 'darwin' }]) {
        const { calls, answers } = await asked(shared, refusedOn(39433), parts);
        assert.deepEqual(calls, []);
        assert.match(String(answers), /its ports cannot be told/);
      }
    });
  });

  it('is left alone when no port of it is known', async () => {
    assert.equal((await asked({}, { complaint: 'none', http: false })).answers, 'no port of it is known');
  });

  it('tells what the engine said when it cannot be inspected', async () => {
    const api = { where: 'the engine', inspect: () => Promise.reject(new Error('gone')) } as unknown as DockerApi;
    assert.match(String(await probePeer(api, true, id, refusedOn(1), signal)), /\S/);
  });
});
