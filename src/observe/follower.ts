import type { Log } from '../base/log.ts';
import { type Clock, pause, seconds } from '../base/time.ts';
import { ApiError } from '../connect/apiError.ts';
import type { DockerApi } from '../connect/dockerApi.ts';
import { feedLog, type LogSource } from './dockerLogLines.ts';
import type { LogOf, MillStream } from './millStream.ts';

const reopenAfter = seconds(1);
const firstTail = 200;

export interface FollowDeps {
  readonly api: DockerApi;
  readonly clock: Clock;
  readonly log: Log;
  readonly stream: MillStream;
  readonly of: LogOf;
  /** Something has been taken that a digest will tell. */
  readonly arrived: () => void;
  /** Tells what was taken so far, before the log is opened anew. */
  readonly tell: () => Promise<void>;
}

/**
 * Follows one log to its end, from where it was left. Where the thread that reads it is lost, it goes on from the newest line that was
 * taken. Rejects with `ApiError`.
 */
export async function follow(deps: FollowDeps, source: LogSource, signal: AbortSignal): Promise<void> {
  const { api, clock, log, stream } = deps;
  const sink = {
    push(chunk: Buffer) {
      deps.arrived();
      return stream.push(chunk);
    },
    end: () => stream.end(),
  };
  while (!signal.aborted) {
    stream.open(deps.of);
    const { since } = stream;
    const query = { follow: true, ...(since === undefined ? { tail: firstTail } : { since }) };
    if (await feedLog(api, source, query, sink, signal)) return;
    log.debug(`log of ${source.id.slice(0, 12)}: taken up again where it was lost`);
    await deps.tell();
    await pause(clock, reopenAfter, signal);
  }
}

/** Whether a failed read says that this log cannot be read, and not that its container has just gone. */
export const isUnreadable = (error: unknown): error is ApiError =>
  error instanceof ApiError && (error.code === 'server-error' || error.code === 'refused' || error.code === 'too-large');
