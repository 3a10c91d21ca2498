import assert from 'node:assert/strict';
import { silentLog } from '../../src/base/log.ts';
import { deathPart } from '../../src/engine/deaths.ts';
import { LateWriter } from '../../src/engine/lateWriter.ts';
import { PartKeeper } from '../../src/engine/partKeeper.ts';
import { openMemory } from '../../src/remember/store.ts';
import { FakeClock } from '../fakes/fakeClock.ts';
import { aService, event, inventory, noon, worldOf } from '../fakes/make.ts';

describe('What is written a little later', () => {
  const writer = () => {
    const clock = new FakeClock(noon);
    const written: string[] = [];
    return { clock, written, late: new LateWriter(clock, { after: 1000, width: 2, pause: 100 }, id => written.push(id)) };
  };

  it('goes a few at a time, each once however often it changed', () => {
    const { clock, written, late } = writer();
    for (const id of ['a', 'b', 'a', 'c', 'd', 'e']) late.mark(id);
    clock.advance(999);
    assert.deepEqual(written, []);
    clock.advance(1);
    assert.deepEqual(written, ['a', 'b']);
    clock.advance(100);
    assert.deepEqual(written, ['a', 'b', 'c', 'd']);
    clock.advance(100);
    assert.deepEqual(written, ['a', 'b', 'c', 'd', 'e']);
    clock.advance(10_000);
    assert.equal(written.length, 5);
  });

  it('goes at once when asked to, and then waits anew', () => {
    const { clock, written, late } = writer();
    late.now('a');
    assert.deepEqual(written, [], 'it did not wait');
    for (const id of ['a', 'b', 'c']) late.mark(id);
    late.now('b');
    late.flush();
    assert.deepEqual(written, ['b', 'a', 'c']);
    late.mark('a');
    clock.advance(1000);
    assert.deepEqual(written, ['b', 'a', 'c', 'a']);
  });
});

describe('A part of a service that is kept', () => {
  it('is written before its service is forgotten', async () => {
    const memory = await openMemory(undefined, silentLog);
    const clock = new FakeClock(noon);
    const id = 'local/shop/a';
    const before = worldOf(inventory(noon - 9000, aService('a')));
    const after = worldOf(inventory(noon - 9000, aService('a')), event(noon - 1000, 'a', 'die', { exit: 1 }));
    const keeper = new PartKeeper(deathPart, memory, clock);
    keeper.settle(before, new Set([id]));
    keeper.settle(after, new Set([id]));
    assert.equal(memory.get(`deaths/${id}`), undefined);
    keeper.settle({ ...after, services: new Map() }, new Set([id]));
    const again = new PartKeeper(deathPart, memory, clock).settle(before, new Set([id]));
    assert.deepEqual(
      again.services.get(id)?.deaths.map(({ exit }) => exit),
      [1],
    );
  });
});
