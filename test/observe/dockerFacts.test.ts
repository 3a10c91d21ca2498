import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readFacts, stateOf } from '../../src/observe/dockerFacts.ts';
import { seenInInspect, seenInList } from '../../src/observe/dockerSeen.ts';
import { idOf } from '../fakes/fakeEngine.ts';

interface Shape {
  readonly state?: object;
  readonly config?: object;
  readonly host?: object;
}
const inspect = ({ state = {}, config = {}, host = {} }: Shape = {}): unknown => ({
  Id: idOf('web'),
  Name: '/web',
  Created: '2026-01-01T00:00:00Z',
  Image: 'sha256:abc',
  RestartCount: 3,
  State: {
    Status: 'running',
    ExitCode: 0,
    OOMKilled: false,
    Error: '',
    StartedAt: '2026-01-01T00:00:01.123456789Z',
    FinishedAt: '0001-01-01T00:00:00Z',
    ...state,
  },
  Config: { Image: 'bb', Tty: false, Labels: null, ...config },
  HostConfig: { LogConfig: { Type: 'json-file' }, RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 5 }, Memory: 0, ...host },
  NetworkSettings: { Ports: { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }], '53/udp': null } },
});
const facts = (shape?: Shape): NonNullable<ReturnType<typeof readFacts>> => readFacts(inspect(shape)) ?? assert.fail('no facts');

describe('facts', () => {
  it('are what inspect says', () => {
    assert.deepEqual(facts(), {
      instance: idOf('web'),
      state: 'running',
      health: 'none',
      failingStreak: 0,
      hasHealthcheck: false,
      oomKilled: false,
      createdAt: Date.UTC(2026, 0, 1),
      startedAt: Date.UTC(2026, 0, 1, 0, 0, 1, 123),
      startedExact: '2026-01-01T00:00:01.123456789Z',
      restartCount: 3,
      restartPolicy: { name: 'on-failure', max: 5 },
      image: 'bb',
      imageId: 'sha256:abc',
      tty: false,
      logDriver: 'json-file',
      stopSignal: 'SIGTERM',
      stopTimeout: 10,
    });
  });

  const checks: [string[], number[] | undefined][] = [
    [['CMD', 'nc', '-z', '127.0.0.1', '39432'], [39432]],
    [
      ['CMD-SHELL', 'wget -qO- http://localhost:8080/up || curl [::1]:8081'],
      [8080, 8081],
    ],
    [['CMD-SHELL', 'nc -z db 5432'], undefined],
    [['CMD-SHELL', 'test -f /tmp/localhost'], undefined],
    [['CMD', 'nc', '127.0.0.1', '99999'], undefined],
  ];
  for (const [test, ports] of checks)
    it(`know of ${test.join(' ')} which of its own ports it asks`, () =>
      assert.deepEqual(facts({ config: { Healthcheck: { Test: test } } }).checkedPorts, ports));

  it('of a running container have no exit code, of an ended one they have', () => {
    assert.equal(facts().exitCode, undefined);
    assert.equal(facts({ state: { Status: 'exited', ExitCode: 137, OOMKilled: true } }).exitCode, 137);
    assert.equal(facts({ state: { Status: 'exited', OOMKilled: true } }).oomKilled, true);
    assert.equal(facts({ state: { Status: 'restarting', ExitCode: 2 } }).exitCode, 2);
    assert.equal(facts({ state: { Status: 'created', ExitCode: 0 } }).exitCode, undefined);
  });

  it('tell why a container could not be started, without its secrets', () => {
    const failed = facts({
      state: { Status: 'created', ExitCode: 127, Error: 'exec: "app\u001b[31m": not found, password=hunter2secret' },
    });
    assert.equal(failed.exitCode, 127);
    assert.match(failed.error ?? '', /exec: "app": not found/);
    assert.doesNotMatch(failed.error ?? '', /hunter2/);
  });

  const health = (Status: string, ...Log: object[]): object => ({ Health: { Status, FailingStreak: 4, Log } });
  const result = (Start: string, ExitCode: number, Output: string): object => ({ Start, ExitCode, Output });

  it('know health, and the last result of this run only', () => {
    const sick = facts({ state: health('unhealthy', result('2026-01-01T00:00:05Z', 1, 'connection\nrefused')) });
    assert.deepEqual(
      [sick.health, sick.failingStreak, sick.hasHealthcheck, sick.healthLast],
      ['unhealthy', 4, true, { exit: 1, output: 'connection refused' }],
    );
    const older = facts({ state: health('starting', result('2025-12-31T00:00:00Z', 1, 'of the run before')) });
    assert.deepEqual([older.health, older.healthLast], ['starting', undefined]);
  });

  it('of a stopped container have no health, whatever it was', () => {
    assert.equal(facts({ state: { Status: 'exited', ...health('unhealthy') } }).health, 'none');
  });

  it('know a health check that is switched off', () => {
    assert.equal(facts({ config: { Healthcheck: { Test: ['NONE'] } } }).hasHealthcheck, false);
    assert.equal(facts({ config: { Healthcheck: { Test: ['CMD', 'true'] } } }).hasHealthcheck, true);
  });

  it('know limits, and that none is set', () => {
    assert.equal(facts({ host: { Memory: 67_108_864 } }).memoryLimit, 67_108_864);
    assert.equal(facts().memoryLimit, undefined);
  });

  it('are none for what is no container', () => {
    for (const answer of [undefined, null, 'text', [], {}, { Id: 'short' }, { Id: 7 }]) assert.equal(readFacts(answer), undefined);
  });

  it('never throw, and take an unknown state for unknown', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (State, Config) => void readFacts({ Id: idOf('x'), State, Config, HostConfig: Config })),
    );
    assert.deepEqual(['hibernating', '', undefined, 'constructor', '__proto__'].map(stateOf), Array(5).fill('unknown'));
  });
});

describe('a container', () => {
  const entry = (over: object): unknown => ({
    Id: idOf('web'),
    Names: ['/web'],
    Image: 'bb',
    Created: 5,
    Labels: {},
    State: 'running',
    Status: 'Up 2 minutes',
    Ports: [],
    ...over,
  });

  it('is the same in a list and in its inspect', () => {
    const Ports = [
      { IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
      { PrivatePort: 53, Type: 'udp' },
    ];
    const listed = seenInList(entry({ Ports, Created: 1_767_225_600 }));
    const inspected = seenInInspect(inspect());
    assert.deepEqual({ ...inspected, labels: 0 }, { ...listed, labels: 0 });
    assert.deepEqual(listed?.ports, [
      { container: 80, protocol: 'tcp', host: 8080, address: '0.0.0.0' },
      { container: 53, protocol: 'udp' },
    ]);
  });

  for (const [State, Status, state] of [
    ['exited', 'Exited (137) 2 hours ago', { Status: 'exited', ExitCode: 137 }],
    ['running', 'Up 3 days (healthy)', { Status: 'running', Health: { Status: 'healthy' } }],
    ['running', 'Up 1 second (health: starting)', { Status: 'running', Health: { Status: 'starting' } }],
    ['restarting', 'Restarting (1) 5 seconds ago', { Status: 'restarting', ExitCode: 1 }],
    ['paused', 'Up 5 minutes (Paused)', { Status: 'paused' }],
    ['created', 'Created', { Status: 'created' }],
  ] as const) {
    it(`that is "${Status}" bears the same mark in both, so that a list does not ask for it again`, () => {
      assert.equal(seenInList(entry({ State, Status }))?.mark, seenInInspect(inspect({ state }))?.mark);
    });
  }

  it('bears a mark that time alone does not change', () => {
    const marks = ['Up 2 minutes', 'Up About an hour', 'Up 3 weeks'].map(Status => seenInList(entry({ Status }))?.mark);
    assert.equal(new Set(marks).size, 1);
  });

  it('with links keeps its own name, and one without a name has none', () => {
    assert.equal(seenInList(entry({ Names: ['/other/alias', '/web'] }))?.name, 'web');
    assert.equal(seenInList(entry({ Names: [] }))?.name, '');
    assert.equal(seenInList(entry({ Names: null }))?.name, '');
  });

  it('without an id is none', () => {
    assert.equal(seenInList(entry({ Id: 'x' })), undefined);
    fc.assert(
      fc.property(fc.anything(), anything => void seenInList({ Id: idOf('x'), Names: anything, Ports: anything, Labels: anything })),
    );
  });
});
