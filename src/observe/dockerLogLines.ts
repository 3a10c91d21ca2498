import { ApiError } from '../connect/apiError.ts';
import type { DockerApi, LogQuery } from '../connect/dockerApi.ts';
import { FrameDecoder, FrameError } from '../connect/frames.ts';
import { type Line, LineDecoder } from '../connect/lines.ts';
import { compareStamps, sinceStamp } from '../connect/stamps.ts';
import type { InstanceId } from '../model/service.ts';

/** Whose log, and how its bytes are to be read; `tty` is inspect's word, since a stream's look can be forged. */
export interface LogSource {
  readonly id: InstanceId;
  readonly tty: boolean;
}

function decoder(tty: boolean, add: (line: Line) => void): { push(chunk: Buffer): void; end(): void } {
  const out = new LineDecoder('out');
  if (tty) return { push: chunk => out.push(chunk, false, add), end: () => out.end(add) };
  const err = new LineDecoder('err');
  const frames = new FrameDecoder();
  return {
    push: chunk => frames.push(chunk, (stream, payload) => (stream === 'err' ? err : out).push(payload, true, add)),
    end() {
      out.end(add);
      err.end(add);
    },
  };
}

/** Lines of a log as they arrive, a batch per chunk. Ends quietly when the signal aborts; rejects with `ApiError`. */
export async function* logLines(api: DockerApi, source: LogSource, query: LogQuery, signal: AbortSignal): AsyncGenerator<readonly Line[]> {
  const stream = await api.logs(source.id, query, signal);
  let batch: Line[] = [];
  const decode = decoder(source.tty, line => batch.push(line));
  const take = (): readonly Line[] => {
    const lines = batch;
    batch = [];
    return lines;
  };
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      decode.push(chunk);
      if (batch.length > 0) yield take();
    }
    decode.end();
    if (batch.length > 0) yield take();
  } catch (error) {
    if (!signal.aborted) throw readError(error, api.where);
  } finally {
    stream.destroy();
  }
}

function readError(error: unknown, where: string): ApiError {
  if (error instanceof FrameError) {
    return new ApiError(
      'server-error',
      `${where} sent ${error.message} where a log should be.`,
      'Look at the log with the docker command.',
    );
  }
  return new ApiError('server-error', 'The log broke off.', 'Open it again.');
}

/** Where a log was left: what comes again at the seam is told from what is new. */
export class Seam {
  /** Stamp of the newest line taken. */
  newest = '';
  /** Lines with exactly that stamp, counted: the engine repeats them, and some engines stamp whole seconds only. */
  private atNewest = new Map<string, number>();
  private resumeAt = '';
  private repeats = new Map<string, number>();

  /** The log is read anew, from the newest stamp on or from before it. */
  resume(): void {
    this.resumeAt = this.newest;
    this.repeats = new Map(this.atNewest);
  }

  /** The query's `since` for going on. */
  get since(): string | undefined {
    return this.newest === '' ? undefined : sinceStamp(this.newest);
  }

  /** Whether a line is new; remembers it when it is. */
  admit(line: Line): boolean {
    if (this.resumeAt !== '' && this.isRepeat(line)) return false;
    const order = compareStamps(line.stamp, this.newest);
    if (order > 0) {
      this.newest = line.stamp;
      this.atNewest.clear();
    }
    const key = `${line.stream} ${line.text}`;
    if (order >= 0) this.atNewest.set(key, (this.atNewest.get(key) ?? 0) + 1);
    return true;
  }

  private isRepeat(line: Line): boolean {
    const order = compareStamps(line.stamp, this.resumeAt);
    if (order < 0) return true;
    if (order > 0) {
      // From here on everything is new; the streams of a container are not strictly in order among themselves.
      this.resumeAt = '';
      return false;
    }
    const key = `${line.stream} ${line.text}`;
    const left = this.repeats.get(key) ?? 0;
    this.repeats.set(key, left - 1);
    return left > 0;
  }
}

const tailLines = 200;
const tailChars = 64 * 1024;

/** The newest lines that fit: at most 200, at most 64 KiB. */
export function newestOf(lines: readonly Line[]): readonly Line[] {
  let room = tailChars;
  let from = lines.length;
  while (from > 0 && lines.length - from < tailLines) {
    room -= lines[from - 1]?.text.length ?? 0;
    if (room < 0) break;
    from--;
  }
  return lines.slice(from);
}

/** The end of a log, read once: what `seam` has not seen, bounded. Rejects with `ApiError`. */
export async function readTail(api: DockerApi, source: LogSource, seam: Seam, signal: AbortSignal): Promise<readonly Line[]> {
  seam.resume();
  const { since } = seam;
  const lines: Line[] = [];
  for await (const batch of logLines(api, source, { follow: false, tail: tailLines, ...(since === undefined ? {} : { since }) }, signal)) {
    lines.push(...batch.filter(line => seam.admit(line)));
  }
  return newestOf(lines);
}
