import assert from 'node:assert/strict';
import { assess } from '../../src/diagnose/assess.ts';
import type { Observation } from '../../src/model/observation.ts';
import { type Service, serviceId } from '../../src/model/service.ts';
import { aService, event, inspected, inventory, logs, noon, someFacts, worldOf } from '../fakes/make.ts';

const minute = 60_000;
const idOf = (name: string): string => serviceId('local', name, 'shop');
const unanswered = { exit: -1, output: 'Health check exceeded timeout (1s)' };
/** Runs with a peer, known for ten minutes; its check gets no answer. */
const hangs = (over: Partial<Service> = {}, last = unanswered): Observation[] => [
  inventory(noon - 10 * minute, aService('a', over), aService('b')),
  inspected(noon - 9 * minute, idOf('b'), someFacts('b')),
  inspected(noon - 1000, idOf('a'), someFacts('a', { health: 'unhealthy', hasHealthcheck: true, failingStreak: 3, healthLast: last })),
];
/** A line each ten seconds, the newest `silent` ms ago. */
const chatter = (silent: number, from = noon - 10 * minute): Observation => {
  const to = noon - silent;
  return logs(to, 'a', { lines: Math.floor((to - from) / 10_000) + 1, from, to, last: [{ at: to, level: 'info', text: 'tick' }] });
};
const judge = (...seen: Observation[]) => {
  const world = worldOf(...seen);
  const view = world.services.get(idOf('a'));
  return view === undefined ? assert.fail() : assess(view, world.servers.get('local'), noon, world);
};
const kinds = (...seen: Observation[]): string[] => {
  const hang = judge(...seen).find(issue => issue.category === 'hang');
  return hang?.evidence.map(piece => piece.kind).filter(kind => kind !== 'log.quote') ?? [];
};

describe('a hang', () => {
  it('is sure where what it needs is there and its log fell silent', () => {
    const [issue] = judge(...hangs({ dependsOn: [idOf('b')] }), chatter(90_000));
    assert.deepEqual([issue?.category, issue?.band, issue?.confidence.toFixed(2)], ['hang', 'high', '0.94']);
    assert.equal(issue?.evidence.find(piece => piece.kind === 'alive.deps')?.what, 'what it needs is there: b');
    assert.match(issue?.evidence.find(piece => piece.kind === 'quiet.log')?.what ?? '', /nothing for 90 s, and usually does every 10 s/);
  });

  it('needs nothing where no need is known', () => assert.ok(kinds(...hangs()).includes('alive.deps')));

  const waiting: [string, Observation[]][] = [
    ['is down', [event(noon - 5 * minute, 'b', 'die', { exit: 1 })]],
    ['died a minute ago', [event(noon - minute, 'b', 'die', { exit: 1 }), event(noon - 50_000, 'b', 'start')]],
    ['is unwell', [inspected(noon - 2000, idOf('b'), someFacts('b', { health: 'unhealthy' }))]],
  ];
  for (const [what, seen] of waiting)
    it(`may be a wait where what it needs ${what}`, () =>
      assert.ok(!kinds(...hangs({ dependsOn: [idOf('b')] }), ...seen).includes('alive.deps')));

  const talking: [string, Observation][] = [
    ['spoke half a minute ago', chatter(30_000)],
    ['spoke before we watched, and may not be followed', chatter(10 * minute, noon - 20 * minute)],
    ['hardly ever speaks', logs(noon - 90_000, 'a', { lines: 5, from: noon - 50 * minute, to: noon - 90_000 })],
    ['has no usual gap yet', logs(noon - 90_000, 'a', { lines: 2, from: noon - 100_000, to: noon - 90_000 })],
  ];
  for (const [what, seen] of talking)
    it(`is not told by the log of one that ${what}`, () => assert.ok(!kinds(...hangs(), seen).includes('quiet.log')));

  it('is none where the check fails with an answer', () =>
    assert.deepEqual(kinds(...hangs({}, { exit: 1, output: 'no' }), chatter(90_000)), []));
});
