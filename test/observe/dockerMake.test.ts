import assert from 'node:assert/strict';
import fc from 'fast-check';
import { newSealKey, sealWith } from '../../src/base/seal.ts';
import { readFacts } from '../../src/observe/dockerFacts.ts';
import { readMake } from '../../src/observe/dockerMake.ts';
import { idOf } from '../fakes/fakeEngine.ts';

const seal = sealWith('00'.repeat(32));
const inspect = {
  Id: idOf('web'),
  Image: `sha256:${'1'.repeat(64)}`,
  State: { Status: 'running' },
  Config: {
    Image: 'app:1',
    Env: ['PORT=8080', 'DATABASE_URL=postgres://u:hunter2@db/x=1', 'EMPTY=', 'BARE'],
    Entrypoint: ['/run'],
    Cmd: ['--fast'],
    Labels: { 'com.docker.compose.config-hash': 'abc123' },
  },
  HostConfig: { Memory: 67_108_864, NanoCpus: 500_000_000, PidsLimit: 50, NetworkMode: 'shop_default' },
  Mounts: [
    { Type: 'volume', Name: 'data', Source: '/var/lib/docker/volumes/data/_data', Destination: '/data', RW: true },
    { Type: 'bind', Source: '/src', Destination: '/app', RW: false },
    { Type: 'volume', Name: 'f'.repeat(64), Source: '/x', Destination: '/cache', RW: true },
  ],
  NetworkSettings: { Networks: { shop_default: {}, back: {} } },
};

describe('what a container was made from', () => {
  const make = readMake(inspect, seal);

  it('is its image, command, mounts, networks, limits and definition', () => {
    assert.deepEqual([make.image, make.imageId, make.composeHash], ['app:1', inspect.Image, 'abc123']);
    assert.deepEqual(make.mounts, ['/src -> /app (read-only)', 'data -> /data', 'volume without a name -> /cache']);
    assert.deepEqual(make.networks, ['back', 'shop_default']);
    assert.deepEqual(make.limits, { memory: 67_108_864, cpus: 0.5, pids: 50 });
    assert.notEqual(make.command, readMake({ ...inspect, Config: { ...inspect.Config, Cmd: ['--slow'] } }, seal).command);
  });

  it('names settings and never shows a value', () => {
    assert.deepEqual(Object.keys(make.env), ['PORT', 'DATABASE_URL', 'EMPTY', 'BARE']);
    assert.doesNotMatch(JSON.stringify(make), /hunter2|8080|fast/);
    assert.match(make.env['DATABASE_URL'] ?? '', /^[0-9a-f]{16}$/);
  });

  it('differs where a value does, and not where it does not', () => {
    const other = (value: string) => readMake({ ...inspect, Config: { ...inspect.Config, Env: [`PORT=${value}`] } }, seal).env['PORT'];
    assert.equal(other('8080'), make.env['PORT']);
    assert.notEqual(other('8081'), make.env['PORT']);
  });

  it('reads a processor limit given as quota', () => {
    const quota = { CpuQuota: 150_000, CpuPeriod: 100_000 };
    assert.deepEqual(readMake({ ...inspect, HostConfig: quota }, seal).limits, { cpus: 1.5 });
    assert.deepEqual(readMake({ ...inspect, HostConfig: { PidsLimit: -1 } }, seal).limits, {});
  });

  for (const mode of ['host', 'container:abc'])
    it(`is in no network of its own with the mode ${mode}`, () =>
      assert.deepEqual(readMake({ ...inspect, HostConfig: { NetworkMode: mode } }, seal).networks, [mode]));

  it('comes with the facts only where values can be hidden', () => {
    assert.equal(readFacts(inspect)?.make, undefined);
    assert.equal(readFacts(inspect, seal)?.make?.image, 'app:1');
    assert.equal(readFacts(inspect)?.pidsLimit, 50);
  });

  it('can be read of anything', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (Config, Mounts) => {
        const read = readMake({ Config, Mounts, HostConfig: Config, NetworkSettings: Mounts }, seal);
        assert.deepEqual(readMake({ Config, Mounts, HostConfig: Config, NetworkSettings: Mounts }, seal), read);
      }),
    );
  });
});

describe('a seal', () => {
  it('hides a value from who has no key', () => {
    assert.equal(sealWith('k')('x'), sealWith('k')('x'));
    assert.notEqual(sealWith(newSealKey())('x'), sealWith(newSealKey())('x'));
    assert.match(newSealKey(), /^[0-9a-f]{64}$/);
  });
});
