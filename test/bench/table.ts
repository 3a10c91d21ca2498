import { missed, type Result, type Row } from './bench.ts';
import { show } from './numbers.ts';

const figure = (row: Row, value: number): string => (row.digits === undefined ? show(value, row.unit) : value.toFixed(row.digits));

function budget(row: Row): string {
  if (row.limit !== undefined) return `≤ ${figure(row, row.limit)}`;
  return row.least === undefined ? '' : `≥ ${figure(row, row.least)}`;
}

const verdict = (row: Row): string => {
  if (budget(row) === '') return '';
  return missed(row) ? 'missed' : 'held';
};

const line = (row: Row): string => `| ${row.what} | ${figure(row, row.value)} | ${budget(row)} | ${verdict(row)} |`;

const mark = (id: string): string => `\`npm run bench -- ${id}\``;

/** One benchmark as a section of the page. */
export function section(id: string, { title, rows, notes }: Result): string {
  const table = ['| What | Measured | Budget | |', '|---|---|---|---|', ...rows.map(line)].join('\n');
  return [`## ${title}`, mark(id), table, ...notes].join('\n\n');
}

/** Puts new sections into the page, in the order of `ids`; those of benchmarks that did not run stay as they were. */
export function updatePage(page: string, intro: string, ids: readonly string[], results: ReadonlyMap<string, Result>): string {
  const old = page.split(/^(?=## )/m).slice(1);
  const sections = ids.flatMap(id => {
    const result = results.get(id);
    return result === undefined ? (old.find(text => text.includes(mark(id)))?.trim() ?? []) : section(id, result);
  });
  return `${[intro.trim(), ...sections].join('\n\n')}\n`;
}
