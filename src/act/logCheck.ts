import { displaySafe, stripAnsi } from '../base/safeText.ts';
import { filled, type Recognised, recognise } from '../diagnose/knownPatterns.ts';
import { levelOf } from '../diagnose/levels.ts';
import { createMiner } from '../diagnose/templates.ts';
import type { LogLine } from '../model/logs.ts';
import type { ServiceId } from '../model/service.ts';
import { clockTime } from './ages.ts';
import type { Check, CheckAnswer, Found, Subject } from './investigation.ts';
import { byPattern, type Group, judgedOf, judgedWords } from './logPatterns.ts';
import { type LogRun, readRuns } from './logRuns.ts';
import { plural } from './reportDoc.ts';
import { unread } from './unread.ts';

/** Most known patterns, most patterns of other errors, and most lines quoted of one kind. */
const most = 5;

interface Read {
  readonly at: number;
  readonly text: string;
  readonly error: boolean;
  readonly known: Recognised | undefined;
}

function readLine({ at, text: raw }: LogLine): Read {
  const text = stripAnsi(raw);
  const level = levelOf(raw);
  const known = recognise(text, level);
  return { at, text, error: level === 'error' || level === 'fatal' || known?.row.loud === true, known };
}

/** Quotes with the places where they stand. */
const quoted = (lines: readonly Read[], service: ServiceId): Pick<Found, 'quotes' | 'places'> =>
  lines.length === 0
    ? {}
    : { quotes: lines.map(line => `${clockTime(line.at)} ${line.text}`), places: lines.map(({ at }) => ({ service, at })) };

/** One finding for each row of the catalogue: what it means, how often, and its newest line. */
function knownFindings(lines: readonly Read[], subject: Subject): Found[] {
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
    const judged = last.error ? judgedOf(last.text, subject) : undefined;
    const news = judged === undefined ? '' : `; ${judgedWords(judged)}`;
    return { text: `${meaning} (${known.row.id}, ${times}${news})`, ...quoted([last], subject.view.service.id) };
  });
}

/** Error lines that no row knows, by pattern: those that came again or are remembered as one finding each, the others as quotes of the count. */
function grouped(lines: readonly Read[], subject: Subject): { rows: Found[]; single: readonly Read[] } {
  const groups = byPattern(lines, subject);
  const isTold = ({ lines: own, judged }: Group<Read>): boolean => own.length > 1 || judged !== undefined;
  return {
    rows: groups
      .filter(isTold)
      .slice(0, most)
      .map(group => patternRow(group, subject.view.service.id)),
    single: groups.flatMap(group => (isTold(group) ? [] : group.lines)).slice(-most),
  };
}

function patternRow({ lines, judged }: Group<Read>, service: ServiceId): Found {
  const [first, last] = [clockTime(lines[0]?.at ?? 0), clockTime(lines.at(-1)?.at ?? 0)];
  const times = lines.length === 1 ? `1 error line, ${last}` : `${lines.length} error lines of one pattern, ${first} to ${last}`;
  const known = judged === undefined ? '' : ` (${judgedWords(judged)})`;
  return { text: `${times}${known}, the newest`, ...quoted(lines.slice(-1), service) };
}

/** What to do about the newest of the known lines. */
const advice = (lines: readonly Read[]): string[] => {
  const known = lines.findLast(line => line.known !== undefined)?.known;
  return known === undefined ? [] : [displaySafe(filled(known.row.advice, known.values), 300)];
};

const stretch = (lines: readonly Read[]): string =>
  `${plural(lines.length, 'line')}, ${clockTime(lines[0]?.at ?? 0)} to ${clockTime(lines.at(-1)?.at ?? 0)}`;
const isWorth = (line: Read): boolean => line.error || line.known !== undefined;

/** The newest words that speak of trouble are of one pattern in both runs: it fails in the same way. */
function sameWords(last: readonly Read[], before: readonly Read[]): Found[] {
  const [a, b] = [last.findLast(isWorth), before.findLast(isWorth)];
  if (a === undefined || b === undefined) return [];
  const miner = createMiner();
  const ids = [miner.add(a.text), miner.add(b.text)] as const;
  return miner.canonical(ids[0]) === miner.canonical(ids[1]) ? [{ text: 'both runs tell of the same trouble last' }] : [];
}

/** The run before in short: how it ended, what the catalogue knows of it, and its last error, or its last line. */
function beforeFindings(run: LogRun | undefined, lines: readonly Read[], subject: Subject): Found[] {
  const end = lines.findLast(({ error }) => error) ?? lines.at(-1);
  if (run === undefined || end === undefined) return [];
  const errors = lines.filter(({ error }) => error).length;
  const text = `run before (${run.words}): ${plural(errors, 'error line')} in ${stretch(lines)}`;
  return [
    { text, ...quoted([end], subject.view.service.id) },
    ...knownFindings(lines, subject).map(found => ({ ...found, text: `run before: ${found.text}` })),
  ];
}

function lastFindings(lines: readonly Read[], words: string, subject: Subject): Found[] {
  const { id } = subject.view.service;
  const errors = lines.filter(({ error }) => error);
  const { rows, single } = grouped(
    errors.filter(({ known }) => known === undefined),
    subject,
  );
  const count = { text: `${plural(errors.length, 'error line')} in ${stretch(lines)} (last run, ${words})`, ...quoted(single, id) };
  return [...knownFindings(lines, subject), ...rows, count];
}

/** The newest lines of the last run and of the one before: what the catalogue knows, error lines by pattern, and how each run ended. */
export const logCheck: Check = async (subject, needs, signal): Promise<CheckAnswer> => {
  const { last, before, instead } = await readRuns(subject, needs, signal);
  const { id } = subject.view.service;
  const [lines, old] = [last.lines.map(readLine), (before?.lines ?? []).map(readLine)];
  const kept =
    instead === undefined ? [] : [{ text: `its log cannot be read (${displaySafe(instead, 160)}); these lines were kept when it ended` }];
  const missed = unread(subject.view);
  const gap = missed === undefined ? [] : [{ text: `of what it wrote before, ${missed}` }];
  const newest = lines.at(-1);
  const earlier = beforeFindings(before, old, subject);
  if (newest === undefined && earlier.length === 0) return { status: 'no-data', why: 'its log is empty', interesting: false, findings: [] };
  if (![...lines, ...old].some(isWorth)) {
    const searched = newest === undefined ? 'the run before' : stretch(lines);
    const findings = [...(newest === undefined ? [] : [{ text: 'its last line', ...quoted([newest], id) }]), ...earlier, ...kept, ...gap];
    return { status: 'no-data', why: `no error and no known pattern in ${searched}`, interesting: false, findings };
  }
  const own = lines.some(isWorth)
    ? lastFindings(lines, last.words, subject)
    : [{ text: `no error and no known pattern in the last run (${last.words})` }];
  return {
    status: 'ok',
    interesting: true,
    findings: [...own, ...sameWords(lines, old), ...earlier, ...kept, ...gap],
    next: advice([...old, ...lines]),
  };
};
