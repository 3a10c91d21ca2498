import { reasonOf } from '../base/log.ts';
import type { ServiceView } from '../diagnose/world.ts';
import type { LogLine } from '../model/logs.ts';
import { ago, span } from './ages.ts';
import type { InvestigationNeeds, Subject } from './investigation.ts';

/** How many of the newest lines are read. */
const logTail = 200;
/** Stamps and the start of a run may differ by a little, though both are the engine's, ms. */
const slack = 50;
const near = 2000;

/** The lines of one run, oldest first, and how it ended in our words: "exit 1, 3 min ago, ran 5 s". */
export interface LogRun {
  readonly lines: readonly LogLine[];
  readonly words: string;
}

/** The newest run and the one before it, as far as their lines are still there or were kept. */
export interface LogRuns {
  readonly last: LogRun;
  readonly before: LogRun | undefined;
  /** Why the log itself could not be read, where kept lines stand in for it. */
  readonly instead?: string;
}

function endWords(view: ServiceView, at: number, now: number): string {
  const death = view.deaths.findLast(one => Math.abs(one.at - at) < near);
  const exit = death?.exit === undefined ? 'its exit is not known' : `exit ${death.exit}`;
  const marks = [exit, death?.oom === true ? 'out of memory' : [], death?.intended === true ? 'intended' : [], ago(at, now)].flat();
  return `${marks.join(', ')}${death?.ran === undefined ? '' : `, ran ${span(death.ran)}`}`;
}

function lastWords({ view, now }: Subject): string {
  const { facts } = view;
  if (facts?.state === 'running' && facts.startedAt !== undefined) return `began ${ago(facts.startedAt, now)}`;
  return facts?.finishedAt === undefined ? 'as far as its log goes' : endWords(view, facts.finishedAt, now);
}

/** The run before, out of the same log: what stands between the death before and the one before that. */
function earlierRun(lines: readonly LogLine[], began: number, { view, now }: Subject): LogRun | undefined {
  const newest = lines.at(-1);
  if (newest === undefined) return undefined;
  const ends = view.deaths.map(({ at }) => at).filter(at => at < began + slack);
  const end = ends.at(-1) ?? newest.at;
  const from = ends.findLast(at => at < end - slack) ?? 0;
  const own = lines.filter(({ at }) => at > from + slack);
  return own.length === 0 ? undefined : { lines: own, words: endWords(view, end, now) };
}

/** The run before, out of what was kept when it ended: its container may be gone. */
function keptRun({ view, now }: Subject, began: number): LogRun | undefined {
  const { runLogs = [], service } = view;
  const kept = runLogs.findLast(({ at, instance }) => instance !== service.instance || at < began);
  return kept === undefined ? undefined : { lines: kept.lines, words: endWords(view, kept.at, now) };
}

/** Reads the log and parts it into runs. Rejects with the reader's reason where nothing was kept either. */
export async function readRuns(subject: Subject, needs: InvestigationNeeds, signal: AbortSignal): Promise<LogRuns> {
  const { view, now } = subject;
  const began = (view.facts?.startedAt ?? 0) - slack;
  const lines: LogLine[] = [];
  try {
    for await (const line of needs.readLogs(logTail, signal)) lines.push(line);
  } catch (error) {
    const kept = (view.runLogs ?? []).map(run => ({ lines: run.lines, words: endWords(view, run.at, now) }));
    const newest = kept.at(-1);
    if (newest === undefined || signal.aborted) throw error;
    return { last: newest, before: kept.at(-2), instead: reasonOf(error) };
  }
  const own = lines.filter(({ at }) => at >= began);
  const earlier = lines.filter(({ at }) => at < began);
  // Where no line is of this run the log alone is what there is to tell.
  if (own.length === 0 && earlier.length > 0) return { last: { lines, words: lastWords(subject) }, before: keptRun(subject, began) };
  return { last: { lines: own, words: lastWords(subject) }, before: earlierRun(earlier, began, subject) ?? keptRun(subject, began) };
}
