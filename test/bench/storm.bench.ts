import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Engine } from '../../src/engine/port.ts';
import { changedRows } from '../../src/ui/treeChanges.ts';
import { treeRows } from '../../src/ui/treeRows.ts';
import type { Result } from './bench.ts';
import { heapNow } from './heap.ts';
import { percentile } from './numbers.ts';
import type { StormOrder, StormTruth } from './stormEngine.ts';
import { startUnderTest } from './underTest.ts';

export interface StormCost {
  /** Event-loop delay, ms; `idle` is the p99 of the same process just before the storm. */
  readonly idle: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Processor time of the main thread between two turns of a 1 ms timer, p99 in ms: what is left of the delay where other programs run too. */
  readonly own: number;
  readonly sent: number;
  /** Services whose state in the end is not the engine's. */
  readonly wrong: readonly string[];
  readonly changes: number;
  /** Share of one core, %. */
  readonly cpu: number;
  /** MB kept after the storm that was not kept before it. */
  readonly heapGrowth: number;
  readonly truth: StormTruth;
}

interface Storm {
  readonly socket: string;
  begin(): void;
  end(): Promise<StormTruth>;
  stop(): void;
}

async function startStorm(containers: number, perSecond: number): Promise<Storm> {
  const folder = mkdtempSync(join(tmpdir(), 'dozor-storm-'));
  const order: StormOrder = { socket: join(folder, 'docker.sock'), containers, perSecond };
  const child = fork(fileURLToPath(new URL('./stormEngine.ts', import.meta.url)), [JSON.stringify(order)]);
  await once(child, 'message');
  return {
    socket: order.socket,
    begin: () => void child.send('begin'),
    async end() {
      const answer = once(child, 'message');
      child.send('end');
      return (await answer)[0] as StormTruth;
    },
    stop() {
      child.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function wrongStates(engine: Engine, truth: StormTruth): string[] {
  const believed = new Map([...engine.beliefs().world.services.values()].map(({ service }) => [service.instance, service.state]));
  return Object.entries(truth.states).flatMap(([id, state]) =>
    believed.get(id) === state ? [] : [`${id.slice(0, 6)}: ${state}, believed ${believed.get(id)}`],
  );
}

/** Does at each change what the tree in the sidebar does, and counts the changes. */
function drawTree(engine: Engine): () => number {
  let changes = 0;
  let rows = treeRows(engine.beliefs(), Date.now(), '');
  engine.changed(beliefs => {
    changes++;
    const before = rows;
    rows = treeRows(beliefs, Date.now(), '');
    changedRows(before, rows, false);
  });
  return () => changes;
}

/** Event-loop delay while something goes on, ms. */
async function delayOf(during: Promise<unknown>): Promise<Pick<StormCost, 'p50' | 'p99' | 'max' | 'own'>> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const turns: number[] = [];
  let last = process.threadCpuUsage();
  const turn = setInterval(() => {
    const now = process.threadCpuUsage();
    turns.push((now.user + now.system - last.user - last.system) / 1000);
    last = now;
  }, 1);
  delay.enable();
  await during;
  delay.disable();
  clearInterval(turn);
  return { p50: delay.percentile(50) / 1e6, p99: delay.percentile(99) / 1e6, max: delay.max / 1e6, own: percentile(turns, 0.99) };
}

/** The engine on 200 containers of an engine in another process that says 500 times a second that something happened. */
export async function measureStorm(ms: number, containers = 200, perSecond = 500): Promise<StormCost> {
  const storm = await startStorm(containers, perSecond);
  const tested = await startUnderTest(storm.socket, true);
  try {
    await tested.engine.triage();
    await wait(2000);
    const idle = (await delayOf(wait(3000))).p99;
    const heap = heapNow();
    const changes = drawTree(tested.engine);
    const before = process.cpuUsage();
    storm.begin();
    const delay = await delayOf(wait(ms));
    const { user, system } = process.cpuUsage(before);
    const truth = await storm.end();
    await wait(4000);
    return {
      idle,
      ...delay,
      sent: truth.sent,
      wrong: wrongStates(tested.engine, truth),
      changes: changes(),
      cpu: (user + system) / 10 / ms,
      heapGrowth: heapNow() - heap,
      truth,
    };
  } finally {
    tested.stop();
    storm.stop();
  }
}

export async function run(): Promise<Result> {
  const seconds = 30;
  const cost = await measureStorm(seconds * 1000);
  return {
    title: 'A storm: 200 containers, 500 events a second',
    rows: [
      { what: 'Event-loop delay at rest, p99', value: cost.idle, unit: 'ms' },
      { what: 'Event-loop delay, p50', value: cost.p50, unit: 'ms' },
      { what: 'Event-loop delay, p99', value: cost.p99, unit: 'ms', limit: 20 },
      { what: 'Processor time of ours between two turns, p99', value: cost.own, unit: 'ms', limit: 20 },
      { what: 'Event-loop delay, longest', value: cost.max, unit: 'ms' },
      { what: 'Services in a wrong state when it is over', value: cost.wrong.length, unit: '', limit: 0 },
      { what: 'Events', value: cost.sent, unit: '' },
      { what: 'Changes told to the faces, per second', value: cost.changes / seconds, unit: '' },
      { what: 'Processor', value: cost.cpu, unit: '% of a core' },
      { what: 'Heap that stays', value: cost.heapGrowth, unit: 'MB' },
    ],
    notes: [
      `${seconds} s; the engine is a stand-in that speaks HTTP on a socket from a process of its own, kills, starts, freezes and sickens its containers in turn, writes a log line per container and second, and answers lists and inspects. Delay as \`monitorEventLoopDelay\` gives it at a resolution of 1 ms, nothing subtracted; it grows when other programs take the processor, the row below it does not.`,
    ],
  };
}
