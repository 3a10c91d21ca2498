import assert from 'node:assert/strict';
import { issueSummary } from '../../src/act/message.ts';
import { assess } from '../../src/diagnose/assess.ts';
import { sighting } from '../../src/diagnose/finding.ts';
import { see } from '../../src/diagnose/see.ts';
import { usageSummary } from '../../src/diagnose/usage.ts';
import { usageRules } from '../../src/diagnose/usageRules.ts';
import type { Observation } from '../../src/model/observation.ts';
import { type Facts, serviceId } from '../../src/model/service.ts';
import type { Usage } from '../../src/model/usage.ts';
import { aService, event, inspected, inventory, noon, someFacts, usage, viewOf, worldOf } from '../fakes/make.ts';

const id = serviceId('local', 'a', 'shop');
const minute = 60_000;
const mebi = 1_048_576;
const limit = 100 * mebi;
const begin = (over: Partial<Facts> = {}): Observation[] => [
  inventory(noon - 60 * minute, aService('a')),
  inspected(noon - 59 * minute, id, someFacts('a', over)),
];
const memory = (at: number, percent: number, over: Partial<Usage> = {}): Observation =>
  usage(at, 'a', { memory: percent * mebi, memoryLimit: limit, ...over });
const judge = (seen: readonly Observation[], now = noon) => assess(viewOf('a', ...begin(), ...seen), undefined, now);
const kinds = (seen: readonly Observation[], category: string): string[] =>
  judge(seen)
    .filter(issue => issue.category === category)
    .flatMap(issue => issue.evidence.map(piece => piece.kind));
const oomDeath = (at: number, over: Partial<Facts> = {}): Observation[] => [
  event(at - 2, 'a', 'oom'),
  event(at, 'a', 'die', { exit: 137 }),
  inspected(at + 5, id, someFacts('a', { state: 'exited', exitCode: 137, oomKilled: true, finishedAt: at, memoryLimit: limit, ...over })),
];

describe('samples of what a service uses', () => {
  const held = (...seen: Observation[]): number[] => (viewOf('a', ...begin(), ...seen).usage ?? []).map(sample => sample.at - noon);

  it('are kept in order, each once', () => {
    assert.deepEqual(held(memory(noon, 1), memory(noon + 5, 1), memory(noon + 5, 1), memory(noon + 2, 1)), [0, 5]);
  });

  it('are at most 120', () => {
    const many = Array.from({ length: 130 }, (_, i) => memory(noon + i, 1));
    assert.deepEqual(
      held(...many),
      Array.from({ length: 120 }, (_, i) => i + 10),
    );
  });

  it('stay for the instance before, and for none before that', () => {
    const next = (n: number): Observation => inventory(noon + n, aService('a', { instance: `${n}`.padStart(64, 'c') }));
    const of = (n: number, at: number): Observation => memory(noon + at, 1, { instance: `${n}`.padStart(64, 'c') });
    assert.deepEqual(held(memory(noon, 1), next(1), of(1, 5), next(2), of(2, 9), of(1, 10)), [5, 9]);
  });

  it('change no belief, so that no face is woken for them', () => {
    const world = worldOf(...begin());
    assert.deepEqual([...see(world, [memory(noon, 50)]).changed], []);
    assert.equal(see(world, [memory(noon, 50)]).world.services.get(id)?.usage?.length, 1);
  });

  it('change beliefs while a limit is reached, and when that ends', () => {
    const full = see(worldOf(...begin()), [memory(noon, 96)]);
    assert.deepEqual([...full.changed], [id]);
    const free = see(full.world, [memory(noon + 1, 40)]);
    assert.deepEqual([...free.changed], [id]);
    assert.deepEqual([...see(free.world, [memory(noon + 2, 41)]).changed], []);
  });
});

describe('a memory limit', () => {
  const died = oomDeath(noon - 3000);

  it('that was reached just before a kill for memory is evidence of it', () => {
    const [issue] = judge([memory(noon - 20_000, 99), ...died]);
    assert.equal(issue?.category, 'oom');
    const piece = issue?.evidence.find(each => each.kind === 'mem.limit');
    assert.deepEqual(
      [piece?.from, piece?.what, piece?.ref.quote],
      ['usage', 'its memory was at 99 % of its limit', '99.0 MiB of 100.0 MiB'],
    );
  });

  const silent: [string, Observation[]][] = [
    ['a minute before the death', [memory(noon - 70_000, 99), ...died]],
    ['and left again', [memory(noon - 20_000, 80), ...died]],
  ];
  for (const [what, seen] of silent)
    it(`that was reached only ${what} says nothing about it`, () => assert.ok(!kinds(seen, 'oom').includes('mem.limit')));

  it('that was reached by steady growth is told as a leak', () => {
    const grew = Array.from({ length: 12 }, (_, i) => memory(noon - 5000 - (11 - i) * 10_000, 63 + 3 * i));
    const piece = judge([...grew, ...died])[0]?.evidence.find(each => each.kind === 'mem.limit');
    assert.equal(piece?.what, 'its memory grew steadily by 18.0 MiB a minute to 96 % of its limit');
  });

  it('is evidence of the kill of a child, too', () => {
    assert.deepEqual(kinds([memory(noon - 30_000, 97), event(noon - 10_000, 'a', 'oom'), memory(noon - 5000, 20)], 'oom').sort(), [
      'mem.limit',
      'oom.event',
    ]);
  });

  it('that is reached now is a low suspicion in its own words, and no kill', () => {
    const seen = [...begin({ memoryLimit: limit }), memory(noon - 5000, 96)];
    const [issue, ...others] = assess(viewOf('a', ...seen), undefined, noon);
    assert.deepEqual([issue?.category, issue?.band, issue?.severity, others.length], ['oom', 'low', 'warning', 0]);
    assert.equal(
      issue === undefined ? '' : issueSummary(issue, worldOf(...seen), noon),
      'a (shop) runs at its memory limit: 96.0 MiB of 100.0 MiB',
    );
  });

  it('is no news where it is reached all the time and nothing dies of it', () => {
    const full = Array.from({ length: 15 }, (_, i) => memory(noon - (15 - i) * minute, 97));
    assert.deepEqual(judge(full), []);
    const rose = Array.from({ length: 15 }, (_, i) => memory(noon - (15 - i) * minute, i < 12 ? 50 : 97));
    assert.equal(judge(rose)[0]?.category, 'oom');
  });

  it('is forgotten when no newer sample says so', () => assert.deepEqual(judge([memory(noon - 7 * minute, 99)]), []));

  it('says nothing about a stop by hand', () => {
    const stopped = [
      event(noon - 5000, 'a', 'kill', { signal: 15 }),
      event(noon - 4000, 'a', 'die', { exit: 143 }),
      event(noon - 3990, 'a', 'stop'),
    ];
    assert.deepEqual(kinds([memory(noon - 10_000, 99), ...stopped], 'oom'), []);
  });
});

describe('a limit of processes', () => {
  const pids = (at: number, count: number): Observation => usage(at, 'a', { pids: count, pidsLimit: 20 });

  it('that is reached is evidence of a limit of resources', () => {
    const [issue, ...others] = judge([pids(noon - 2000, 20)]);
    assert.deepEqual([issue?.category, others.length], ['resource_limit', 0]);
    assert.deepEqual([issue?.evidence[0]?.kind, issue?.evidence[0]?.ref.quote], ['count.limit', '20 of 20']);
  });
  it('that is nearly reached says nothing', () => assert.deepEqual(judge([pids(noon - 2000, 19)]), []));
  it('that is free again says nothing', () => assert.deepEqual(judge([pids(noon - 9000, 20), pids(noon - 2000, 3)]), []));
  it('that was reached just before a crash is evidence', () => {
    const crash = [
      event(noon - 1000, 'a', 'die', { exit: 1 }),
      inspected(noon - 990, id, someFacts('a', { state: 'exited', exitCode: 1, finishedAt: noon - 1000 })),
    ];
    const found = (before: number): number =>
      usageRules.flatMap(rule => rule(sighting(viewOf('a', ...begin(), pids(noon - before, 20), ...crash), undefined, noon)) ?? []).length;
    assert.deepEqual([found(9000), found(90_000)], [1, 0]);
  });
});

describe('a summary of usage', () => {
  const summary = (seen: readonly Observation[], now = noon) => usageSummary(viewOf('a', ...begin(), ...seen), now);

  it('compares with what is usual, and tells the time to the limit', () => {
    const grows = Array.from({ length: 11 }, (_, i) =>
      memory(noon - (10 - i) * minute, 40 + 2 * i, { cpu: i === 10 ? 0.9 : 0.1, throttled: 0.25, pids: 3, pidsLimit: 20 }),
    );
    const found = summary(grows);
    assert.deepEqual(
      [found?.at, found?.memory?.now, found?.memory?.limit, found?.memory?.calm, found?.memory?.trend, found?.memory?.timeToLimitMs],
      [noon, 60 * mebi, limit, 49 * mebi, 'grows steadily by 2.0 MiB a minute', 20 * minute],
    );
    assert.deepEqual([found?.cpu?.now, found?.cpu?.calm, found?.throttled], [0.9, 0.1, 0.25]);
    assert.ok((found?.cpu?.z ?? 0) > 10);
    assert.deepEqual([found?.pids?.now, found?.pids?.limit, found?.pids?.trend], [3, 20, 'steady']);
  });

  it('tells what is now where little is known', () => {
    assert.deepEqual(summary([memory(noon, 40)]), { at: noon, memory: { now: 40 * mebi, limit } });
  });

  it('is none without a sample, after a silence, or of a run before', () => {
    assert.equal(summary([]), undefined);
    assert.equal(summary([memory(noon - 16 * minute, 40)]), undefined);
    const again = inspected(noon + 10, id, someFacts('a', { startedAt: noon + 5 }));
    assert.equal(summary([memory(noon, 40), again], noon + 20), undefined);
  });
});
