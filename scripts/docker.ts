import http from 'node:http';

export interface DockerAnswer {
  readonly status: number;
  readonly body: string;
}

export type Docker = (method: string, path: string, body?: unknown) => Promise<DockerAnswer>;

const defaultSocket = process.platform === 'win32' ? '//./pipe/docker_engine' : '/var/run/docker.sock';

/** Where the engine of this machine listens: DOCKER_HOST (unix, npipe or plain tcp), else the usual socket. */
function dockerAddress(host = process.env['DOCKER_HOST']): http.RequestOptions {
  if (host === undefined || host === '') return { socketPath: defaultSocket };
  const url = new URL(host);
  if (url.protocol === 'tcp:' || url.protocol === 'http:') return { host: url.hostname, port: Number(url.port) || 2375 };
  return { socketPath: host.replace(/^(unix|npipe):\/\//, '') };
}

/** A few calls to an engine, for the demo and the tests. Bytes are sent as they are, anything else as JSON. */
export function docker(address: http.RequestOptions = dockerAddress()): Docker {
  return (method, path, body) =>
    new Promise((resolve, reject) => {
      const bytes = Buffer.isBuffer(body) ? body : body === undefined ? undefined : Buffer.from(JSON.stringify(body));
      const headers =
        bytes === undefined
          ? {}
          : { 'content-type': Buffer.isBuffer(body) ? 'application/x-tar' : 'application/json', 'content-length': bytes.length };
      const request = http.request({ ...address, method, path, headers, timeout: 60_000 }, response => {
        const parts: Buffer[] = [];
        response.on('data', (chunk: Buffer) => parts.push(chunk));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString('utf8') }));
      });
      request.on('timeout', () => request.destroy(new Error(`${method} ${path}: no answer in 60 s`)));
      request.on('error', reject);
      request.end(bytes);
    });
}

/** Like a call, and throws when the engine refused; `fine` lists further good statuses. */
export async function mustDocker(
  call: Docker,
  method: string,
  path: string,
  body?: unknown,
  fine: readonly number[] = [],
): Promise<string> {
  const answer = await call(method, path, body);
  if (answer.status >= 400 && !fine.includes(answer.status))
    throw new Error(`Docker ${method} ${path}: ${answer.status} ${answer.body.trim()}`);
  return answer.body;
}

export async function reachable(call: Docker = docker()): Promise<boolean> {
  try {
    return (await call('GET', '/_ping')).status === 200;
  } catch {
    return false;
  }
}
