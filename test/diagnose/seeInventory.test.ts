import assert from 'node:assert/strict';
import { see } from '../../src/diagnose/see.ts';
import { emptyWorld, type World } from '../../src/diagnose/world.ts';
import type { Server } from '../../src/model/service.ts';
import { aServer, aService, inventory, noon } from '../fakes/make.ts';

const unit = aService('u', { kind: 'unit', id: 'local/unit:u.service' });
const container = aService('a');
const worldOn = (watches: Server['watches'], ...seen: Parameters<typeof see>[1]): World =>
  see(emptyWorld([{ ...aServer, watches }], noon), seen).world;
const states = (world: World): string[] => [...world.services.values()].map(view => `${view.service.kind} ${view.service.state}`).sort();

describe('An empty list', () => {
  it('of a server with units alone says that they are gone', () => {
    assert.deepEqual(states(worldOn(['systemd'], inventory(noon, unit), inventory(noon + 1))), ['unit missing']);
  });

  it('of a server with containers says that those are gone, and nothing of units', () => {
    for (const watches of [['docker'], ['docker', 'systemd']] as const)
      assert.deepEqual(states(worldOn(watches, inventory(noon, unit), inventory(noon, container), inventory(noon + 1))), [
        'container missing',
        'unit running',
      ]);
  });

  it('says nothing of another server', () => {
    const world = see(emptyWorld([aServer, { ...aServer, id: 'far' }], noon), [
      inventory(noon, container),
      { ...inventory(noon + 1), server: 'far' },
    ]).world;
    assert.deepEqual(states(world), ['container running']);
  });
});

describe('A removed service', () => {
  it('is forgotten a day later, and that is a change', () => {
    const day = 24 * 3_600_000;
    const gone = worldOn(['docker'], inventory(noon, container), inventory(noon + 1));
    const later = see(gone, [inventory(noon + 2 + day)]);
    assert.deepEqual([later.world.services.size, [...later.changed]], [0, [container.id]]);
    assert.equal(see(gone, [inventory(noon + day)]).world.services.size, 1);
  });
});
