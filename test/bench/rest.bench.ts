import { setTimeout as wait } from 'node:timers/promises';
import type { Result } from './bench.ts';
import { startCountingProxy, total } from './countingProxy.ts';
import { startFleet } from './fleet.ts';
import { heapNow } from './heap.ts';
import { startUnderTest } from './underTest.ts';

const restMs = 130_000;

export async function run(): Promise<Result> {
  const fleet = await startFleet(60, 7);
  const proxy = await startCountingProxy(fleet.engine.socket);
  const bare = heapNow();
  const tested = await startUnderTest(proxy.socket, true);
  try {
    await tested.engine.triage();
    await wait(5000);
    await proxy.take();
    const before = process.cpuUsage();
    const from = performance.now();
    let changes = 0;
    const listening = tested.engine.changed(() => changes++);
    await wait(restMs);
    const { user, system } = process.cpuUsage(before);
    listening.dispose();
    const { 'GET /containers/json': reconciles = 0, 'GET /containers/{id}/stats': samples = 0, ...others } = await proxy.take();
    const minutes = (performance.now() - from) / 60_000;
    return {
      title: 'At rest: 60 running containers, nothing happens',
      rows: [
        { what: 'Lists for the reconcile, per minute', value: reconciles / minutes, unit: '', limit: 1 },
        // One each five minutes of each container that has no limit: 60 / 5, and two for where the window falls. A sample costs the engine about 1 ms.
        { what: 'Samples of what containers use, per minute', value: samples / minutes, unit: '', limit: 14 },
        { what: 'Other Docker requests, per minute', value: total(others) / minutes, unit: '', limit: 0 },
        { what: 'Processor time of the whole process', value: (user + system) / 10 / restMs, unit: '%', limit: 0.5 },
        { what: 'Heap that the engine holds', value: heapNow() - bare, unit: 'MB' },
        { what: 'Changes told to the faces', value: changes, unit: '' },
      ],
      notes: [
        `Over ${restMs / 1000} s with the configuration of VS Code (logs followed), after a first triage. The event stream and the followed logs stay open and cost no request. The counting proxy runs in the same process, so its work is part of the processor time.${total(others) > 0 ? ` Others: ${JSON.stringify(others)}.` : ''}`,
      ],
    };
  } finally {
    tested.stop();
    await proxy.stop();
    await fleet.stop();
  }
}
