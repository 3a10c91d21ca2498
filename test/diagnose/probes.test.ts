import assert from 'node:assert/strict';
import { issueSummary } from '../../src/act/message.ts';
import { statusLine } from '../../src/act/statusLine.ts';
import { assess } from '../../src/diagnose/assess.ts';
import type { Observation } from '../../src/model/observation.ts';
import { type Facts, serviceId } from '../../src/model/service.ts';
import { aService, event, inspected, instanceOf, inventory, noon, someFacts, viewOf, worldOf } from '../fakes/make.ts';

const id = serviceId('local', 'a', 'shop');
const start = (over: Partial<Facts> = {}): Observation[] => [
  inventory(noon - 600_000, aService('a')),
  inspected(noon - 599_000, id, someFacts('a', over)),
];
/** Answers half a minute apart, the newest 5 s ago: a status, or 0 for none. */
const answers = (...statuses: number[]): Observation[] =>
  statuses.map((status, i) => ({
    at: noon - 5000 - (statuses.length - 1 - i) * 30_000,
    plusMinus: 0,
    server: 'local',
    how: 'live',
    kind: 'probe',
    service: id,
    instance: instanceOf('a'),
    ok: status === 200,
    ms: 4,
    ...(status === 0 ? { why: 'refuses the connection' } : { status }),
  }));
const judge = (seen: readonly Observation[], now = noon) => assess(viewOf('a', ...seen), undefined, now);
const line = (seen: readonly Observation[], now = noon): string => statusLine(viewOf('a', ...seen), undefined, now);

describe('answers of a health check URL', () => {
  it('make a service unhealthy when three in a row are bad', () => {
    const [issue, ...others] = judge([...start(), ...answers(200, 503, 503, 503)]);
    assert.deepEqual(others, []);
    assert.deepEqual([issue?.category, issue?.severity, issue?.band, issue?.status], ['unhealthy', 'error', 'medium', 'confirmed']);
    const [piece] = issue?.evidence ?? [];
    assert.deepEqual([piece?.kind, piece?.from, piece?.weight, piece?.ref.quote], ['probe.fail', 'probe', 3, 'answers 503']);
    assert.equal(issue?.firstSeen, noon - 65_000);
  });

  it('quote what came instead of an answer', () => {
    const [issue] = judge([...start(), ...answers(0, 0, 0)]);
    assert.equal(issue?.evidence[0]?.ref.quote, 'refuses the connection');
    const seen = [...start(), ...answers(0, 0, 0)];
    assert.match(
      issue === undefined ? '' : issueSummary(issue, worldOf(...seen), noon),
      /runs, but its health check URL refuses the connection/,
    );
  });

  const calm: [string, Observation[]][] = [
    ['two bad ones', [...start(), ...answers(200, 503, 503)]],
    ['a good one among the bad', [...start(), ...answers(503, 503, 200, 503, 503)]],
    ['a good one at the end', [...start(), ...answers(503, 503, 503, 200)]],
    ['bad ones of the run before', [...start({ startedAt: noon - 1000 }), ...answers(503, 503, 503)]],
    ['bad ones before a stop', [...start(), ...answers(503, 503, 503), event(noon - 1000, 'a', 'pause')]],
    ['bad ones of another container', [...start(), ...answers(503, 503, 503).map(one => ({ ...one, instance: 'b'.repeat(64) }))]],
  ];
  for (const [name, seen] of calm) {
    it(`raise nothing for ${name}`, () =>
      assert.deepEqual(
        judge(seen).filter(issue => issue.category === 'unhealthy'),
        [],
      ));
  }

  it('raise nothing when they are old', () => assert.deepEqual(judge([...start(), ...answers(503, 503, 503)], noon + 200_000), []));

  it('are surer together with a check of the engine', () => {
    const sick = { health: 'unhealthy', hasHealthcheck: true, failingStreak: 3 } as const;
    const [issue] = judge([...start(sick), ...answers(503, 503, 503)]);
    assert.deepEqual([issue?.category, issue?.band], ['unhealthy', 'high']);
  });

  it('stand in the status line while the newest is bad', () => {
    assert.equal(line([...start(), ...answers(200, 503)]), 'up 1 h, health check URL answers 503');
    assert.equal(line([...start(), ...answers(0)]), 'up 1 h, health check URL refuses the connection');
    assert.equal(line([...start(), ...answers(503, 200)]), 'up 1 h');
  });
});
