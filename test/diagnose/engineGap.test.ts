import assert from 'node:assert/strict';
import { assess } from '../../src/diagnose/assess.ts';
import { gapOf, isWithin } from '../../src/diagnose/engineGap.ts';
import { see } from '../../src/diagnose/see.ts';
import type { World } from '../../src/diagnose/world.ts';
import type { Observation } from '../../src/model/observation.ts';
import { serviceId } from '../../src/model/service.ts';
import { aService, event, inspected, inventory, noon, someFacts, synced, worldOf } from '../fakes/make.ts';

const id = (name: string) => serviceId('local', name, 'shop');
const loss = (at: number): Observation => ({
  kind: 'sight',
  clear: false,
  why: { code: 'down', text: 'down', next: 'start it' },
  at,
  plusMinus: 0,
  server: 'local',
  how: 'live',
});
const two = [inventory(noon - 60_000, aService('a'), aService('b')), ...['a', 'b'].map(n => inspected(noon - 50_000, id(n), someFacts(n)))];
const kill = (name: string, at: number, signal = 15): Observation => event(at, name, 'kill', { signal });
const died = (name: string, at: number): Observation => event(at, name, 'die', { exit: 137 });
const ended = (name: string, finishedAt: number, at: number): Observation =>
  inspected(at, id(name), someFacts(name, { state: 'exited', exitCode: 137, finishedAt }));
/** How the engine is gone after these, and what is believed of `name` when it is back. */
const outcome = (name: string, ...seen: Observation[]): { world: World; categories: string[] } => {
  const { world } = see(worldOf(...two), seen);
  const view = world.services.get(id(name));
  assert.ok(view);
  const issues = assess(view, world.servers.get('local'), noon + 20_000, world);
  return { world, categories: issues.map(({ category, band }) => `${category} ${band}`) };
};

describe('an engine that ends', () => {
  // The kills of all, the end of the one and then of the sight: the end of the other is not told any more.
  const farewell = [kill('a', noon - 1100), kill('b', noon - 1098), kill('a', noon - 90, 9), died('a', noon - 50), loss(noon)];
  const back = [ended('a', noon - 50, noon + 9000), ended('b', noon - 40, noon + 9000), synced(noon + 9100)];

  it('is why its containers ended, also those whose end was told before it went', () => {
    for (const name of ['a', 'b']) assert.deepEqual(outcome(name, ...farewell, ...back).categories, ['daemon_restart high']);
  });

  it('makes no death that counts against a service', () => {
    const { services } = outcome('a', ...farewell, ...back).world;
    assert.deepEqual(
      [...services.values()].flatMap(view => view.deaths).map(({ intended }) => intended),
      [true, true],
    );
  });

  it('makes none either where it was killed, and ended what was left at its start', () => {
    const { world, categories } = outcome('a', loss(noon), ended('a', noon + 6000, noon + 6500), synced(noon + 6600));
    assert.deepEqual(categories, ['daemon_restart high']);
    assert.deepEqual(
      world.services.get(id('a'))?.deaths.map(({ intended }) => intended),
      [true],
    );
  });

  it('leaves a stop by hand what it is, where others ran on until it went', () => {
    const { categories } = outcome(
      'a',
      kill('a', noon - 2000),
      died('a', noon - 1000),
      event(noon - 990, 'a', 'stop'),
      loss(noon),
      ...back.slice(2),
    );
    assert.deepEqual(categories, ['operator_action high']);
  });

  it('leaves a stop by hand what it is, where the others were ended a while later', () => {
    const stopped = [kill('a', noon - 9000), died('a', noon - 8000), event(noon - 7990, 'a', 'stop')];
    const { world, categories } = outcome('a', ...stopped, kill('b', noon - 1098), died('b', noon - 50), loss(noon), synced(noon + 9100));
    assert.deepEqual(categories, ['operator_action high']);
    assert.equal(gapOf(world.servers.get('local'))?.[0], noon - 1098);
  });

  it('leaves a stop of all by hand what it is, where the engine went a while later', () => {
    const stopped = ['a', 'b'].flatMap(name => [kill(name, noon - 9000), died(name, noon - 8000), event(noon - 7990, name, 'stop')]);
    assert.deepEqual(outcome('a', ...stopped, loss(noon), synced(noon + 9100)).categories, ['operator_action high']);
  });

  it('has an open gap while it is away, and keeps the first beginning when the reason of the loss changes', () => {
    const later: Observation = {
      ...(loss(noon + 3000) as Extract<Observation, { kind: 'sight' }>),
      why: { code: 'no-engine', text: 'x', next: 'y' },
    };
    const server = outcome('a', ...farewell, later).world.servers.get('local');
    assert.deepEqual(gapOf(server), [noon - 1100, Number.POSITIVE_INFINITY]);
    assert.deepEqual(
      [isWithin(gapOf(server), noon - 1101), isWithin(gapOf(server), noon), isWithin(undefined, noon)],
      [false, true, false],
    );
  });
});
