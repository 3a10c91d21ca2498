import type { Report } from '../../src/diagnose/report.ts';
import type { Result, Row } from './bench.ts';
import { type Counts, startCountingProxy, total } from './countingProxy.ts';
import { type Fleet, startFleet } from './fleet.ts';
import { median } from './numbers.ts';
import { startUnderTest } from './underTest.ts';

export interface Cost {
  /** All but the log streams that stay open afterwards. */
  readonly requests: number;
  readonly streams: number;
  readonly ms: number;
  readonly counts: Counts;
  readonly report: Report;
}

export interface TriageCost {
  readonly cold: Cost;
  readonly warm: Cost;
  /** Later than the inventory is fresh; undefined when it was not waited for. */
  readonly stale?: Cost;
}

const freshMs = 30_000;
const settleMs = 5000;

/** A cold and a warm triage of an engine that knows nothing, and with `stale` a third one 30 s later, counted in front of the real engine. */
export async function measureTriage(fleet: Fleet, followLogs: boolean, stale = false): Promise<TriageCost> {
  const proxy = await startCountingProxy(fleet.engine.socket);
  const from = performance.now();
  const tested = await startUnderTest(proxy.socket, followLogs);
  const cost = async (begun: number): Promise<Cost> => {
    const report = await tested.engine.triage();
    const ms = performance.now() - begun;
    // What a triage sets off and does not wait for belongs to it; the streams are the live view's.
    await new Promise(resolve => setTimeout(resolve, settleMs));
    const counts = await proxy.take();
    const streams = counts['GET /containers/{id}/logs (follow)'] ?? 0;
    return { requests: total(counts) - streams, streams, ms, counts, report };
  };
  try {
    const cold = await cost(from);
    const warm = await cost(performance.now());
    if (!stale) return { cold, warm };
    await new Promise(resolve => setTimeout(resolve, freshMs));
    await proxy.take();
    return { cold, warm, stale: await cost(performance.now()) };
  } finally {
    tested.stop();
    await proxy.stop();
  }
}

const middle = (all: readonly TriageCost[], value: (one: TriageCost) => number): number => median(all.map(value));

const rows = (door: string, all: readonly TriageCost[]): Row[] => [
  { what: `Cold triage, ${door}: requests`, value: middle(all, one => one.cold.requests), unit: '', limit: 150 },
  { what: `Cold triage, ${door}: time`, value: middle(all, one => one.cold.ms), unit: 'ms', limit: 1000 },
  { what: `Warm triage, ${door}: requests`, value: middle(all, one => one.warm.requests), unit: '', limit: 10 },
  { what: `Warm triage, ${door}: time`, value: middle(all, one => one.warm.ms), unit: 'ms', limit: 100 },
];

const spent = (counts: Counts): string =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([kind, count]) => `${count} × \`${kind}\``)
    .join(', ');

export async function run(): Promise<Result> {
  const fleet = await startFleet(60, 7);
  try {
    // The engine's own first answers are slow; nobody's triage is its first caller.
    await measureTriage(fleet, false);
    const commandLine = [];
    const extension = [];
    for (let i = 0; i < 5; i++) {
      commandLine.push(await measureTriage(fleet, false));
      extension.push(await measureTriage(fleet, true));
    }
    const { stale } = await measureTriage(fleet, true, true);
    const [cli, code] = [commandLine[0], extension[0]];
    return {
      title: 'Triage of 60 running containers, 7 of them with errors in their logs',
      rows: [
        ...rows('command line', commandLine),
        ...rows('VS Code', extension),
        {
          what: 'Log streams opened after a cold triage in VS Code, one per container',
          value: code?.cold.streams ?? 0,
          unit: '',
          limit: 60,
        },
        { what: 'Triage half a minute later: requests', value: stale?.requests ?? Number.NaN, unit: '', limit: 10 },
        { what: 'Triage half a minute later: time', value: stale?.ms ?? Number.NaN, unit: 'ms', limit: 100 },
      ],
      notes: [
        'Medians of 5. Requests are counted by a proxy in front of the engine, up to 5 s after the answer, the event stream included. Cold: from the making of the engine, nothing remembered. In VS Code each log is followed besides, by one stream per container that is opened once, some seconds after the first look. After half a minute a list is asked for again.',
        `Cold on the command line: ${spent(cli?.cold.counts ?? {})}. Cold in VS Code: ${spent(code?.cold.counts ?? {})}.`,
        `Issues found: ${cli?.cold.report.issues.length} of 7. The predecessor, written in Go, made 578 requests and took 9.5 to 12.5 s for the same work, cold or warm.`,
      ],
    };
  } finally {
    await fleet.stop();
  }
}
