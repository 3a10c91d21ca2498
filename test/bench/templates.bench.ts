import { createMiner } from '../../src/diagnose/templates.ts';
import { families, familyLines } from '../diagnose/templateFamilies.ts';
import type { Result, Row } from './bench.ts';
import { benchData, linesOf, logSets, noData } from './benchData.ts';
import { type Grouping, groupLines, score } from './grouping.ts';
import { heapNow } from './heap.ts';

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function setScores(): { set: string; grouping: Grouping; least: Grouping }[] {
  return logSets.flatMap(([set, lines, events]) => {
    const content = benchData('loghub', set, 'content.txt');
    const labels = benchData('loghub', set, 'labels.txt');
    if (content === undefined || labels === undefined) return [];
    return [{ set, grouping: score(groupLines(linesOf(content)), linesOf(labels)), least: { lines, events } }];
  });
}

function setRows(): Row[] {
  const scores = setScores();
  if (scores.length === 0) return [];
  const each = scores.flatMap(({ set, grouping, least }) => [
    { what: `${set}: lines in the right group (GA)`, value: grouping.lines, unit: '', least: least.lines, digits: 3 },
    { what: `${set}: groups that are right (FGA)`, value: grouping.events, unit: '', least: least.events, digits: 3 },
  ]);
  return [
    ...each,
    { what: 'Mean GA of these sets', value: mean(scores.map(one => one.grouping.lines)), unit: '', least: 0.93, digits: 3 },
    { what: 'Mean FGA of these sets', value: mean(scores.map(one => one.grouping.events)), unit: '', least: 0.92, digits: 3 },
  ];
}

/** Lines of kinds of systems that the miner was not made for, written for this project. */
function familyRows(): Row[] {
  const scores = Object.keys(families).map(family => {
    const lines = familyLines(17).filter(line => line.family === family);
    return score(
      groupLines(lines.map(({ line }) => line)),
      lines.map(({ event }) => event),
    );
  });
  return [
    { what: `${scores.length} generated families: mean GA`, value: mean(scores.map(one => one.lines)), unit: '', digits: 3 },
    { what: `${scores.length} generated families: mean FGA`, value: mean(scores.map(one => one.events)), unit: '', digits: 3 },
  ];
}

const lineCount = 5_000_000;
const templateCount = 10_000;
/** Words for a number below 100. */
const word = (n: number, head: string): string => head + String.fromCharCode(97 + (n % 10), 97 + Math.floor(n / 10)) + head;

/** Any two of these differ in two places at least, so that none is taken for another. */
function lineOf(i: number): string {
  const template = (i * 7919) % templateCount;
  const [one, two] = [template % 100, Math.floor(template / 100)];
  return `${word(one, 'k')} ${word(two, 'v')} ${word((one + 7 * two) % 100, 'w')} took ${i} ms`;
}

function memoryRows(): Row[] {
  const before = heapNow();
  const miner = createMiner({ templates: templateCount });
  let most = 0;
  for (let i = 0; i < lineCount; i++) {
    miner.add(lineOf(i));
    if (i % 250_000 === 0) most = Math.max(most, heapNow() - before);
  }
  most = Math.max(most, heapNow() - before);
  return [
    { what: 'Memory of 5 million lines with 10,000 templates: most, after a collection', value: most, unit: 'MB', limit: 64 },
    { what: 'Templates that were kept of these', value: miner.all().length, unit: '', least: templateCount },
  ];
}

export async function run(): Promise<Result> {
  const sets = setRows();
  return {
    title: 'Grouping log lines into templates',
    rows: [...sets, ...familyRows(), ...memoryRows()],
    notes: [
      ...(sets.length === 0 ? [noData] : []),
      'One configuration for all; final ids. The budget of a set is its best simple baseline (Drain3 with its defaults, Drain3 with its masking example, a mask of digits). The labels of these sets were looked at while the miner was made, so read their figures as optimistic. The generated families are written like supercomputers, syslog, Spark, a desktop, sshd, a step counter, Windows servicing, a cloud, a cluster and a garbage collector log; they are ours, not data of those systems.',
    ],
  };
}
