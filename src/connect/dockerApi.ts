import type { IncomingMessage } from 'node:http';
import Docker from 'dockerode';
import type { Disposable } from '../base/emitter.ts';
import { ApiError, connectionError, tooSlow } from './apiError.ts';
import { dockerTransport } from './dockerTransport.ts';
import { type Endpoint, showEndpoint } from './endpoint.ts';

/** Bytes of a log or of the event stream; destroy it to stop. */
export type ByteStream = IncomingMessage;

export interface LogQuery {
  readonly follow: boolean;
  /** Lines from the end; absent for all. */
  readonly tail?: number;
  /** Seconds with nanoseconds, as text: `1767225600.123456789`; inclusive. */
  readonly since?: string;
}

/** The calls of the engine that we use. Each has a deadline, a cap and a signal, and rejects with `ApiError` only. */
export interface DockerApi extends Disposable {
  /** The address, for people. */
  readonly where: string;
  ping(signal: AbortSignal): Promise<void>;
  info(signal: AbortSignal): Promise<unknown>;
  list(signal: AbortSignal): Promise<unknown>;
  inspect(id: string, signal: AbortSignal): Promise<unknown>;
  /** One sample of what a container uses, without the engine's own wait for a second one. */
  stats(id: string, signal: AbortSignal): Promise<unknown>;
  logs(id: string, query: LogQuery, signal: AbortSignal): Promise<ByteStream>;
  /** `since` as in `LogQuery`; the stream goes on until the signal aborts. */
  events(since: string | undefined, signal: AbortSignal): Promise<ByteStream>;
  start(id: string, signal: AbortSignal): Promise<void>;
  /** `ms`: how long the engine may take, the container's own grace period included. */
  stop(id: string, ms: number, signal: AbortSignal): Promise<void>;
  restart(id: string, ms: number, signal: AbortSignal): Promise<void>;
  pause(id: string, signal: AbortSignal): Promise<void>;
  unpause(id: string, signal: AbortSignal): Promise<void>;
}

/** A whole container id; names and prefixes are never sent, so a target cannot be mistaken. */
export const isContainerId = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

export function dockerApi(endpoint: Endpoint): DockerApi {
  const where = showEndpoint(endpoint);
  const transport = dockerTransport(endpoint, where);
  // dockerode's types know no `modem`; our transport is the part of it that dockerode calls.
  const docker = new Docker({ modem: transport } as Docker.DockerOptions);

  const container = (id: string): Docker.Container => {
    if (!isContainerId(id)) throw new ApiError('not-found', 'That is not the id of a container.', 'Choose a service that Dozor lists.');
    return docker.getContainer(id);
  };
  /** Whatever dockerode throws leaves here as an `ApiError`. */
  const call = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw connectionError(error, where);
    }
  };
  const bounded = async (ms: number, signal: AbortSignal, work: (both: AbortSignal) => Promise<unknown>): Promise<void> => {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(tooSlow(where, ms)), ms);
    try {
      await call(() => work(AbortSignal.any([signal, limit.signal])));
    } finally {
      clearTimeout(timer);
    }
  };
  const stream = (answer: unknown): ByteStream => answer as ByteStream;

  return {
    where,
    ping: signal => call(async () => void (await docker.ping({ abortSignal: signal } as never))),
    info: signal => call(async (): Promise<unknown> => await docker.info({ abortSignal: signal } as never)),
    list: signal => call(() => docker.listContainers({ all: true, abortSignal: signal })),
    inspect: (id, signal) => call(() => container(id).inspect({ abortSignal: signal })),
    stats: (id, signal) => call(async (): Promise<unknown> => await container(id).stats({ ...oneSample, abortSignal: signal } as never)),
    logs: (id, query, signal) => call(async () => stream(await container(id).logs({ ...logOptions(query), abortSignal: signal } as never))),
    events: (since, signal) =>
      call(async () => {
        const filters = { type: ['container', 'network'] };
        return stream(await docker.getEvents({ filters, ...(since === undefined ? {} : { since }), abortSignal: signal } as never));
      }),
    start: (id, signal) => call(async () => void (await container(id).start({ abortSignal: signal }))),
    stop: (id, ms, signal) => bounded(ms, signal, both => container(id).stop({ abortSignal: both })),
    restart: (id, ms, signal) => bounded(ms, signal, both => container(id).restart({ abortSignal: both })),
    pause: (id, signal) => call(async () => void (await container(id).pause({ abortSignal: signal }))),
    unpause: (id, signal) => call(async () => void (await container(id).unpause({ abortSignal: signal }))),
    dispose: () => transport.close(),
  };
}

const oneSample = { stream: false, 'one-shot': true };

const logOptions = (query: LogQuery): Record<string, unknown> => ({
  stdout: true,
  stderr: true,
  timestamps: true,
  follow: query.follow,
  ...(query.tail === undefined ? {} : { tail: query.tail }),
  ...(query.since === undefined ? {} : { since: query.since }),
});
