import assert from 'node:assert/strict';
import { ago, bytes, left, span } from '../../src/act/ages.ts';
import { serviceLabel, statusLine } from '../../src/act/statusLine.ts';
import type { ServerView, ServiceView } from '../../src/diagnose/world.ts';
import { clear, dead, death, facts, now, service, someServer, view } from './some.ts';

const minute = 60_000;
const kill = (at: number) => ({ event: 'kill', instance: 'a'.repeat(64), at, nano: '1', signal: 15, inferred: false }) as const;
const blind = (code: 'down' | 'permission' | 'no-engine'): ServerView => ({
  server: someServer,
  sight: 'lost',
  since: now,
  loss: { code, text: 'a long text', next: 'start it' },
});

const looping = (count: number, state: 'restarting' | 'running'): ServiceView =>
  view({
    service: service({ state, since: now - 12_000 }),
    facts: facts({ state, startedAt: now - 12_000 }),
    deaths: Array.from({ length: count }, (_, i) => death(2, now - (count - i) * 35_000)),
  });

const errorsAt = (...times: readonly number[]): NonNullable<ServiceView['logs']> => ({
  instance: 'a'.repeat(64),
  errors: [],
  errorMinutes: new Map(times.map(at => [Math.floor(at / minute), 1])),
  last: [],
  lines: times.length,
  from: 0,
  to: now,
});

describe('The status line', () => {
  const rows: [string, ServiceView, string][] = [
    ['says how long a service has been up', view(), 'up 2 h'],
    ['adds health where there is a check', view({ facts: facts({ health: 'healthy' }) }), 'up 2 h, healthy'],
    ['counts failed checks', view({ facts: facts({ health: 'unhealthy', failingStreak: 4 }) }), 'up 2 h, unhealthy, 4 checks failed'],
    ['tells a check that has not decided', view({ facts: facts({ health: 'starting' }) }), 'up 2 h, health check starting'],
    ['gives the exit code of a crash', dead(7, 2 * minute), 'exited 7, 2 min ago'],
    ['names a death by memory', dead(137, 2 * minute, { oomKilled: true }), 'exited 137 OOM, 2 min ago'],
    ['names a death by memory with another code', dead(1, 2 * minute, { oomKilled: true }), 'exited 1 OOM, 2 min ago'],
    ['calls a finished job completed', dead(0, 3 * minute), 'completed, 3 min ago'],
    [
      'knows a stop by hand from its order of events',
      { ...dead(143, 5 * minute), moments: [kill(now - 5 * minute - 500), ...dead(143, 5 * minute).moments] },
      'stopped by hand, 5 min ago',
    ],
    ['shows a restart loop while it waits', looping(7, 'restarting'), 'restarting, exit 2, 7 deaths in 5 min'],
    ['shows a restart loop while it runs', looping(7, 'running'), 'up 12 s, before: exit 2, 7 deaths in 5 min'],
    [
      'counts the errors of the last ten minutes',
      view({ logs: errorsAt(now - minute, now - 2 * minute, now - 20 * minute) }),
      'up 2 h, 2 errors in 10 min',
    ],
    ['does not call two deaths a loop', looping(2, 'running'), 'up 12 s'],
    ['leaves a paused service paused', view({ service: service({ state: 'paused', since: now - minute }) }), 'paused, 1 min'],
    [
      'says created when it never ran',
      view({ service: service({ state: 'created' }), facts: facts({ state: 'created' }) }),
      'created, never started',
    ],
    [
      'quotes why the engine could not start it',
      view({ service: service({ state: 'created' }), facts: facts({ state: 'created', exitCode: 127, error: 'exec: "srv": not found' }) }),
      'could not start: exec: "srv": not found',
    ],
    ['says removed when it is gone', view({ service: service({ state: 'missing', since: now - minute }) }), 'removed, 1 min ago'],
    ['says unknown when the look failed', view({ unseen: 'inspect timed out' }), 'unknown: inspect timed out'],
  ];
  for (const [name, given, wanted] of rows) it(name, () => assert.equal(statusLine(given, clear, now), wanted));

  it('never shows the last known state of a server it cannot see', () => {
    assert.equal(statusLine(view({ facts: facts({ health: 'healthy' }) }), blind('down'), now), 'unknown: engine down');
    assert.equal(statusLine(view(), blind('permission'), now), 'unknown: no permission to ask the engine');
    assert.equal(statusLine(view(), { server: someServer, sight: 'waiting', since: now }, now), 'unknown: not looked at yet');
  });

  it('does not count deaths that a person asked for as a loop', () => {
    const given = looping(4, 'running');
    const deaths = given.deaths.map(one => ({ ...one, intended: true }));
    assert.equal(statusLine({ ...given, deaths }, clear, now), 'up 12 s');
  });

  it('lets no control character of an engine error through', () => {
    const given = view({
      service: service({ state: 'created' }),
      facts: facts({ state: 'created', exitCode: 1, error: 'a\n\u001b[31mb\u202ec' }),
    });
    assert.equal(statusLine(given, clear, now), 'could not start: a bc');
  });
});

describe('The label of a service', () => {
  it('tells two of the same name apart by project', () => assert.equal(serviceLabel(service()), 'web (shop)'));
  it('is one line whatever the label held', () =>
    assert.equal(serviceLabel(service({ name: 'x\n[CRITICAL] db' })), 'x [CRITICAL] db (shop)'));
});

describe('Ages', () => {
  it('use the largest unit that fits', () => {
    assert.deepEqual([300, 2000, 59_400, 120_000, 7_200_000, 4 * 86_400_000].map(span), ['300 ms', '2 s', '59 s', '2 min', '2 h', '4 d']);
  });
  it('call the future just now, because clocks differ', () => assert.equal(ago(now + 5000, now), 'just now'));
  it('do not turn an unknown time into 56 years', () => assert.equal(ago(0, now), 'at an unknown time'));
  it('count down in two units and never to zero early', () => {
    assert.equal(left(now + 4 * 3_600_000, now), '4 h');
    assert.equal(left(now + 3 * 3_600_000 + 11.2 * 60_000, now), '3 h 12 min');
    assert.equal(left(now + 100, now), '1 s');
  });
  it('give bytes in binary units', () =>
    assert.deepEqual([512, 64 * 1024 ** 2, 1.5 * 1024 ** 3].map(bytes), ['512 B', '64 MiB', '1.5 GiB']));
});
