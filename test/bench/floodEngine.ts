import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { FakeEngine, frame } from '../fakes/fakeEngine.ts';
import { type FloodNews, type FloodOrder, lineWidth } from './floodTypes.ts';

const containers = 4;
const linesPerBlock = 500;
const tick = 10;

const forms = [
  (n: number) => `INFO request ${n} to /api/items/${n % 97} served in ${n % 90} ms, cache=miss`,
  (n: number) => `{"level":"info","msg":"checkout done","user":${n},"items":${n % 9}}`,
  (n: number) => `2026-01-02 03:04:05 DEBUG pool size=${n % 50} waiting=${n % 7}`,
  (n: number) => `10.0.0.${n % 250} - - "GET /img/${n}.png HTTP/1.1" 200 ${n * 7}`,
  (n: number) => `ERROR no. ${n}: connection to db:5432 refused`,
];

/** Frames as dockerd sends them, each a chunk of HTTP of its own; and where the nanoseconds of each stamp stand. */
function blockOf(): { readonly bytes: Buffer; readonly nanos: readonly number[] } {
  const parts: Buffer[] = [];
  const nanos: number[] = [];
  let at = 0;
  for (let n = 0; n < linesPerBlock; n++) {
    const text = `2026-01-02T03:04:05.000000000Z ${forms[n % 100 === 50 ? 4 : n % 4]?.(n) ?? ''}`;
    const framed = frame(1, `${text.padEnd(lineWidth - 1, '.')}\n`);
    const head = Buffer.from(`${framed.length.toString(16)}\r\n`);
    nanos.push(at + head.length + 8 + 20);
    parts.push(head, framed, Buffer.from('\r\n'));
    at += head.length + framed.length + 2;
  }
  return { bytes: Buffer.concat(parts), nanos };
}

const tell = (news: FloodNews): void => void process.send?.(news);

/** One container that writes: as many blocks as are due, no faster than they are taken. */
class Writer {
  lines = 0;
  private readonly block = blockOf();
  private readonly socket: Socket;
  private readonly response: ServerResponse;

  constructor(response: ServerResponse, socket: Socket) {
    this.response = response;
    this.socket = socket;
  }

  writeUpTo(lines: number): void {
    while (this.lines < lines && !this.socket.writableNeedDrain && !this.socket.destroyed) {
      this.socket.write(this.stamped());
      this.lines += linesPerBlock;
    }
  }

  end(): void {
    this.response.end();
  }

  /** A copy, since the socket still holds the last one; every line with a stamp of its own. */
  private stamped(): Buffer {
    const bytes = Buffer.from(this.block.bytes);
    for (const [n, at] of this.block.nanos.entries()) bytes.write(`${this.lines + n}`.padStart(9, '0'), at, 'latin1');
    return bytes;
  }
}

const writers: Writer[] = [];
const engine = await FakeEngine.start(...Array.from({ length: containers }, (_, n) => ({ key: `flood${n}` })));
engine.on(/logs.*follow=true/, (request, response) => {
  response.writeHead(200, { 'Transfer-Encoding': 'chunked' });
  response.flushHeaders();
  writers.push(new Writer(response, request.socket));
  tell({ kind: 'followed', by: writers.length });
});

process.on('message', ({ seconds, bytesPerSecond }: FloodOrder) => {
  const began = performance.now();
  const each = bytesPerSecond / lineWidth / writers.length / 1000;
  const timer = setInterval(() => {
    const ms = performance.now() - began;
    for (const writer of writers) writer.writeUpTo(Math.min(ms, seconds * 1000) * each);
    if (ms < seconds * 1000) return;
    clearInterval(timer);
    for (const writer of writers) writer.end();
    const lines = writers.reduce((sum, writer) => sum + writer.lines, 0);
    tell({ kind: 'over', lines, bytes: lines * lineWidth });
  }, tick);
});
process.on('disconnect', () => process.exit());
tell({ kind: 'listening', socket: engine.socket });
