import { Ring } from '../base/bounded.ts';
import { levelOf } from '../diagnose/levels.ts';
import type { Level, LogLine } from '../model/logs.ts';
import { readAnsi, type Span } from './ansi.ts';

/** One line of a log document. Marks are our own lines, such as "restarted". */
export interface LogRow {
  readonly text: string;
  readonly level: Level;
  readonly spans: readonly Span[];
  /** The engine's stamp, ms; absent for marks. */
  readonly at?: number;
}

export interface LogFilter {
  /** Has to occur in the line, in either case; empty lets all pass. */
  readonly text: string;
  /** Lines below this level are hidden. */
  readonly atLeast: Level;
}

export const levels: readonly Level[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
export const noFilter: LogFilter = { text: '', atLeast: 'trace' };

/** A line of a megabyte would freeze the editor; the whole of it stays with the engine. */
const longestLine = 4000;
const stamp = (at: number): string => {
  const time = new Date(at);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${String(time.getMilliseconds()).padStart(3, '0')} `;
};

/** The newest lines of one service's log, with a filter over them. Holds at most `cap` lines and counts what it let go. */
export class LogView {
  private readonly rows: Ring<LogRow>;
  private filter: LogFilter = noFilter;
  private last: Level = 'unknown';

  constructor(cap: number) {
    this.rows = new Ring(cap);
  }

  push(line: LogLine): void {
    const level = this.levelFor(line.text);
    const prefix = line.at > 0 ? stamp(line.at) : '';
    const cut = line.text.length > longestLine || line.cut === true ? ' …cut' : '';
    const { text, spans } = readAnsi(line.text.slice(0, longestLine));
    const moved = spans.map(span => ({ ...span, from: span.from + prefix.length, to: span.to + prefix.length }));
    this.rows.push({ text: `${prefix}${text}${cut}`, level, spans: moved, at: line.at });
  }

  /** A line of our own between the service's lines. */
  mark(text: string): void {
    this.last = 'unknown';
    this.rows.push({ text: `── ${text} ──`, level: 'fatal', spans: [] });
  }

  setFilter(filter: LogFilter): void {
    this.filter = filter;
  }

  get filtered(): LogFilter {
    return this.filter;
  }

  get dropped(): number {
    return this.rows.dropped;
  }

  get held(): number {
    return this.rows.size;
  }

  /** Lines that pass the filter, oldest first. */
  visible(): readonly LogRow[] {
    const all = this.rows.toArray();
    const least = levels.indexOf(this.filter.atLeast);
    const words = this.filter.text.toLowerCase();
    if (least <= 0 && words === '') return all;
    return all.filter(row => rank(row.level) >= least && (words === '' || row.text.toLowerCase().includes(words)));
  }

  /** A stack trace belongs to the line that began it: indented lines without a level of their own take its level. */
  private levelFor(text: string): Level {
    const own = levelOf(text);
    const continued = own === 'unknown' && /^\s/.test(text);
    if (!continued) this.last = own;
    return continued ? this.last : own;
  }
}

/** A line whose level nobody knows counts as information, so that "warnings and worse" is a short list. */
const rank = (level: Level): number => (level === 'unknown' ? levels.indexOf('info') : levels.indexOf(level));

/** The line of the document that was written at `at` (ms), counted from 0; undefined when it is not held. The header is line 0. */
export function lineAt(rows: readonly LogRow[], at: number): number | undefined {
  const found = rows.findIndex(row => row.at === at);
  return found < 0 ? undefined : found + 1;
}

/** What the first line says, besides the name. */
export interface LogHeader {
  readonly title: string;
  readonly state: string;
}

/** The document: one header line, then the visible lines. */
export function logText(view: LogView, header: LogHeader, rows: readonly LogRow[]): string {
  const { text, atLeast } = view.filtered;
  const limits = [atLeast === 'trace' ? '' : `${atLeast} and worse`, text === '' ? '' : `containing “${text}”`].filter(Boolean);
  const parts = [
    header.title,
    header.state,
    ...(limits.length > 0 ? [`filter: ${limits.join(', ')}: ${rows.length} of ${view.held} lines`] : []),
    ...(view.dropped > 0 ? [`${view.dropped} older ${view.dropped === 1 ? 'line' : 'lines'} not kept`] : []),
  ];
  return [`── ${parts.join(' · ')} ──`, ...rows.map(row => row.text)].join('\n');
}
