import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { createContainer, type Fake, inspectOf, listOf, nanoNow, next } from './stormContainers.ts';

/**
 * An engine that lives through a storm, in a process of its own. Driven by messages: `begin` starts the events, `end` stops them and
 * answers with what is true then.
 */
export interface StormOrder {
  readonly socket: string;
  readonly containers: number;
  readonly perSecond: number;
}

export interface StormTruth {
  readonly sent: number;
  readonly states: Readonly<Record<string, string>>;
  readonly requests: Readonly<Record<string, number>>;
}

const order = JSON.parse(process.argv[2] ?? '{}') as StormOrder;
const fakes = Array.from({ length: order.containers }, (_, n) => createContainer(n));
const byId = new Map(fakes.map(fake => [fake.id, fake]));
const listeners = new Set<ServerResponse>();
const followers = new Map<string, Set<ServerResponse>>();
const requests: Record<string, number> = {};
let sent = 0;

const json = (reply: ServerResponse, value: unknown): void => {
  reply.writeHead(200, { 'content-type': 'application/json' });
  reply.end(JSON.stringify(value));
};

function frame(text: string): Buffer {
  const payload = Buffer.from(`${new Date().toISOString().replace('Z', '000000Z')} ${text}\n`);
  const head = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(payload.length, 4);
  return Buffer.concat([head, payload]);
}

function stream(reply: ServerResponse, held: Set<ServerResponse>): void {
  reply.writeHead(200, { 'content-type': 'application/octet-stream' });
  reply.flushHeaders();
  held.add(reply);
  reply.on('close', () => held.delete(reply));
}

function logs(fake: Fake, follow: boolean, reply: ServerResponse): void {
  if (!follow || fake.state !== 'running') {
    reply.writeHead(200);
    reply.end(frame('INFO served'));
    return;
  }
  const held = followers.get(fake.id) ?? new Set();
  followers.set(fake.id, held);
  stream(reply, held);
}

const rows: readonly (readonly [RegExp, (reply: ServerResponse, url: URL, id: string) => void])[] = [
  [/^\/_ping$/, reply => reply.end('OK')],
  [/^\/version$/, reply => json(reply, { ApiVersion: '1.41', Version: '20.10.24', Os: 'linux' })],
  [/^\/info$/, reply => json(reply, { ID: 'storm', Name: 'storm', ServerVersion: '20.10.24', SystemTime: new Date().toISOString() })],
  [/^\/events$/, reply => stream(reply, listeners)],
  [/^\/containers\/json$/, reply => json(reply, fakes.map(listOf))],
  [/^\/containers\/([0-9a-f]{64})\/json$/, (reply, _url, id) => json(reply, inspectOf(byId.get(id) ?? createContainer(0)))],
  [
    /^\/containers\/([0-9a-f]{64})\/logs$/,
    (reply, url, id) => logs(byId.get(id) ?? createContainer(0), /^(1|true)$/.test(url.searchParams.get('follow') ?? ''), reply),
  ],
];

function serve(asked: IncomingMessage, reply: ServerResponse): void {
  const url = new URL(asked.url ?? '/', 'http://docker');
  const path = url.pathname.replace(/^\/v\d+\.\d+/, '');
  for (const [pattern, answer] of rows) {
    const found = pattern.exec(path);
    if (found === null) continue;
    requests[pattern.source] = (requests[pattern.source] ?? 0) + 1;
    return answer(reply, url, found[1] ?? '');
  }
  reply.writeHead(404);
  reply.end('{"message":"page not found"}');
}

function happen(fake: Fake): void {
  const { line, ended } = next(fake, nanoNow());
  sent++;
  for (const listener of listeners) listener.write(line);
  if (!ended) return;
  for (const follower of followers.get(fake.id) ?? []) follower.end();
  followers.delete(fake.id);
}

/** Events come in a steady stream: what is due is worked off every 4 ms. Logs: a line per container and second. */
function begin(): () => void {
  const from = performance.now();
  let logged = 0;
  const timer = setInterval(() => {
    const passed = (performance.now() - from) / 1000;
    for (let due = Math.floor(passed * order.perSecond) - sent; due > 0; due--) {
      const fake = fakes[(sent * 7) % fakes.length];
      if (fake !== undefined) happen(fake);
    }
    for (; logged < passed * fakes.length; logged++) {
      for (const follower of followers.get(fakes[logged % fakes.length]?.id ?? '') ?? []) follower.write(frame('INFO served a request'));
    }
  }, 4);
  return () => clearInterval(timer);
}

let end: () => void = () => undefined;
process.on('message', message => {
  if (message === 'begin') end = begin();
  if (message !== 'end') return;
  end();
  const truth: StormTruth = { sent, states: Object.fromEntries(fakes.map(fake => [fake.id, fake.state])), requests };
  process.send?.(truth);
});
process.on('disconnect', () => process.exit(0));
http.createServer({ keepAliveTimeout: 60_000 }, serve).listen(order.socket, () => process.send?.('ready'));
