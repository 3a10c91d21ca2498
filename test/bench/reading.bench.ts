import { stripAnsi } from '../../src/base/safeText.ts';
import { recognise } from '../../src/diagnose/knownPatterns.ts';
import { levelOf } from '../../src/diagnose/levels.ts';
import { createMiner } from '../../src/diagnose/templates.ts';
import type { Result, Row } from './bench.ts';
import { benchData, flat, linesOf, logSets, noData } from './benchData.ts';
import { drainSpeed } from './drain.ts';
import { typicalLog } from './logMix.ts';
import { median } from './numbers.ts';
import { wholePathSpeed } from './wholePath.ts';

const count = 200_000;
const rounds = 7;
/** Passes before the first that counts: the compiler is done by then. */
const warmUp = 3;

/** What is done with each line: the level, the catalogue unless it is left out, the template. */
function pass(lines: readonly string[], catalogue: boolean): void {
  const miner = createMiner();
  for (const line of lines) {
    const text = stripAnsi(line);
    const level = levelOf(text);
    if (catalogue) recognise(text, level);
    miner.add(text);
  }
}

/** Seconds of processor time for one pass. */
function secondsOf(lines: readonly string[], catalogue: boolean): number {
  const before = process.cpuUsage();
  pass(lines, catalogue);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function speedOf(lines: readonly string[], catalogue: boolean): { lines: number; megabytes: number } {
  for (let i = 0; i < warmUp; i++) pass(lines, catalogue);
  const seconds = median(Array.from({ length: rounds }, () => secondsOf(lines, catalogue)));
  const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
  return { lines: lines.length / seconds, megabytes: bytes / seconds / 1e6 };
}

const repeated = (lines: readonly string[]): string[] => Array.from({ length: count }, (_, i) => lines[i % lines.length] ?? '');

function interleaved(file: string): string[] | undefined {
  const sets = logSets.map(([set]) => benchData('loghub', set, file));
  const found = sets.flatMap(set => (set === undefined ? [] : [linesOf(set)]));
  if (found.length < logSets.length) return undefined;
  const longest = Math.max(...found.map(lines => lines.length));
  return repeated(Array.from({ length: longest }, (_, i) => found.flatMap(lines => lines[i] ?? [])).flat());
}

function speedRows(what: string, lines: readonly string[], least?: number): Row[] {
  const full = speedOf(lines, true);
  const bare = speedOf(lines, false);
  return [
    { what: `${what}: level, catalogue, template`, value: full.megabytes, unit: 'MB/s', ...(least !== undefined && { least }) },
    { what: `${what}: the same`, value: full.lines, unit: 'lines/s' },
    { what: `${what}: without the catalogue`, value: bare.megabytes, unit: 'MB/s' },
    { what: `${what}: the same`, value: bare.lines, unit: 'lines/s' },
  ];
}

/** Highest figures published beside the data, lines a second. */
const published = { hdfs: { plain: 360_000, masked: 57_000 }, mixed: { plain: 280_000, masked: 57_000 } };

function drainRows(what: string, lines: readonly string[], figures: { plain: number; masked: number }): Row[] {
  const drain = drainSpeed(lines, figures);
  const { lines: own } = speedOf(lines, true);
  const whose = drain.here ? 'measured here' : 'published, another machine';
  return [
    { what: `${what}: Drain3 with its masking example, ${whose}`, value: drain.masked, unit: 'lines/s' },
    { what: `${what}: times as many lines as that`, value: own / drain.masked, unit: '', least: 8 },
    { what: `${what}: Drain3 without masks, ${whose}`, value: drain.plain, unit: 'lines/s' },
    { what: `${what}: times as many lines as that`, value: own / drain.plain, unit: '', least: 1.5 },
  ];
}

function dataRows(): Row[] {
  const hdfs = benchData('loghub', 'HDFS', 'content.txt');
  const [contents, raw] = [interleaved('content.txt'), interleaved('raw.log')];
  if (hdfs === undefined || contents === undefined || raw === undefined) return [];
  return [
    ...speedRows('Eight labelled logs in turn, whole lines', raw),
    ...speedRows('Eight labelled logs in turn, messages', contents),
    ...drainRows('HDFS messages', repeated(linesOf(hdfs)), published.hdfs),
    ...drainRows('Eight labelled logs in turn, messages', contents, published.mixed),
  ];
}

export async function run(): Promise<Result> {
  const data = dataRows();
  const typical = typicalLog(count).map(flat);
  const path = {
    what: 'Typical logs, all that a thread does: from bytes to digests',
    value: wholePathSpeed(typical),
    unit: 'MB/s',
    least: 40,
  };
  return {
    title: 'Reading logs: level, known lines and template in one pass',
    rows: [...speedRows('Typical logs of developers', typical, 60), path, ...data],
    notes: [
      ...(data.length === 0 ? [noData] : []),
      `One core, processor time, median of ${rounds} rounds of ${count.toLocaleString('en-US')} lines, a new miner for each round. The typical logs are generated, no two lines alike: logfmt, JSON of pino and zap, nginx, Spring, Postgres, klog, Celery, Redis, Gin, stack frames. The labelled logs hold 2,000 lines each and are repeated.`,
    ],
  };
}
