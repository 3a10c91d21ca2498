import assert from 'node:assert/strict';
import { sighting } from '../../src/diagnose/finding.ts';
import { isMissed, settled } from '../../src/diagnose/missed.ts';
import type { World } from '../../src/diagnose/world.ts';
import type { Observation } from '../../src/model/observation.ts';
import { serviceId } from '../../src/model/service.ts';
import { aService, event, inspected, inventory, logs, noon, someFacts, worldOf } from '../fakes/make.ts';

const id = (name: string) => serviceId('local', name, 'shop');
const pair = inventory(noon - 60_000, aService('a', { dependsOn: [id('b')] }), aService('b'));
const sight = (name: string, world: World, now: number) => {
  const view = world.services.get(id(name));
  assert.ok(view);
  return sighting(view, world.servers.get('local'), now, world);
};
const stopped = (name: string, at: number): Observation[] => [
  event(at, name, 'kill', { signal: 15 }),
  event(at + 10, name, 'die', { exit: 143 }),
  event(at + 20, name, 'stop'),
  inspected(at + 30, id(name), someFacts(name, { state: 'exited', exitCode: 143, finishedAt: at + 10 })),
];

describe('a service that was stopped by hand', () => {
  it('is missed where something needs it that runs', () => {
    assert.equal(isMissed(sight('b', worldOf(pair, ...stopped('b', noon)), noon + 1000)), true);
  });

  it('is not missed where what needs it was stopped by hand, too', () => {
    assert.equal(isMissed(sight('b', worldOf(pair, ...stopped('a', noon - 5000), ...stopped('b', noon)), noon + 1000)), false);
  });

  it('is not missed where nothing needs it', () => {
    assert.equal(isMissed(sight('a', worldOf(pair, ...stopped('a', noon)), noon + 1000)), false);
  });
});

describe('a service that died before what it needs was there', () => {
  const race = (peerUp: number): Observation[] => [
    pair,
    event(noon - 8000, 'a', 'die', { exit: 1 }),
    event(noon - 4000, 'a', 'start'),
    event(peerUp, 'b', 'start'),
    inspected(noon, id('b'), someFacts('b', { startedAt: peerUp })),
    inspected(noon, id('a'), someFacts('a', { startedAt: noon - 4000 })),
  ];

  it('is well again when it has run for a while since', () => {
    const world = worldOf(...race(noon - 5000));
    assert.equal(settled(sight('a', world, noon + 10_000)), false);
    assert.equal(settled(sight('a', world, noon + 17_000)), true);
  });

  it('is not where it complains since', () => {
    const line = { at: noon, text: 'ERROR no index', level: 'error' as const };
    assert.equal(settled(sight('a', worldOf(...race(noon - 5000), logs(noon, 'a', { errors: [line] })), noon + 30_000)), false);
  });

  it('is not where its peer had been there for long, or came much later', () => {
    for (const up of [noon - 40_000, noon + 12_000]) assert.equal(settled(sight('a', worldOf(...race(up)), noon + 60_000)), false);
  });

  it('is not while its peer is gone again', () => {
    const world = worldOf(...race(noon - 5000), event(noon + 1000, 'b', 'die', { exit: 1 }));
    assert.equal(settled(sight('a', world, noon + 60_000)), false);
  });

  it('is not where it never died', () => {
    assert.equal(settled(sight('a', worldOf(pair), noon + 60_000)), false);
  });
});
