import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inRoot } from '../../scripts/paths.ts';

const folder = process.env['DOZOR_BENCH_DATA'] ?? inRoot('..', 'shared', 'bench-data');

/** A place in the measuring data, which lie beside the project and are no part of it; undefined where they are missing. */
export function benchData(...parts: string[]): string | undefined {
  const place = path.join(folder, ...parts);
  return existsSync(place) ? place : undefined;
}

/** Said in the output where the data are missing. */
export const noData =
  '**The measuring data were not there**, so the parts that need them are left out: set DOZOR_BENCH_DATA to the folder that holds them.';

/** Lines as a decoder gives them: flat, and of one byte a character where they can be. */
export const flat = (line: string): string => Buffer.from(line).toString();

export const linesOf = (file: string): string[] =>
  readFileSync(file, 'utf8')
    .replace(/\n$/, '')
    .split('\n')
    .map(line => flat(line.replace(/\r$/, '')));

/** The sets of labelled logs, with the GA and FGA of the best of three simple ways to group them, as published beside the data. */
export const logSets: readonly (readonly [set: string, grouping: number, events: number])[] = [
  ['Android', 0.737, 0.804],
  ['Apache', 1, 1],
  ['HDFS', 0.998, 0.867],
  ['Hadoop', 0.987, 0.948],
  ['Linux', 0.686, 0.93],
  ['OpenStack', 0.534, 0.848],
  ['Proxifier', 0.526, 0.583],
  ['Zookeeper', 0.995, 0.933],
];
