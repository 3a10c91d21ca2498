import { displaySafe, stripAnsi } from '../base/safeText.ts';
import { filled, type Recognised, recognise } from '../diagnose/knownPatterns.ts';
import { levelOf } from '../diagnose/levels.ts';
import { clockTime } from './ages.ts';
import type { Check, Found } from './investigation.ts';
import { plural } from './reportDoc.ts';
import { unread } from './unread.ts';

/** How many of the newest lines are read. */
const logTail = 200;
/** Most known patterns, and most error lines quoted. */
const most = 5;

interface Read {
  readonly at: number;
  readonly text: string;
  readonly error: boolean;
  readonly known: Recognised | undefined;
}

function readLine(at: number, raw: string): Read {
  const text = stripAnsi(raw);
  const level = levelOf(raw);
  const known = recognise(text, level);
  return { at, text, error: level === 'error' || level === 'fatal' || known?.row.loud === true, known };
}

/** One finding for each row of the catalogue: what it means, how often, and its newest line. */
function knownFindings(lines: readonly Read[]): Found[] {
  const rows = new Map<string, { count: number; first: number; last: Read; known: Recognised }>();
  for (const line of lines) {
    if (line.known === undefined) continue;
    const { id } = line.known.row;
    const { count, first } = rows.get(id) ?? { count: 0, first: line.at };
    rows.set(id, { count: count + 1, first, last: line, known: line.known });
  }
  return [...rows.values()].slice(-most).map(({ count, first, last, known }) => {
    const times = count === 1 ? clockTime(last.at) : `${count} times, ${clockTime(first)} to ${clockTime(last.at)}`;
    const meaning = displaySafe(filled(known.row.meaning, known.values), 200);
    return { text: `${meaning} (${known.row.id}, ${times})`, quotes: [`${clockTime(last.at)} ${last.text}`] };
  });
}

/** What to do about the newest of the known lines. */
const advice = (lines: readonly Read[]): string[] => {
  const known = lines.findLast(line => line.known !== undefined)?.known;
  return known === undefined ? [] : [displaySafe(filled(known.row.advice, known.values), 300)];
};

/** The newest lines of this run: what the catalogue of patterns knows, and error lines it does not. */
export const logCheck: Check = async ({ view }, needs, signal) => {
  const lines: Read[] = [];
  for await (const { at, text } of needs.readLogs(logTail, signal)) lines.push(readLine(at, text));
  const [first, last] = [lines.at(0), lines.at(-1)];
  if (first === undefined || last === undefined) return { status: 'no-data', why: 'its log is empty', interesting: false, findings: [] };
  const searched = `${plural(lines.length, 'line')}, ${clockTime(first.at)} to ${clockTime(last.at)}`;
  const missed = unread(view);
  const gap = missed === undefined ? [] : [{ text: `of what it wrote before, ${missed}` }];
  const errors = lines.filter(line => line.error);
  const known = knownFindings(lines);
  if (errors.length + known.length === 0) {
    const findings = [{ text: 'its last line', quotes: [`${clockTime(last.at)} ${last.text}`] }, ...gap];
    return { status: 'no-data', why: `no error and no known pattern in ${searched}`, interesting: false, findings };
  }
  const other = errors.filter(line => line.known === undefined).slice(-most);
  const quotes = other.map(line => `${clockTime(line.at)} ${line.text}`);
  const count = { text: `${plural(errors.length, 'error line')} in ${searched}`, ...(quotes.length === 0 ? {} : { quotes }) };
  return { status: 'ok', interesting: true, findings: [...known, count, ...gap], next: advice(lines) };
};
