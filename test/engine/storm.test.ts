import assert from 'node:assert/strict';
import { systemClock } from '../../src/base/time.ts';
import type { Observation } from '../../src/model/observation.ts';
import { keepingLog, makeBed, runs, shopBed, shopId } from '../fakes/engineBed.ts';
import { turns } from '../fakes/fakeClock.ts';
import { aService, event, inventory, noon, synced } from '../fakes/make.ts';

/** Time that this thread has worked, ms: other programs on a busy machine do not count. */
const cpu = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

describe('A storm of events', () => {
  it('of 20,000 is taken in slices of at most 20 ms, in order, and none is lost', async function () {
    this.timeout(60_000);
    const names = Array.from({ length: 50 }, (_, i) => `s${i}`);
    // The real clock: a slice is measured by it.
    const bed = await makeBed({ engineClock: systemClock });
    bed.engine.start();
    await turns(2);
    const start = Date.now() - 60_000;
    bed.link.emit(inventory(start, ...names.map(name => aService(name))), ...names.map(name => runs(start, name)), synced(start));
    await bed.engine.ready();
    const deaths: string[] = [];
    bed.engine.entry(entry => {
      if (entry.kind === 'observed' && entry.event === 'die') deaths.push(entry.id);
    });
    const storm: Observation[] = Array.from({ length: 10_000 }, (_, i) => {
      const name = names[i % names.length] ?? '';
      return [event(start + i, name, 'start'), event(start + i, name, 'die', { exit: 1 })];
    }).flat();
    const before = bed.engine.counts.observations;
    bed.link.emit(...storm);
    assert.equal(bed.engine.counts.observations, before, 'nothing is done in the turn of the caller');
    const holds: number[] = [];
    while (bed.engine.counts.queued > 0) {
      const began = cpu();
      await turns(1);
      holds.push(cpu() - began);
    }
    await turns(2);
    bed.engine.dispose();
    assert.equal(bed.engine.counts.observations - before, 20_000);
    assert.equal(deaths.length, 10_000);
    const nanos = deaths.map(id => BigInt(id.split(':').at(-1) ?? '0'));
    assert.ok(
      nanos.every((nano, i) => i === 0 || nano > (nanos[i - 1] ?? 0n)),
      'in order',
    );
    assert.ok(holds.length > 20, `${holds.length} turns of the loop`);
    const most = holds.toSorted((a, b) => a - b)[Math.floor(holds.length * 0.97)] ?? 0;
    assert.ok(most <= 20, `one turn took ${most.toFixed(1)} ms`);
    assert.equal(bed.engine.beliefs().world.services.get(shopId('s0'))?.deaths.length, 64);
    bed.memory.dispose();
  });

  it('that is too much to keep makes the engine look anew', async () => {
    const log = keepingLog();
    const bed = await shopBed({ log });
    const tick: Observation = { kind: 'tick', at: noon, plusMinus: 0, server: 'local', how: 'live' };
    for (let i = 0; i < 100_003; i++) bed.link.emit(tick);
    await bed.engine.triage();
    assert.deepEqual([bed.engine.counts.dropped, bed.link.asked], [3, ['refresh']]);
    assert.match(log.told.join(), /3 observations were let go/);
    bed.engine.dispose();
    bed.memory.dispose();
  });
});
