import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import http, { type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import { answerError, readJson } from './answer.ts';
import { ApiError, codeOf, connectionError, tooSlow } from './apiError.ts';
import type { Endpoint, TlsPaths } from './endpoint.ts';
import { limitsOf } from './limits.ts';

/** What dockerode hands to its modem. */
export interface DialOptions {
  readonly path: string;
  readonly method: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly abortSignal?: AbortSignal;
  readonly isStream?: boolean;
  readonly statusCodes: Readonly<Record<number, unknown>>;
}

type Done = (error: Error | null, answer?: unknown) => void;

/** The part of docker-modem that dockerode uses, on a transport of our own. */
export interface DockerTransport {
  dial(options: DialOptions, done: Done): void;
  followProgress(): never;
  demuxStream(): never;
  /** dockerode sets its promise library here. */
  Promise: PromiseConstructor;
  /** For people: `unix:///var/run/docker.sock`. */
  readonly where: string;
  /** Closes all connections, those in use too. */
  close(): void;
}

type Reachable = Exclude<Endpoint, { kind: 'unreachable' }>;

/** The socket to use now; an engine may come up at another of the usual places than the one expected. */
const socketOf = (endpoint: Extract<Reachable, { kind: 'socket' | 'pipe' }>): string =>
  [endpoint.path, ...(endpoint.others ?? [])].find(path => existsSync(path)) ?? endpoint.path;

/** Bytes of a stream that wait to be taken before its socket is read no further: with one read of 64 KiB there are as many. */
const streamRead = { highWaterMark: 16 * 1024 };

/** One agent for calls and one for streams per server, so that a stream never takes the place of a call. */
function agentsFor(endpoint: Reachable): { calls: http.Agent; streams: http.Agent } {
  const Agent = endpoint.kind === 'tcp' && endpoint.tls !== undefined ? https.Agent : http.Agent;
  return {
    calls: new Agent({ keepAlive: true, keepAliveMsecs: 15_000, maxSockets: 32, maxFreeSockets: 8 }),
    // Of a log that floods, little is read at a turn of the event loop, so that turns stay short.
    streams: new Agent({ keepAlive: false, ...streamRead }),
  };
}

async function readTls(tls: TlsPaths): Promise<RequestOptions & { ca?: Buffer; cert?: Buffer; key?: Buffer }> {
  const read = async (path: string | undefined): Promise<Buffer | undefined> => {
    if (path === undefined) return undefined;
    try {
      return await readFile(path);
    } catch (error) {
      const text = `The certificate file ${path} cannot be read (${codeOf(error) || 'unknown reason'}).`;
      throw new ApiError('tls', text, 'Check the folder of certificates given for this server.');
    }
  };
  const [ca, cert, key] = await Promise.all([read(tls.ca), read(tls.cert), read(tls.key)]);
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

/** Query values are texts, numbers and booleans; objects (filters) go as JSON. */
function queryOf(options: DialOptions['options']): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(options ?? {})) {
    if (name === 'abortSignal' || value === undefined) continue;
    query.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  return query.toString();
}

function pathOf(dial: DialOptions): string {
  const query = queryOf(dial.options);
  const bare = dial.path.replace(/\?$/, '');
  return query === '' ? bare : `${bare}?${query}`;
}

/** `logs` is always handed on as a stream: with dockerode a read without follow would arrive as one buffer. */
const wantsStream = (dial: DialOptions): boolean => dial.isStream === true || /^\/containers\/[^/]+\/logs/.test(dial.path);

/** An attempt on a kept connection that the engine had just closed says nothing about the engine. */
const wasStale = (error: unknown, request: http.ClientRequest, dial: DialOptions): boolean =>
  dial.method === 'GET' && request.reusedSocket && /^(?:ECONNRESET|EPIPE)$/.test(codeOf(error));

/**
 * Our own transport under dockerode. It reads nothing from the environment, never follows a redirect, and puts a deadline for the
 * answer and a cap on its size on every call. Every failure is an `ApiError`.
 */
export function dockerTransport(endpoint: Endpoint, where: string): DockerTransport {
  const agents = endpoint.kind === 'unreachable' ? undefined : agentsFor(endpoint);

  const target = async (): Promise<RequestOptions> => {
    if (endpoint.kind === 'unreachable') throw new ApiError('config', endpoint.why, endpoint.next);
    if (endpoint.kind !== 'tcp') return { socketPath: socketOf(endpoint) };
    const files = endpoint.tls === undefined ? {} : await readTls(endpoint.tls);
    return { host: endpoint.host, port: endpoint.port, ...files };
  };

  const exchange = (dial: DialOptions, options: RequestOptions, retry: boolean): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const { ms, bytes } = limitsOf(dial.path);
      const stream = wantsStream(dial);
      const client = endpoint.kind === 'tcp' && endpoint.tls !== undefined ? https : http;
      const request = client.request(options);
      const timer = ms === 0 ? undefined : setTimeout(() => fail(tooSlow(where, ms)), ms);
      const release = (): void => {
        clearTimeout(timer);
        dial.abortSignal?.removeEventListener('abort', abort);
      };
      const fail = (error: unknown): void => {
        release();
        request.destroy();
        reject(connectionError(error, where));
      };
      const abort = (): void => fail(dial.abortSignal?.reason instanceof ApiError ? dial.abortSignal.reason : { code: 'ABORT_ERR' });
      dial.abortSignal?.addEventListener('abort', abort, { once: true });
      request.on('error', error => {
        if (!retry || !wasStale(error, request, dial)) return fail(error);
        release();
        exchange(dial, options, false).then(resolve, reject);
      });
      request.on('upgrade', (_answer, socket) => {
        socket.destroy();
        fail({ code: 'HPE_UPGRADE' });
      });
      const accept = async (answer: IncomingMessage): Promise<unknown> => {
        const good = dial.statusCodes[answer.statusCode ?? 0] === true;
        if (!good) throw await answerError(answer, bytes, where);
        if (!stream) return readJson(answer, bytes, where);
        followAbort(answer, dial.abortSignal);
        return answer;
      };
      request.on('response', answer => {
        accept(answer).then(value => {
          release();
          resolve(value);
        }, fail);
      });
      // It may have been ended while the address was prepared.
      if (dial.abortSignal?.aborted) abort();
      else request.end();
    });

  return {
    where,
    Promise,
    dial(dial, done) {
      const run = async (): Promise<unknown> => {
        if (dial.abortSignal?.aborted) throw connectionError({ code: 'ABORT_ERR' }, where);
        const agent = wantsStream(dial) ? agents?.streams : agents?.calls;
        // Over a network the host is also what the certificate has to name.
        const headers = { 'User-Agent': 'dozor', ...(endpoint.kind === 'tcp' ? {} : { Host: 'docker' }) };
        return exchange(dial, { ...(await target()), path: pathOf(dial), method: dial.method, headers, ...(agent && { agent }) }, true);
      };
      run().then(
        answer => done(null, answer),
        error => done(connectionError(error, where)),
      );
    },
    followProgress: () => unused('followProgress'),
    demuxStream: () => unused('demuxStream'),
    close() {
      agents?.calls.destroy();
      agents?.streams.destroy();
    },
  };
}

function followAbort(answer: IncomingMessage, signal: AbortSignal | undefined): void {
  // An event-less error here would be thrown out of nowhere once the reader has gone.
  answer.on('error', () => undefined);
  if (signal === undefined) return;
  const end = (): void => void answer.destroy();
  if (signal.aborted) return end();
  signal.addEventListener('abort', end, { once: true });
  answer.on('close', () => signal.removeEventListener('abort', end));
}

function unused(name: string): never {
  throw new Error(`${name} is not part of this transport; use frames.ts and ndjson.ts`);
}
