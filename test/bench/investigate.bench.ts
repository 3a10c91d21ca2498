import type { Investigation } from '../../src/act/investigation.ts';
import { investigationText } from '../../src/act/investigationText.ts';
import type { Result } from './bench.ts';
import { startCountingProxy, total } from './countingProxy.ts';
import { startFleet } from './fleet.ts';
import { median } from './numbers.ts';
import { startUnderTest } from './underTest.ts';

const size = 60;
const rounds = 7;
const signal = new AbortController().signal;
const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

interface Cost {
  readonly ms: number;
  readonly requests: number;
  readonly found: Investigation;
}

/** From the making of an engine that knows nothing to the answer, as a program that is asked once does it. */
async function cold(socket: string): Promise<number> {
  const began = performance.now();
  const tested = await startUnderTest(socket, false);
  try {
    await tested.engine.ready();
    await tested.engine.investigate('bench/fleet/s0', signal);
    return performance.now() - began;
  } finally {
    tested.stop();
  }
}

/** One investigation of each of some services, after the first look, and one more of the last while nothing has changed. */
async function measure(socket: string, followLogs: boolean): Promise<{ first: readonly Cost[]; same: Cost }> {
  const proxy = await startCountingProxy(socket);
  const tested = await startUnderTest(proxy.socket, followLogs);
  try {
    await tested.engine.triage();
    // The streams of a live view open some seconds after the first look.
    await pause(5000);
    await proxy.take();
    const one = async (n: number): Promise<Cost> => {
      const began = performance.now();
      const found = await tested.engine.investigate(`bench/fleet/s${n}`, signal);
      const ms = performance.now() - began;
      return { ms, requests: total(await proxy.take()), found };
    };
    const first: Cost[] = [];
    for (let n = 0; n < rounds; n++) first.push(await one(n));
    return { first, same: await one(rounds - 1) };
  } finally {
    tested.stop();
    await proxy.stop();
  }
}

export async function run(): Promise<Result> {
  const fleet = await startFleet(size, 7);
  try {
    const colds = [];
    for (let i = 0; i < 5; i++) colds.push(await cold(fleet.engine.socket));
    const cli = await measure(fleet.engine.socket, false);
    const code = await measure(fleet.engine.socket, true);
    const all = [...cli.first, ...code.first];
    const errors = all.flatMap(({ found }) => found.notSeen);
    const longest = Math.max(...all.map(({ found }) => investigationText(found, 'model').length));
    return {
      title: `Investigation of one service among ${size} running containers`,
      rows: [
        { what: 'Time from nothing, the first look with it', value: median(colds), unit: 'ms', limit: 2000 },
        { what: 'Time, command line', value: median(cli.first.map(({ ms }) => ms)), unit: 'ms', limit: 2000 },
        { what: 'Time, VS Code', value: median(code.first.map(({ ms }) => ms)), unit: 'ms', limit: 2000 },
        { what: 'Longest of all', value: Math.max(...all.map(({ ms }) => ms)), unit: 'ms', limit: 2000 },
        { what: 'Requests, command line', value: median(cli.first.map(({ requests }) => requests)), unit: '', limit: 10 },
        { what: 'The same question again: time', value: cli.same.ms, unit: 'ms', limit: 50 },
        { what: 'The same question again: requests', value: cli.same.requests, unit: '', limit: 0 },
        { what: 'Longest answer for a model', value: longest, unit: 'characters', limit: 6000 },
        { what: 'Parts that could not be seen', value: errors.length, unit: '', limit: 0 },
      ],
      notes: [
        `Medians of ${rounds} services, 7 of them with errors in their logs, after the first look of an engine that knows nothing. Requests are counted by a proxy in front of the engine. Asked again while nothing has changed, the last result answers.`,
      ],
    };
  } finally {
    await fleet.stop();
  }
}
