import { ApiError } from '../connect/apiError.ts';
import type { DockerApi, LogQuery } from '../connect/dockerApi.ts';
import { FrameDecoder, FrameError } from '../connect/frames.ts';
import { type Line, LineDecoder } from '../connect/lines.ts';
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

/** Takes in bytes of a log: `false` when it wants no more of them. */
interface ByteSink {
  push(chunk: Buffer): Promise<boolean>;
  end(): Promise<void>;
}

/**
 * The bytes of a log, given on as they arrive and no faster than they are taken. False when the sink wanted no more. Ends quietly when the
 * signal aborts; rejects with `ApiError`.
 */
export async function feedLog(api: DockerApi, source: LogSource, query: LogQuery, sink: ByteSink, signal: AbortSignal): Promise<boolean> {
  const stream = await api.logs(source.id, query, signal);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) if (!(await sink.push(chunk))) return false;
    await sink.end();
    return true;
  } catch (error) {
    if (!signal.aborted) throw readError(error, api.where);
    return true;
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
