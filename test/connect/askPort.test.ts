import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { askPort } from '../../src/connect/askPort.ts';

const never = new AbortController().signal;

describe('A port that is asked', () => {
  const servers: Server[] = [];
  /** Listens on a free port of this machine; `heard` is what came in. */
  async function listen(meet: (socket: Socket) => void): Promise<{ port: number; heard: () => string; closed: () => number }> {
    let [heard, closed] = ['', 0];
    const server = createServer(socket => {
      socket.on('error', () => undefined);
      socket.on('close', () => closed++);
      socket.on('data', data => {
        heard += String(data);
      });
      meet(socket);
    });
    servers.push(server);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    return { port: (server.address() as AddressInfo).port, heard: () => heard, closed: () => closed };
  }
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  it('is open when it takes the connection, and hears nothing', async () => {
    const { port, heard } = await listen(() => undefined);
    const { outcome, ms } = await askPort('127.0.0.1', port, 'connect', never);
    assert.equal(outcome, 'open');
    assert.ok(ms < 1000);
    assert.equal(heard(), '');
  });

  it('refuses where nobody listens', async () => {
    const { port } = await listen(() => undefined);
    await new Promise(resolve => servers.pop()?.close(resolve));
    assert.equal((await askPort('127.0.0.1', port, 'connect', never)).outcome, 'refused');
  });

  it('answers with its greeting, timed until the first byte', async () => {
    const { port, heard } = await listen(socket => void setTimeout(() => socket.write('220 hello'), 150));
    const { outcome, ms } = await askPort('127.0.0.1', port, 'listen', never);
    assert.equal(outcome, 'answers');
    assert.ok(ms >= 140 && ms < 3000, `${ms}`);
    assert.equal(heard(), '');
  });

  it('is asked for a head where it speaks HTTP, by its address alone', async () => {
    const { port, heard } = await listen(socket => void socket.once('data', () => socket.write('HTTP/1.1 405 No\r\n\r\n')));
    assert.equal((await askPort('127.0.0.1', port, 'http', never)).outcome, 'answers');
    assert.match(heard(), /^HEAD \/ HTTP\/1\.1\r\nHost: 127\.0\.0\.1\r\n/);
  });

  it('is silent when it takes the connection and says nothing in time', async function () {
    this.timeout(6000);
    const { port } = await listen(() => undefined);
    const { outcome, ms } = await askPort('127.0.0.1', port, 'listen', never);
    assert.equal(outcome, 'silent');
    assert.ok(ms >= 3000 && ms < 4500, `${ms}`);
  });

  it('counts as open when it hangs up, and is let go when the asking ends', async () => {
    const rude = await listen(socket => void socket.destroy());
    assert.equal((await askPort('127.0.0.1', rude.port, 'listen', never)).outcome, 'open');
    const quiet = await listen(() => undefined);
    const life = new AbortController();
    setTimeout(() => life.abort(), 50);
    assert.equal((await askPort('127.0.0.1', quiet.port, 'listen', life.signal)).outcome, 'open');
    assert.equal((await askPort('127.0.0.1', quiet.port, 'listen', AbortSignal.abort())).outcome, 'unreached');
  });
});
