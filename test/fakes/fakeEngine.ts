import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface FakeContainer {
  /** Becomes an id of 64 digits. */
  readonly key: string;
  readonly name?: string;
  readonly labels?: Readonly<Record<string, unknown>>;
  readonly state?: string;
  readonly exit?: number;
  /** `State.Error`. */
  readonly error?: string;
  readonly tty?: boolean;
  readonly logDriver?: string;
  /** Bytes of the log as the engine would send them. */
  readonly log?: Buffer;
  /** Bytes of its memory limit; 0 for none. */
  readonly memory?: number;
  /** The answer to a question for what it uses. */
  readonly stats?: unknown;
}

export const idOf = (key: string): string => Buffer.from(key).toString('hex').padEnd(64, '0').slice(0, 64);

/** One frame of a multiplexed log. */
export function frame(stream: 1 | 2, text: string | Buffer): Buffer {
  const payload = Buffer.from(text);
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

/** A stamp with nanoseconds, `n` ms after the start of 2026. */
export const stamp = (n: number): string => `${new Date(Date.UTC(2026, 0, 1) + n).toISOString().slice(0, -1)}000000Z`;

const listEntry = (container: FakeContainer): unknown => ({
  Id: idOf(container.key),
  Names: [`/${container.name ?? container.key}`],
  Image: 'bb',
  Created: 1_767_225_600,
  Labels: container.labels ?? {},
  State: container.state ?? 'running',
  Status: container.state === 'exited' ? `Exited (${container.exit ?? 0}) 2 minutes ago` : 'Up 2 minutes',
  Ports: [],
});

const inspectEntry = (container: FakeContainer): unknown => ({
  Id: idOf(container.key),
  Name: `/${container.name ?? container.key}`,
  Created: '2026-01-01T00:00:00Z',
  Image: 'sha256:1',
  RestartCount: 0,
  State: {
    Status: container.state ?? 'running',
    ExitCode: container.exit ?? 0,
    OOMKilled: false,
    Error: container.error ?? '',
    StartedAt: '2026-01-01T00:00:01.123456789Z',
    FinishedAt: container.state === 'exited' ? '2026-01-01T00:00:09Z' : '0001-01-01T00:00:00Z',
  },
  Config: { Image: 'bb', Labels: container.labels ?? {}, Tty: container.tty ?? false, StopTimeout: 1 },
  HostConfig: { LogConfig: { Type: container.logDriver ?? 'json-file' }, RestartPolicy: { Name: '' }, Memory: container.memory ?? 0 },
  NetworkSettings: { Ports: {} },
});

/** An engine made of script: what it holds, what it says, and how it fails, to the byte. */
export class FakeEngine {
  /** Method and path of each request, in order. */
  readonly requests: string[] = [];
  readonly containers = new Map<string, FakeContainer>();
  /** Connections made so far. */
  connections = 0;
  private readonly overrides: { find: RegExp; handle: Handler }[] = [];
  private readonly streams = new Set<ServerResponse>();
  private readonly sockets = new Set<Socket>();
  private readonly folder: string;
  private readonly server = createServer((request, response) => this.answer(request, response));

  private constructor(folder: string) {
    this.folder = folder;
    this.server.on('connection', socket => {
      this.connections++;
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  static async start(...containers: FakeContainer[]): Promise<FakeEngine> {
    const engine = new FakeEngine(await mkdtemp(join(tmpdir(), 'dozor-fake-')));
    for (const container of containers) engine.put(container);
    await engine.listen();
    return engine;
  }

  get socket(): string {
    return join(this.folder, 'docker.sock');
  }

  listen(): Promise<void> {
    return new Promise(resolve => this.server.listen(this.socket, resolve));
  }

  put(container: FakeContainer): void {
    this.containers.set(idOf(container.key), container);
  }

  /** Answers requests whose "METHOD path" fits in another way; the newest rule counts. */
  on(find: RegExp, handle: Handler): void {
    this.overrides.unshift({ find, handle });
  }

  normal(): void {
    this.overrides.length = 0;
  }

  /** Sends one event to all who listen; `nano` to the letter. */
  event(action: string, key: string, nano: string, attributes: Readonly<Record<string, string>> = {}): void {
    const time = nano.slice(0, -9);
    const actor = JSON.stringify({ ID: idOf(key), Attributes: attributes });
    this.say(`{"Type":"container","Action":${JSON.stringify(action)},"Actor":${actor},"time":${time},"timeNano":${nano}}\n`);
  }

  say(bytes: string): void {
    for (const stream of this.streams) stream.write(bytes);
  }

  get listeners(): number {
    return this.streams.size;
  }

  /** Ends all connections without a word, as a killed engine does. */
  drop(): void {
    for (const socket of this.sockets) socket.destroy();
    this.streams.clear();
  }

  /** Stops listening; the socket's file goes away with it. */
  async close(): Promise<void> {
    const closed = new Promise(resolve => this.server.close(resolve));
    this.drop();
    await closed;
  }

  async stop(): Promise<void> {
    if (this.server.listening) await this.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const line = `${request.method} ${request.url}`;
    this.requests.push(line);
    const override = this.overrides.find(({ find }) => find.test(line));
    if (override !== undefined) return override.handle(request, response);
    const route = this.routes.find(([find]) => find.test(line));
    if (route === undefined) return sendJson(response, 404, { message: 'page not found' });
    const id = /\/containers\/([0-9a-f]{64})/.exec(line)?.[1];
    const container = id === undefined ? undefined : this.containers.get(id);
    if (id !== undefined && container === undefined) return sendJson(response, 404, { message: `No such container: ${id}` });
    route[1](response, container, line);
  }

  private readonly routes: readonly [RegExp, (response: ServerResponse, container: FakeContainer | undefined, line: string) => void][] = [
    [/^GET \/_ping/, response => response.writeHead(200, { 'Api-Version': '1.41', 'Content-Type': 'text/plain' }).end('OK')],
    [/^GET \/info/, response => sendJson(response, 200, {})],
    [/^GET \/containers\/json/, response => sendJson(response, 200, [...this.containers.values()].map(listEntry))],
    [/^GET \/containers\/\w+\/json/, (response, container) => sendJson(response, 200, container && inspectEntry(container))],
    [/^GET \/containers\/\w+\/stats/, (response, container) => sendJson(response, 200, container?.stats ?? {})],
    [/^GET \/containers\/\w+\/logs/, (response, container, line) => this.sendLog(response, container, line)],
    [/^GET \/events/, response => this.open(response)],
    [/^POST \/containers\/\w+\/(?:start|stop|restart|pause|unpause)/, response => response.writeHead(204).end()],
  ];

  private open(response: ServerResponse): void {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.flushHeaders();
    this.streams.add(response);
    response.on('close', () => this.streams.delete(response));
  }

  private sendLog(response: ServerResponse, container: FakeContainer | undefined, line: string): void {
    response.writeHead(200, { 'Content-Type': 'application/octet-stream' });
    response.flushHeaders();
    response.write(container?.log ?? Buffer.alloc(0));
    if (!/follow=true/.test(line)) response.end();
  }
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}
