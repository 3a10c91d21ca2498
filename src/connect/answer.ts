import type { IncomingMessage } from 'node:http';
import { displaySafe } from '../base/safeText.ts';
import { type ApiCode, ApiError, keepsTrying } from './apiError.ts';

const notDocker = (where: string, what: string): ApiError =>
  new ApiError('not-docker', `${where} does not speak Docker: it answered ${what}.`, 'Check the address; something else listens there.');

async function readAll(answer: IncomingMessage, cap: number, where: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > cap) {
      answer.destroy();
      const text = `The answer of ${where} is larger than ${Math.round(cap / 1024 / 1024)} MiB and was cut off.`;
      throw new ApiError('too-large', text, 'The engine may be faulty; look at it with the docker command.');
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}

const isJson = (answer: IncomingMessage): boolean => /^application\/(?:json|[a-z.-]+\+json)/i.test(answer.headers['content-type'] ?? '');

/** The body of a good answer: JSON, or the plain `OK` of a ping, or nothing. Rejects with an `ApiError`. */
export async function readJson(answer: IncomingMessage, cap: number, where: string): Promise<unknown> {
  const body = await readAll(answer, cap, where);
  if (body.length === 0) return undefined;
  const text = body.toString('utf8');
  if (isJson(answer)) return parse(text, where);
  // `GET /_ping` is the one call that answers in plain text; a real engine also names its API version there.
  if (answer.headers['api-version'] !== undefined || text === 'OK') return text;
  throw notDocker(where, kindOf(answer, text));
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notDocker(where, 'with JSON that is cut or broken');
  }
}

function kindOf(answer: IncomingMessage, text: string): string {
  if (/^\s*</.test(text) || /html/i.test(answer.headers['content-type'] ?? '')) return 'with a web page';
  return `with ${displaySafe(answer.headers['content-type'] ?? 'text of no type', 60)}`;
}

const codes: Readonly<Record<number, ApiCode>> = { 304: 'unchanged', 404: 'not-found', 409: 'conflict' };

/** The error that a status other than success stands for; the engine's own message is kept, made harmless. */
export async function answerError(answer: IncomingMessage, cap: number, where: string): Promise<ApiError> {
  const status = answer.statusCode ?? 0;
  if (status >= 300 && status < 400 && status !== 304) {
    answer.destroy();
    return notDocker(where, `with a redirect (${status}), which Dozor never follows`);
  }
  const text = (await readAll(answer, cap, where)).toString('utf8');
  if (/HTTP request to an HTTPS server/i.test(text)) {
    return new ApiError(
      'tls',
      `${where} wants TLS.`,
      'Give its certificates: "tls" in dozor.servers, or DOCKER_TLS_VERIFY and DOCKER_CERT_PATH.',
    );
  }
  if (status !== 304 && !isJson(answer) && !/^text\/plain/i.test(answer.headers['content-type'] ?? ''))
    return notDocker(where, kindOf(answer, text));
  const code = codes[status] ?? (status >= 500 ? 'server-error' : 'refused');
  return new ApiError(
    code,
    messageOf(text, status),
    status === 401 || status === 403 ? 'Ask whoever runs this engine for access.' : keepsTrying,
  );
}

function messageOf(text: string, status: number): string {
  const plain = `the engine answered ${status}`;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('message' in value) || typeof value.message !== 'string') return plain;
    return displaySafe(value.message, 500) || plain;
  } catch {
    return displaySafe(text, 500) || plain;
  }
}
