import { reasonOf } from '../base/log.ts';
import { type Backoff, backoff, type Clock, pause } from '../base/time.ts';
import type { Engine } from '../engine/port.ts';
import type { LogLine } from '../model/logs.ts';
import type { ServiceId } from '../model/service.ts';

/** What the follower tells. `state` is for the header: "following", "stopped", … */
export interface FollowSink {
  line(line: LogLine): void;
  mark(text: string): void;
  state(text: string): void;
}

/** Identity of a run: a restart keeps the container and changes its start. `started` is empty until inspect has told it. */
interface Run {
  readonly instance: string;
  readonly started: string;
  readonly alive: boolean;
}

const alive = new Set(['running', 'starting', 'paused']);

function runOf(engine: Engine, service: ServiceId): Run | undefined {
  const view = engine.beliefs().world.services.get(service);
  if (view === undefined || view.service.state === 'missing') return undefined;
  return { instance: view.service.instance ?? '', started: view.facts?.startedExact ?? '', alive: alive.has(view.service.state) };
}

/** A start that was not known yet and now is makes no new run. */
const another = (before: Run | undefined, now: Run | undefined): boolean =>
  now?.alive === true &&
  (before === undefined || before.instance !== now.instance || (before.started !== '' && before.started !== now.started));

/** Resolves when another run of the service is there, or the signal aborts. */
function nextRun(engine: Engine, service: ServiceId, before: Run | undefined, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted || another(before, runOf(engine, service))) return resolve();
    const done = (): void => {
      listening.dispose();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const listening = engine.changed(() => {
      if (another(before, runOf(engine, service))) done();
    });
    signal.addEventListener('abort', done, { once: true });
  });
}

/** Waits for another run; gives up waiting after `wait` ms when the same run still goes on, as then the stream broke. */
async function afterEnd(
  engine: Engine,
  clock: Clock,
  service: ServiceId,
  before: Run | undefined,
  wait: number,
  signal: AbortSignal,
): Promise<void> {
  const short = new AbortController();
  const both = AbortSignal.any([signal, short.signal]);
  await Promise.race([nextRun(engine, service, before, both), pause(clock, wait, both)]);
  short.abort();
  if (runOf(engine, service)?.alive !== true) await nextRun(engine, service, before, signal);
}

const firstRetry = (): Backoff => backoff(1000, 30_000);

/** The newest line held, and whose it is: the way back after a break. */
interface Place {
  instance: string | undefined;
  last: LogLine | undefined;
}

/** Reads one stretch of log until it ends or breaks. Gives whether a line came. */
async function readStretch(
  engine: Engine,
  service: ServiceId,
  tail: number,
  place: Place,
  sink: FollowSink,
  signal: AbortSignal,
): Promise<boolean> {
  const run = runOf(engine, service);
  const stamp = run?.instance === place.instance ? (place.last?.stamp ?? '') : '';
  place.instance = run?.instance;
  let came = false;
  try {
    for await (const line of engine.readLogs(service, { tail, follow: true, ...(stamp === '' ? {} : { after: stamp }) }, signal)) {
      place.last = line;
      came = true;
      sink.line(line);
    }
  } catch (error) {
    if (!signal.aborted) sink.mark(`log not readable: ${reasonOf(error)}`);
  }
  return came;
}

/**
 * Reads the log of a service and goes on through restarts, recreations and broken streams until the signal aborts; never rejects.
 * After a break it resumes behind the last line held, so that nothing is shown twice.
 */
export async function followLog(
  engine: Engine,
  clock: Clock,
  service: ServiceId,
  tail: number,
  sink: FollowSink,
  signal: AbortSignal,
): Promise<void> {
  const place: Place = { instance: undefined, last: undefined };
  let retry = firstRetry();
  while (!signal.aborted) {
    const run = runOf(engine, service);
    sink.state(run?.alive === true ? 'following' : 'not running');
    const came = await readStretch(engine, service, tail, place, sink, signal);
    if (signal.aborted) return;
    sink.state('ended, waiting for the next start');
    retry = came ? firstRetry() : retry;
    await afterEnd(engine, clock, service, run, retry.wait, signal);
    retry = retry.next();
    if (!signal.aborted && another(run, runOf(engine, service))) sink.mark('started again');
  }
}
