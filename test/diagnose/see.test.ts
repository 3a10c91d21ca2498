import assert from 'node:assert/strict';
import { see } from '../../src/diagnose/see.ts';
import { emptyWorld } from '../../src/diagnose/world.ts';
import type { Observation } from '../../src/model/observation.ts';
import { serviceId } from '../../src/model/service.ts';
import {
  aServer,
  aService,
  event,
  inspected,
  instanceOf,
  inventory,
  logs,
  noon,
  someFacts,
  synced,
  viewOf,
  worldOf,
} from '../fakes/make.ts';

const id = serviceId('local', 'a', 'shop');
const line = (at: number, text: string) => ({ at, level: 'error' as const, text });

describe('seeing the world', () => {
  it('changes state with events, at the time they happened there', () => {
    const view = viewOf('a', inventory(noon, aService('a')), event(noon + 10, 'a', 'die', { exit: 1 }));
    assert.equal(view.service.state, 'exited');
    assert.equal(view.service.since, noon + 10);
  });

  it('lets an event that came after the list was asked for win over the list', () => {
    const view = viewOf('a', inventory(noon, aService('a')), event(noon + 10, 'a', 'die'), inventory(noon + 5, aService('a')));
    assert.equal(view.service.state, 'exited');
  });

  it('lets a later list win over an event', () => {
    const view = viewOf(
      'a',
      inventory(noon, aService('a')),
      event(noon + 10, 'a', 'die'),
      inventory(noon + 500, aService('a', { since: noon + 400 })),
    );
    assert.equal(view.service.state, 'running');
  });

  it('counts an event once, however often it is told', () => {
    const die = event(noon + 10, 'a', 'die', { exit: 1 });
    const view = viewOf('a', inventory(noon, aService('a')), die, die, die);
    assert.equal(view.deaths.length, 1);
    assert.equal(view.moments.length, 1);
  });

  it('keeps the ledger of a service that is recreated', () => {
    const instance = 'f'.repeat(64);
    const view = viewOf(
      'a',
      inventory(noon, aService('a')),
      event(noon + 10, 'a', 'die', { exit: 1 }),
      inventory(noon + 50, aService('a', { instance })),
    );
    assert.equal(view.service.instance, instance);
    assert.equal(view.deaths.length, 1);
    assert.equal(view.facts, undefined);
  });

  it('does not take an event of the old instance for one of the new', () => {
    const old = instanceOf('a');
    const view = viewOf(
      'a',
      inventory(noon, aService('a', { instance: 'f'.repeat(64) })),
      event(noon + 10, 'a', 'die', { instance: old, exit: 1 }),
    );
    assert.equal(view.service.state, 'running');
    assert.equal(view.deaths.length, 0);
  });

  it('takes the exit code and the OOM flag of a death from inspect', () => {
    const facts = someFacts('a', { state: 'exited', exitCode: 137, oomKilled: true, finishedAt: noon + 10 });
    const view = viewOf('a', inventory(noon, aService('a')), event(noon + 10, 'a', 'die', { exit: 0 }), inspected(noon + 20, id, facts));
    assert.deepEqual(
      view.deaths.map(({ exit, exitFrom, oom, inferred }) => ({ exit, exitFrom, oom, inferred })),
      [{ exit: 137, exitFrom: 'inspect', oom: true, inferred: false }],
    );
  });

  it('infers a death that nobody saw, once', () => {
    const facts = someFacts('a', { state: 'exited', exitCode: 3, finishedAt: noon - 5000 });
    const view = viewOf('a', inventory(noon, aService('a')), inspected(noon, id, facts), inspected(noon + 60_000, id, facts));
    assert.deepEqual(
      view.deaths.map(({ exit, inferred }) => ({ exit, inferred })),
      [{ exit: 3, inferred: true }],
    );
  });

  it('does not read an exit code from a container that runs again', () => {
    const facts = someFacts('a', { exitCode: 0, finishedAt: noon + 10, startedAt: noon + 110, restartCount: 1 });
    const view = viewOf('a', inventory(noon, aService('a')), event(noon + 10, 'a', 'die', { exit: 2 }), inspected(noon + 120, id, facts));
    assert.deepEqual(
      view.deaths.map(({ exit, exitFrom }) => ({ exit, exitFrom })),
      [{ exit: 2, exitFrom: 'event' }],
    );
  });

  it('marks a death as intended after docker stop, docker restart and docker kill', () => {
    const stop = viewOf('a', inventory(noon, aService('a')), event(noon + 5, 'a', 'die'), event(noon + 6, 'a', 'stop'));
    const kill = viewOf('a', inventory(noon, aService('a')), event(noon + 1, 'a', 'kill', { signal: 9 }), event(noon + 5, 'a', 'die'));
    assert.deepEqual(
      [stop, kill].map(view => view.deaths[0]?.intended),
      [true, true],
    );
  });

  it('keeps at most 64 moments and deaths', () => {
    const storm = Array.from({ length: 200 }, (_, i) => [
      event(noon + i * 10, 'a', 'start'),
      event(noon + i * 10 + 5, 'a', 'die', { exit: 1 }),
    ]).flat();
    const view = viewOf('a', inventory(noon - 1, aService('a')), ...storm);
    assert.deepEqual([view.moments.length, view.deaths.length], [64, 64]);
  });

  it('calls what is no longer listed missing, and forgets it a day later', () => {
    const gone = worldOf(inventory(noon, aService('a'), aService('b')), inventory(noon + 10, aService('b')));
    assert.equal(gone.services.get(id)?.service.state, 'missing');
    const later = see(gone, [inventory(noon + 25 * 3_600_000, aService('b'))]).world;
    assert.equal(later.services.has(id), false);
  });

  it('leaves units alone when containers are listed, and the reverse', () => {
    const unit = aService('u', { kind: 'unit', id: 'local/unit:u.service' });
    const world = worldOf(inventory(noon, unit), inventory(noon + 1, aService('a')), inventory(noon + 2, unit));
    assert.deepEqual(
      [...world.services.values()].map(view => view.service.state),
      ['running', 'running'],
    );
  });

  it('adds up what logs told, and begins anew with another instance', () => {
    const seen: Observation[] = [
      inventory(noon, aService('a')),
      logs(noon, 'a', { errors: [line(noon, 'one')], lines: 5 }),
      logs(noon + 60_000, 'a', { errors: [line(noon + 60_000, 'two')], lines: 7, errorCount: 9 }),
    ];
    const memory = viewOf('a', ...seen).logs;
    assert.deepEqual(
      memory?.errors.map(each => each.text),
      ['one', 'two'],
    );
    assert.equal(memory?.lines, 12);
    assert.deepEqual([...(memory?.errorMinutes.values() ?? [])], [1, 9]);
    const next = logs(noon + 90_000, 'a', { errors: [line(noon, 'new')] });
    const other = { ...next, instance: 'f'.repeat(64) } as Observation;
    assert.deepEqual(
      viewOf('a', ...seen, other).logs?.errors.map(each => each.text),
      ['new'],
    );
  });

  it('shows a loss of sight with its reason, and the gap when sight is back', () => {
    const lost: Observation = {
      kind: 'sight',
      clear: false,
      why: { code: 'down', text: 'down', next: 'start it' },
      at: noon,
      plusMinus: 0,
      server: 'local',
      how: 'live',
    };
    const blind = see(worldOf(inventory(noon - 10, aService('a'))), [lost]);
    assert.equal(blind.world.servers.get('local')?.sight, 'lost');
    assert.ok(blind.changed.has(id), 'services of a lost server are judged again');
    const back = see(blind.world, [synced(noon + 9000)]).world.servers.get('local');
    assert.deepEqual([back?.sight, back?.gap, back?.loss], ['clear', [noon, noon + 9000], undefined]);
  });

  it('ignores what belongs to no service it knows', () => {
    const { world, changed } = see(emptyWorld([aServer], noon), [event(noon, 'a', 'die'), inspected(noon, id, someFacts('a'))]);
    assert.deepEqual([world.services.size, changed.size], [0, 0]);
  });
});
