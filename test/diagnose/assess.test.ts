import assert from 'node:assert/strict';
import { assess } from '../../src/diagnose/assess.ts';
import type { Issue } from '../../src/model/issue.ts';
import type { Observation } from '../../src/model/observation.ts';
import { type Facts, serviceId } from '../../src/model/service.ts';
import { aService, event, inspected, inventory, logs, noon, someFacts, viewOf } from '../fakes/make.ts';

const id = serviceId('local', 'a', 'shop');
const start = (over: Partial<Facts> = {}, service = aService('a')): Observation[] => [
  inventory(noon - 600_000, service),
  inspected(noon - 599_000, id, someFacts('a', over)),
];
const down = (exitCode: number, over: Partial<Facts> = {}): Observation =>
  inspected(noon - 900, id, someFacts('a', { state: 'exited', exitCode, finishedAt: noon - 1000, ...over }));
const errors = (from: number, to: number, every: number, text = 'ERROR no connection') => {
  const lines = [];
  for (let at = from; at <= to; at += every) lines.push({ at, level: 'error' as const, text });
  return lines;
};
const judge = (seen: readonly Observation[], now = noon): readonly Issue[] => assess(viewOf('a', ...seen), undefined, now);
const brief = (issues: readonly Issue[]): string => issues.map(issue => `${issue.category} ${issue.severity} ${issue.band}`).join(', ');
const always = { restartPolicy: { name: 'always', max: 0 } } as const;
const loop = (): Observation[] =>
  [0, 1, 2, 3].flatMap(i => [
    event(noon - 120_000 + i * 30_000, 'a', 'start'),
    event(noon - 119_000 + i * 30_000, 'a', 'die', { exit: 2 }),
  ]);

describe('issues of a service', () => {
  it('finds none in one that runs and is calm', () => assert.equal(brief(judge(start())), ''));

  it('reports a crash with its code, its quickness and its last words', () => {
    const seen = [
      ...start({ startedAt: noon - 3000 }),
      logs(noon - 1500, 'a', { errors: errors(noon - 1500, noon - 1500, 1, 'ERROR cannot open queue') }),
      event(noon - 1000, 'a', 'die', { exit: 1 }),
      down(1),
    ];
    const [issue, ...others] = judge(seen);
    assert.equal(brief(issue === undefined ? [] : [issue]), 'app_crash error high');
    assert.deepEqual(others, []);
    assert.deepEqual(
      issue?.evidence.map(each => each.kind),
      ['death.unexpected', 'same.quick', 'log.quote'],
    );
    assert.equal(issue?.evidence.at(-1)?.ref.quote, 'ERROR cannot open queue');
    assert.equal(issue?.firstSeen, noon - 1000);
  });

  it('calls the crash of something published or needed critical', () => {
    const published = aService('a', { ports: [{ container: 80, protocol: 'tcp', host: 8080 }] });
    assert.equal(
      brief(judge([...start({}, published), event(noon - 1000, 'a', 'die', { exit: 1 }), down(1)])),
      'app_crash critical medium',
    );
  });

  it('finds a restart loop in its own ledger, running or waiting', () => {
    assert.equal(brief(judge([...start(always), ...loop()])), 'app_crash critical high');
    assert.equal(brief(judge([...start(always), ...loop(), event(noon - 500, 'a', 'start')])), 'app_crash critical high');
  });

  it('finds a restart loop that it meets late, from the count of the engine', () => {
    const facts = someFacts('a', {
      ...always,
      restartCount: 7,
      createdAt: noon - 250_000,
      finishedAt: noon - 5000,
      startedAt: noon - 4900,
    });
    assert.equal(brief(judge([inventory(noon, aService('a')), inspected(noon, id, facts)])), 'app_crash critical medium');
  });

  it('takes old restarts for history', () => {
    const facts = someFacts('a', {
      ...always,
      restartCount: 7,
      createdAt: noon - 9_000_000,
      finishedAt: noon - 4_000_000,
      startedAt: noon - 3_999_000,
    });
    assert.equal(brief(judge([inventory(noon, aService('a')), inspected(noon, id, facts)])), '');
  });

  it('ends a loop when nothing has died for a while', () => {
    const seen = [...start(always), ...loop(), event(noon - 20_000, 'a', 'start')];
    assert.equal(brief(judge(seen, noon + 20 * 60_000)), '');
  });

  it('tells out of memory by event and flag, and not as a crash too', () => {
    const seen = [
      ...start({ memoryLimit: 33_554_432 }),
      event(noon - 1010, 'a', 'oom'),
      event(noon - 1000, 'a', 'die', { exit: 137 }),
      down(137, { oomKilled: true, memoryLimit: 33_554_432 }),
    ];
    assert.equal(brief(judge(seen)), 'oom critical high');
    assert.match(judge(seen)[0]?.evidence.find(each => each.kind === 'oom.flag')?.ref.quote ?? '', /exit 137, limit 32 MiB/);
  });

  it('finds out of memory in a child though inspect looks well', () => {
    assert.equal(brief(judge([...start(), event(noon - 1000, 'a', 'oom')])), 'oom error high');
  });

  it('quotes why the engine could not start it', () => {
    const facts = someFacts('a', { state: 'created', exitCode: 127, error: 'exec: "srv": executable file not found in $PATH' });
    const issues = judge([inventory(noon, aService('a', { state: 'created', since: noon - 500 })), inspected(noon, id, facts)]);
    assert.equal(brief(issues), 'start_error error high');
    assert.match(issues[0]?.evidence[0]?.ref.quote ?? '', /executable file not found/);
    assert.deepEqual(issues[0]?.evidence[0]?.known, { row: 'exec/missing', path: 'srv' });
  });

  it('believes an unhealthy check, and calls one without answer a hang', () => {
    const bad = { health: 'unhealthy', failingStreak: 5, hasHealthcheck: true } as const;
    assert.equal(brief(judge(start({ ...bad, healthLast: { exit: 1, output: 'no' } }))), 'unhealthy error medium');
    const hung = judge(start({ ...bad, healthLast: { exit: -1, output: 'exceeded timeout' } }));
    // That it is called sick for want of an answer speaks for a hang as well.
    assert.deepEqual(brief(hung).includes('hang'), true, brief(hung));
  });

  it('says that a failing check began when it was seen, and not when its service did', () => {
    const [sick] = judge(start({ health: 'unhealthy', failingStreak: 5, hasHealthcheck: true, healthLast: { exit: 1, output: 'no' } }));
    assert.equal(sick?.firstSeen, noon);
  });

  it('does not believe "unhealthy" of a paused container', () => {
    assert.equal(brief(judge([...start({ health: 'unhealthy', failingStreak: 5, hasHealthcheck: true }), event(noon, 'a', 'pause')])), '');
  });

  it('reports errors that are new in a running service, never surer than logs allow', () => {
    const issues = judge([...start(), logs(noon, 'a', { errors: errors(noon - 60_000, noon, 5000), from: noon - 500_000 })]);
    assert.equal(brief(issues), 'app_error warning medium');
    assert.ok((issues[0]?.confidence ?? 1) <= 0.6);
    assert.equal(issues[0]?.firstSeen, noon - 60_000, 'it began with the first error, not with the newest');
  });

  it('is quiet about errors that have always been there', () => {
    const steady = logs(noon, 'a', { errors: errors(noon - 40 * 15_000, noon, 15_000).slice(-40), errorCount: 40, from: noon - 600_000 });
    const minutes = Array.from({ length: 30 }, (_, i) =>
      logs(noon - (31 - i) * 60_000, 'a', { errors: errors(noon - (31 - i) * 60_000, noon - (31 - i) * 60_000 + 45_000, 15_000) }),
    );
    const began = { startedAt: noon - 32 * 60_000 };
    assert.ok(judge([...start(began), ...minutes, steady]).every(issue => issue.band === 'low'));
  });

  it('forgets errors that are long past', () => {
    const seen = [...start(), logs(noon, 'a', { errors: errors(noon - 60_000, noon, 5000), from: noon - 500_000 })];
    assert.equal(brief(judge(seen, noon + 11 * 60_000)), '');
  });

  it('takes a stop by hand for a state, and a kill by hand for news that grows old', () => {
    const kill = [...start(), event(noon - 1005, 'a', 'kill', { signal: 9 }), event(noon - 1000, 'a', 'die', { exit: 137 }), down(137)];
    assert.equal(
      brief(judge([...start(), event(noon - 1000, 'a', 'die', { exit: 143 }), event(noon - 990, 'a', 'stop'), down(143)])),
      'operator_action info high',
    );
    assert.equal(brief(judge(kill)), 'operator_action warning high');
    const stopping = [
      ...start(),
      event(noon - 1005, 'a', 'kill', { signal: 15 }),
      event(noon - 1000, 'a', 'die', { exit: 143 }),
      down(143),
    ];
    assert.equal(brief(judge(stopping)), 'operator_action info high', 'before the event stop has come');
    assert.equal(brief(judge(kill, noon + 16 * 60_000)), 'operator_action info high');
  });

  it('is never sure about exit 137 that nobody saw', () => {
    const facts = someFacts('a', { state: 'exited', exitCode: 137, finishedAt: noon - 1000 });
    assert.equal(brief(judge([inventory(noon, aService('a', { state: 'exited' })), inspected(noon, id, facts)])), 'app_crash info low');
  });

  it('has nothing to say of finished jobs, of hidden services, and of what had been down for a day', () => {
    assert.equal(brief(judge([...start(), event(noon - 1000, 'a', 'die', { exit: 0 }), down(0)])), '');
    assert.equal(brief(judge([...start({}, aService('a', { enabled: false })), event(noon - 1000, 'a', 'die', { exit: 1 }), down(1)])), '');
    const old = someFacts('a', { state: 'exited', exitCode: 1, finishedAt: noon - 30 * 3_600_000 });
    assert.equal(brief(judge([inventory(noon, aService('a', { state: 'exited' })), inspected(noon, id, old)])), '');
  });

  it('says the same of a service with another name', () => {
    const seen = [...start(), event(noon - 1000, 'a', 'die', { exit: 1 }), down(1)];
    const view = viewOf('a', ...seen);
    const renamed = assess({ ...view, service: { ...view.service, name: '$(sync~spin) [x](command:y)' } }, undefined, noon);
    assert.equal(brief(renamed), brief(assess(view, undefined, noon)));
  });

  it('is not surer when it could not look', () => {
    const seen = [...start(), ...loop()];
    const view = viewOf('a', ...seen);
    assert.ok((assess({ ...view, unseen: 'timed out' }, undefined, noon)[0]?.confidence ?? 1) <= 0.8);
  });

  it('is not sure of a bare crash where the log that might explain it cannot be read', () => {
    const view = viewOf('a', ...start(), ...loop());
    const [crash] = assess({ ...view, logsUnreadable: 'its log driver keeps nothing' }, undefined, noon);
    assert.deepEqual([crash?.category, crash?.confidence], ['app_crash', 0.8]);
  });
});

describe('A container that was replaced', () => {
  it('took its deaths along: the new one is not held to loop, nor to have died', () => {
    const at = (n: number): number => noon - 60_000 + n * 1000;
    const deaths = [1, 2, 3].flatMap(n => [
      event(at(n * 4), 'a', 'die', { exit: 2 }),
      inspected(at(n * 4) + 1, id, someFacts('a', { state: 'exited', exitCode: 2, finishedAt: at(n * 4) })),
      event(at(n * 4 + 2), 'a', 'start'),
      inspected(at(n * 4 + 2) + 1, id, someFacts('a', { startedAt: at(n * 4 + 2) })),
    ]);
    const instance = 'b'.repeat(64);
    const anew = [
      inventory(noon - 1000, aService('a', { instance })),
      inspected(noon - 900, id, someFacts('a', { instance, startedAt: noon - 1000 })),
    ];
    assert.ok(judge([...start(), ...deaths]).length > 0);
    assert.deepEqual(judge([...start(), ...deaths, ...anew]), []);
  });
});
