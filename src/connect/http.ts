import { lookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Allowed, hostOf, isDenied, isOwn, portOf } from './probeUrl.ts';

/** `refused`: nothing was sent, and why. `status` is absent where no HTTP answer came; `why` then says what happened. */
export type Answer =
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'answer'; readonly ok: boolean; readonly ms: number; readonly status?: number; readonly why?: string };

export type Resolve = (host: string) => Promise<readonly string[]>;
export interface AskOptions {
  readonly resolve?: Resolve;
  /** ms for all of it, names too. */
  readonly deadline?: number;
}

const system: Resolve = async host => (await lookup(host, { all: true })).map(found => found.address);
const headCap = 16 * 1024;

const failures: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses the connection',
  ECONNRESET: 'breaks the connection off',
  EPIPE: 'breaks the connection off',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  ENOTFOUND: 'has a name that cannot be found',
  EAI_AGAIN: 'has a name that cannot be found',
};

/** The server's words stay out: only codes that we know become text. */
function wordsOf(error: unknown, deadline: number): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `gives no answer within ${deadline / 1000} s`;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return (Object.hasOwn(failures, code) ? failures[code] : undefined) ?? 'gives no HTTP answer';
}

/**
 * One GET for the status alone, to an address that is the container's own. The name is resolved once and that very address is
 * connected to, so a name that changes its mind reaches nothing. Redirects are not followed, nothing of the user's is sent, the body
 * is not read. Never rejects.
 */
export async function askStatus(url: URL, allowed: Allowed, signal: AbortSignal, options: AskOptions = {}): Promise<Answer> {
  const { resolve = system, deadline = 5000 } = options;
  const began = performance.now();
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(deadline)]);
  const took = (): number => Math.round(performance.now() - began);
  try {
    const host = hostOf(url);
    const found = isIP(host) === 0 ? await until(resolve(host), bounded) : [host];
    const address = found.some(isDenied) ? undefined : found.find(one => isOwn(one, portOf(url), allowed));
    if (address === undefined) return { kind: 'refused', why: "is not the container's own address" };
    const status = await get(url, address, bounded);
    return { kind: 'answer', ok: status >= 200 && status < 400, ms: took(), status };
  } catch (error) {
    return { kind: 'answer', ok: false, ms: took(), why: wordsOf(error, deadline) };
  }
}

/** A look-up cannot be called back; its answer is no longer waited for. */
const until = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  Promise.race([
    work,
    new Promise<never>((_resolve, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    }),
  ]);

/** Plain sockets: no agent, no proxy, no cookie jar can come between. */
function open(url: URL, address: string): Socket {
  const to = { host: address, port: portOf(url) };
  if (url.protocol === 'http:') return connect(to);
  const name = hostOf(url);
  // Certificates within a container are mostly self-made; nothing secret is sent, and only a number is taken.
  return connectTls({ ...to, rejectUnauthorized: false, ...(isIP(name) === 0 ? { servername: name } : {}) });
}

function get(url: URL, address: string, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = open(url, address);
    let head = '';
    const end = (): void => void socket.destroy(signal.reason);
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
    socket.setEncoding('latin1');
    socket.on(url.protocol === 'http:' ? 'connect' : 'secureConnect', () => socket.write(requestOf(url)));
    socket.on('data', (text: string) => {
      head += text;
      const status = statusIn(head);
      if (status !== undefined) resolve(status);
      if (status !== undefined || head.length > headCap) socket.destroy();
    });
    socket.on('error', reject);
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      signal.removeEventListener('abort', end);
      reject(new Error('no HTTP answer'));
    });
  });
}

/** The parser has encoded whatever could end a line. */
const requestOf = (url: URL): string =>
  `GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\nUser-Agent: dozor\r\nAccept: */*\r\nConnection: close\r\n\r\n`;

/** The first status that is an answer; heads of 1xx come before it. */
function statusIn(head: string): number | undefined {
  const found = /^(?:HTTP\/1\.[01] 1\d\d[^\n]*\n(?:[^\r\n]+\r?\n)*\r?\n)*HTTP\/1\.[01] ([2-9]\d\d)[ \r\n]/.exec(head);
  return found?.[1] === undefined ? undefined : Number(found[1]);
}
