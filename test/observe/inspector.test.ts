import assert from 'node:assert/strict';
import type { EngineEvent } from '../../src/observe/dockerEvents.ts';
import { EventQueue } from '../../src/observe/eventQueue.ts';
import { Inspector } from '../../src/observe/inspector.ts';
import { turns } from '../fakes/fakeClock.ts';

/** An inspector whose looks end when they are told to. */
function scripted(): { inspector: Inspector; looks: string[]; finish(id: string): Promise<void>; open(): number } {
  const looks: string[] = [];
  const ends = new Map<string, () => void>();
  const inspector = new Inspector(id => {
    looks.push(id);
    return new Promise(resolve => ends.set(id, resolve));
  });
  return {
    inspector,
    looks,
    open: () => ends.size,
    async finish(id) {
      ends.get(id)?.();
      ends.delete(id);
      await turns(2);
    },
  };
}

describe('the inspector', () => {
  it('looks once more, and only once, at what changed during a look', async () => {
    const { inspector, looks, finish } = scripted();
    for (let i = 0; i < 5; i++) inspector.ask('a');
    assert.deepEqual(looks, ['a']);
    await finish('a');
    assert.deepEqual(looks, ['a', 'a']);
    await finish('a');
    assert.deepEqual(looks, ['a', 'a']);
  });

  it('looks at thirty at once', async () => {
    const { inspector, looks, finish } = scripted();
    for (let i = 0; i < 100; i++) inspector.ask(`c${i}`);
    assert.equal(looks.length, 30);
    await finish('c0');
    assert.equal(looks.length, 31);
  });

  it('gathers while it is held', async () => {
    const { inspector, looks } = scripted();
    inspector.hold(true);
    for (let i = 0; i < 100; i++) inspector.ask(i % 2 ? 'a' : 'b');
    assert.deepEqual(looks, []);
    inspector.hold(false);
    assert.deepEqual(looks, ['b', 'a']);
  });

  it('says when nothing is left', async () => {
    const { inspector, finish } = scripted();
    await inspector.quiet();
    inspector.ask('a');
    let quiet = false;
    void inspector.quiet().then(() => {
      quiet = true;
    });
    await turns(2);
    assert.equal(quiet, false);
    await finish('a');
    assert.equal(quiet, true);
  });
});

describe('the queue of events', () => {
  const event = (n: number): EngineEvent => ({ instance: 'a', event: 'start', nano: String(n), at: n });

  it('holds back until it is started, then hands on in order', async () => {
    const seen: string[] = [];
    const queue = new EventQueue(
      () => 0,
      one => seen.push(one.nano),
    );
    queue.push(event(1));
    queue.push(event(2));
    await turns(2);
    assert.deepEqual(seen, []);
    queue.start();
    await turns(2);
    assert.deepEqual(seen, ['1', '2']);
  });

  it('keeps the newest five thousand and counts the rest', () => {
    const queue = new EventQueue(
      () => 0,
      () => undefined,
    );
    for (let n = 0; n < 5010; n++) queue.push(event(n));
    assert.equal(queue.dropped, 10);
    assert.deepEqual([queue.take()[0]?.nano, queue.take().length], ['10', 0]);
  });

  it('knows a storm by two hundred events in a second, and its end', () => {
    let now = 0;
    const queue = new EventQueue(
      () => now,
      () => undefined,
    );
    for (let n = 0; n < 199; n++) queue.push(event(n));
    assert.equal(queue.stormy, false);
    queue.push(event(199));
    assert.equal(queue.stormy, true);
    now = 2500;
    assert.equal(queue.stormy, false);
  });

  it('yields after eight milliseconds, so that nothing else waits longer', async () => {
    let now = 0;
    const seen: number[] = [];
    const queue = new EventQueue(
      () => now,
      one => {
        now += 3;
        seen.push(one.at);
      },
    );
    for (let n = 0; n < 10; n++) queue.push(event(n));
    queue.start();
    await turns(1);
    assert.ok(seen.length < 5, `${seen.length} at once`);
    await turns(10);
    assert.equal(seen.length, 10);
  });
});
