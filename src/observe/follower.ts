import type { Log } from '../base/log.ts';
import { type Clock, pause, seconds } from '../base/time.ts';
import { ApiError } from '../connect/apiError.ts';
import type { DockerApi } from '../connect/dockerApi.ts';
import type { Line } from '../connect/lines.ts';
import { type LogSource, logLines, type Seam } from './dockerLogLines.ts';

const bytesPerSecond = 256 * 1024;
const burst = 2 * bytesPerSecond;
const reopenAfter = seconds(5);

/** Lets bytes through at a steady rate; a value over time, not a timer. */
export class Bucket {
  private tokens = burst;
  private at: number;

  constructor(now: number) {
    this.at = now;
  }

  /** Takes `bytes`; false when the bucket is empty. `now` in ms, monotonic. */
  take(bytes: number, now: number): boolean {
    this.tokens = Math.min(burst, this.tokens + ((now - this.at) / 1000) * bytesPerSecond) - bytes;
    this.at = now;
    return this.tokens >= 0;
  }
}

export interface FollowDeps {
  readonly api: DockerApi;
  readonly clock: Clock;
  readonly log: Log;
  readonly sink: (lines: readonly Line[]) => void;
}

const sizeOf = (lines: readonly Line[]): number => lines.reduce((sum, line) => sum + line.text.length + 40, 0);

/** `ended`: the instance or the stream is over; `flood`: it wrote faster than we read. */
async function followOnce(
  deps: FollowDeps,
  source: LogSource,
  seam: Seam,
  tail: number | undefined,
  signal: AbortSignal,
): Promise<'ended' | 'flood'> {
  const { clock } = deps;
  const bucket = new Bucket(clock.steady());
  seam.resume();
  const { since } = seam;
  const query = { follow: true, ...(tail === undefined ? {} : { tail }), ...(since === undefined ? {} : { since }) };
  for await (const lines of logLines(deps.api, source, query, signal)) {
    const fresh = lines.filter(line => seam.admit(line));
    if (fresh.length > 0) deps.sink(fresh);
    if (!bucket.take(sizeOf(lines), clock.steady())) return 'flood';
  }
  return 'ended';
}

/**
 * Follows one log to its end. A flood is left alone for 5 s and taken up again at its end, so that it costs little; what lay between
 * is not read, and the log says so. Rejects with `ApiError`.
 */
export async function follow(deps: FollowDeps, source: LogSource, seam: Seam, signal: AbortSignal): Promise<void> {
  let tail: number | undefined = seam.newest === '' ? 200 : undefined;
  for (let gaps = 1; !signal.aborted; gaps++) {
    const how = await followOnce(deps, source, seam, tail, signal);
    if (how === 'ended') return;
    deps.log.debug(`log of ${source.id.slice(0, 12)} floods: not read for ${reopenAfter / 1000} s (gap ${gaps})`);
    await pause(deps.clock, reopenAfter, signal);
    tail = 200;
  }
}

/** Whether a failed read says that this log cannot be read, and not that its container has just gone. */
export const isUnreadable = (error: unknown): error is ApiError =>
  error instanceof ApiError && (error.code === 'server-error' || error.code === 'refused' || error.code === 'too-large');
