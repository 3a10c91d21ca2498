import http from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { mustDocker } from '../../scripts/docker.ts';
import type { Engine } from '../../src/engine/port.ts';
import type { InstanceId, ServiceState } from '../../src/model/service.ts';
import type { Result } from './bench.ts';
import { type Fleet, startFleet } from './fleet.ts';
import { median, percentile } from './numbers.ts';
import { beliefsWhere, startUnderTest } from './underTest.ts';

export interface Latency {
  /** ms from just before the kill was sent. */
  readonly fromSent: number;
  /** ms from the engine's answer to the kill; below 0 when the change was told before it. */
  readonly fromAnswer: number;
  /** ms from the arrival of the engine's own `die` event at a listener beside ours. */
  readonly fromEvent: number;
}

/** Tells when (performance.now()) the newest `die` event arrived. */
function listenForDeaths(socket: string): { readonly newest: () => number; stop(): void } {
  let newest = Number.NaN;
  const filters = encodeURIComponent(JSON.stringify({ event: ['die'] }));
  const request = http.get({ socketPath: socket, path: `/events?filters=${filters}` }, answer => {
    answer.on('data', () => {
      newest = performance.now();
    });
    answer.on('error', () => undefined);
  });
  request.on('error', () => undefined);
  return { newest: () => newest, stop: () => void request.destroy() };
}

/** The engine tells at most once per 50 ms; a kill is not to meet what the start before it set off. */
const restMs = 300;

const becomes = async (engine: Engine, instance: InstanceId, state: ServiceState): Promise<number> => {
  await beliefsWhere(engine, `${instance.slice(0, 12)} is ${state}`, ({ world }) =>
    [...world.services.values()].some(({ service }) => service.instance === instance && service.state === state),
  );
  return performance.now();
};

async function killOnce({ api }: Fleet, engine: Engine, instance: InstanceId, died: () => number): Promise<Latency> {
  const seen = becomes(engine, instance, 'exited');
  const sent = performance.now();
  await mustDocker(api, 'POST', `/containers/${instance}/kill`);
  const answered = performance.now();
  const told = await seen;
  // Both listeners have heard it by now: the answer comes after the event.
  const fromEvent = told - died();
  await mustDocker(api, 'POST', `/containers/${instance}/start`);
  await becomes(engine, instance, 'running');
  await wait(restMs);
  return { fromSent: told - sent, fromAnswer: told - answered, fromEvent };
}

/** Kills containers one after another and times when the engine tells the change. */
export async function measureLatency(fleet: Fleet, kills: number): Promise<Latency[]> {
  const tested = await startUnderTest(fleet.engine.socket, true);
  const deaths = listenForDeaths(fleet.engine.socket);
  try {
    await tested.engine.ready();
    const latencies: Latency[] = [];
    for (let i = 0; i < kills; i++) {
      latencies.push(await killOnce(fleet, tested.engine, fleet.ids[i % fleet.ids.length] ?? '', deaths.newest));
    }
    return latencies;
  } finally {
    deaths.stop();
    tested.stop();
  }
}

export async function run(): Promise<Result> {
  const fleet = await startFleet(10, 1);
  try {
    const all = await measureLatency(fleet, 40);
    const sent = all.map(one => one.fromSent);
    const answered = all.map(one => one.fromAnswer);
    return {
      title: 'From `docker kill` to the engine’s change',
      rows: [
        { what: 'From the call until the change is told: p50', value: median(sent), unit: 'ms' },
        { what: 'From the call until the change is told: p95', value: percentile(sent, 0.95), unit: 'ms', limit: 500 },
        { what: 'From the call until the change is told: longest', value: Math.max(...sent), unit: 'ms' },
        {
          what: 'From Docker’s event until the change is told: p95',
          value: percentile(
            all.map(one => one.fromEvent),
            0.95,
          ),
          unit: 'ms',
        },
        { what: 'From Docker’s answer until the change is told: p95', value: percentile(answered, 0.95), unit: 'ms' },
      ],
      notes: [
        '40 kills of 10 containers, logs followed. Most of it is Docker’s own time to end the container and to say so; the engine tells changes at most once per 50 ms, and the event of the kill itself is one.',
      ],
    };
  } finally {
    await fleet.stop();
  }
}
