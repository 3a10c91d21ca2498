import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';

const { socket, target } = workerData as { socket: string; target: string };
let counts: Record<string, number> = {};

/** One row per kind of call: ids, names and the version prefix are taken out; a log that is followed is a kind of its own. */
function kindOf({ method, url = '' }: IncomingMessage): string {
  const [path = '', query = ''] = url.replace(/^\/v\d+\.\d+/, '').split('?', 2);
  const bare = path.replace(/^\/containers\/(?!json$)[^/]+/, '/containers/{id}');
  return `${method} ${bare}${/(^|&)follow=(1|true)/.test(query) ? ' (follow)' : ''}`;
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });

function forward(asked: IncomingMessage, reply: ServerResponse): void {
  const kind = kindOf(asked);
  counts[kind] = (counts[kind] ?? 0) + 1;
  const request = http.request({ socketPath: target, path: asked.url, method: asked.method, headers: asked.headers, agent }, answer => {
    reply.writeHead(answer.statusCode ?? 502, answer.headers);
    // Headers of a quiet stream must not wait for its first byte.
    reply.flushHeaders();
    answer.pipe(reply);
    answer.on('error', () => reply.destroy());
  });
  request.on('error', () => reply.destroy());
  reply.on('close', () => request.destroy());
  asked.pipe(request);
}

http.createServer({ keepAliveTimeout: 60_000 }, forward).listen(socket, () => parentPort?.postMessage('ready'));
parentPort?.on('message', () => {
  parentPort?.postMessage(counts);
  counts = {};
});
