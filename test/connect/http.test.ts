import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcp } from 'node:net';
import { askStatus, type Resolve } from '../../src/connect/http.ts';
import { checkUrl, isDenied, isOwn } from '../../src/connect/probeUrl.ts';

const never = new AbortController().signal;
const own = { addresses: ['172.17.0.2', 'fd00::2'], ports: [] };
const hostOfMetadata = '169.254.169.254';

/** Twelve ways to write the address of a metadata service; a browser follows each. */
const encodings = [
  'http://169.254.169.254/latest/',
  'http://2852039166/',
  'http://0xa9fea9fe/',
  'http://0xa9.0xfe.0xa9.0xfe/',
  'http://0251.0376.0251.0376/',
  'http://169.254.43518/',
  'http://169.16689662/',
  'http://169。254。169。254/',
  'http://１６９.２５４.１６９.２５４/',
  'http://[::ffff:169.254.169.254]/',
  'http://[::ffff:a9fe:a9fe]/',
  'http://[64:ff9b::a9fe:a9fe]/',
];

describe('the judge of health check URLs', () => {
  for (const url of encodings) it(`refuses ${url}`, () => assert.equal(checkUrl(url).ok, false));

  const faulty: [string, RegExp][] = [
    ['ftp://web/', /neither http nor https/],
    ['file:///etc/passwd', /neither http|no URL/],
    ['http://user:pw@web/', /user name or password/],
    ['http://localhost:2375/containers/json', /container engine/],
    ['https://localhost:2376/', /container engine/],
    ['http://metadata.google.internal/', /metadata service/],
    ['http://METADATA.google.internal./', /metadata service/],
    ['http://[2002:a9fe:a9fe::]/', /never asked/],
    ['http://[2001:0:4136:e378:8000:63bf:5601:5601]/', /never asked/],
    ['http://[::a9fe:a9fe]/', /never asked/],
    ['http://[fe80::1]/', /never asked/],
    ['http://[fd00:ec2::254]/', /never asked/],
    ['http://[ff02::1]/', /never asked/],
    ['http://100.100.100.200/', /never asked/],
    ['http://0/', /never asked/],
    ['http://255.255.255.255/', /never asked/],
    ['http://224.0.0.1/', /never asked/],
    ['8080', /no URL/],
    ['', /no URL/],
  ];
  for (const [url, why] of faulty) {
    it(`says what is wrong with "${url}"`, () => {
      const checked = checkUrl(url);
      assert.ok(!checked.ok);
      assert.match(checked.why, why);
    });
  }

  it('takes the usual ones', () => {
    for (const url of ['http://localhost:8080/health', 'https://172.17.0.2/', 'http://[::1]:80/', 'http://web:8080/x?y=1'])
      assert.equal(checkUrl(url).ok, true, url);
  });

  it('denies text that is no address, and an address with a zone', () => {
    assert.equal(isDenied('web'), true);
    assert.equal(isDenied('fd00::2%eth0'), true);
    assert.equal(isDenied('172.17.0.2'), false);
    assert.equal(isDenied('fd00::2'), false);
  });

  it('knows what is the own address of a container', () => {
    const published = { addresses: ['127.0.0.5'], ports: [{ protocol: 'tcp', host: 8080, address: '0.0.0.0' }] };
    assert.equal(isOwn('172.17.0.2', 81, own), true);
    assert.equal(isOwn('172.17.0.3', 81, own), false);
    assert.equal(isOwn('127.0.0.1', 8080, published), true);
    assert.equal(isOwn('::1', 8080, published), false, 'published for IPv4 alone');
    assert.equal(isOwn('127.0.0.1', 8081, published), false, 'the port of somebody else');
    assert.equal(isOwn('127.0.0.5', 80, published), false, 'loopback is never an address of its own');
    const elsewhere = { addresses: [], ports: [{ protocol: 'tcp', host: 8080, address: '10.1.1.1' }] };
    assert.equal(isOwn('127.0.0.1', 8080, elsewhere), false, 'published on another address');
    assert.equal(isOwn('127.0.0.1', 8080, { addresses: [], ports: [{ protocol: 'udp', host: 8080 }] }), false);
    assert.equal(isOwn(hostOfMetadata, 80, { addresses: [hostOfMetadata], ports: [] }), false, 'denied even as its own');
  });
});

describe('one question to a health check URL', () => {
  let server: Server;
  let seen: IncomingMessage[];
  let answer: RequestListener;
  const port = (): number => (server.address() as AddressInfo).port;
  const ports = () => [{ protocol: 'tcp', host: port(), address: '127.0.0.1' }];
  const ask = (path = '/', options = {}) =>
    askStatus(new URL(`http://127.0.0.1:${port()}${path}`), { addresses: [], ports: ports() }, never, options);

  beforeEach(async () => {
    seen = [];
    answer = (_request, response) => response.end('fine');
    server = createServer((request, response) => {
      seen.push(request);
      answer(request, response);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  it('gives status and time, and sends nothing of the user', async () => {
    const got = await ask('/health?deep=1');
    assert.deepEqual([got.kind, got.kind === 'answer' && got.ok, got.kind === 'answer' && got.status], ['answer', true, 200]);
    assert.deepEqual([seen[0]?.method, seen[0]?.url], ['GET', '/health?deep=1']);
    assert.deepEqual(Object.keys(seen[0]?.headers ?? {}).sort(), ['accept', 'connection', 'host', 'user-agent']);
  });

  for (const [status, ok] of [
    [204, true],
    [399, true],
    [404, false],
    [503, false],
  ] as const) {
    it(`calls ${status} ${ok ? 'good' : 'bad'}`, async () => {
      answer = (_request, response) => response.writeHead(status).end();
      const got = await ask();
      assert.deepEqual([got.kind === 'answer' && got.ok, got.kind === 'answer' && got.status], [ok, status]);
    });
  }

  it('waits past an early hint', async () => {
    answer = (_request, response) => {
      response.writeEarlyHints({ link: '</a>; rel=preload' });
      response.writeHead(503).end();
    };
    const got = await ask();
    assert.equal(got.kind === 'answer' && got.status, 503);
  });

  it('does not follow a redirect: the canary hears nothing', async () => {
    let heard = 0;
    const canary = createTcp(socket => {
      heard++;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(canary, 'listening');
    const there = (canary.address() as AddressInfo).port;
    for (const location of [`http://127.0.0.1:${there}/`, 'http://169.254.169.254/latest/']) {
      answer = (_request, response) => response.writeHead(302, { location }).end();
      const got = await ask();
      assert.equal(got.kind === 'answer' && got.status, 302);
    }
    assert.deepEqual([heard, seen.length], [0, 2]);
    canary.close();
  });

  it('asks for the name once, so that a name that changes its mind reaches nothing else', async () => {
    let asked = 0;
    const flips: Resolve = async () => (asked++ === 0 ? ['127.0.0.1'] : [hostOfMetadata]);
    const got = await askStatus(new URL(`http://flip.test:${port()}/`), { addresses: [], ports: ports() }, never, { resolve: flips });
    assert.deepEqual([got.kind === 'answer' && got.status, asked, seen[0]?.headers.host], [200, 1, `flip.test:${port()}`]);
  });

  it('refuses a name of which one address is denied, or none is the own', async () => {
    const url = new URL(`http://flip.test:${port()}/`);
    for (const found of [[hostOfMetadata], ['127.0.0.1', hostOfMetadata], ['93.184.216.34'], ['::ffff:127.0.0.1'], []]) {
      const got = await askStatus(url, { addresses: [], ports: ports() }, never, { resolve: async () => found });
      assert.deepEqual(got, { kind: 'refused', why: "is not the container's own address" }, String(found));
    }
    assert.equal(seen.length, 0);
  });

  it("sends nothing to somebody else's port on loopback", async () => {
    const got = await askStatus(new URL(`http://127.0.0.1:${port()}/`), own, never);
    assert.deepEqual([got.kind, seen.length], ['refused', 0]);
  });

  it('says in its own words what came instead of an answer', async () => {
    const why = async (options = {}): Promise<unknown> => {
      const got = await ask('/', options);
      return got.kind === 'answer' && [got.ok, got.why];
    };
    answer = () => undefined;
    assert.deepEqual(await why({ deadline: 50 }), [false, 'gives no answer within 0.05 s']);
    answer = request => request.socket.end('SSH-2.0-x\r\n');
    assert.deepEqual(await why(), [false, 'gives no HTTP answer']);
    answer = request => request.socket.end('x'.repeat(100_000));
    assert.deepEqual(await why(), [false, 'gives no HTTP answer']);
    const url = new URL(`http://127.0.0.1:${port()}/`);
    const allowed = { addresses: [], ports: ports() };
    server.close();
    server.closeAllConnections();
    const got = await askStatus(url, allowed, never);
    assert.equal(got.kind === 'answer' && got.why, 'refuses the connection');
  });

  it('stops waiting for a name after its deadline', async () => {
    const silent: Resolve = () => new Promise(() => undefined);
    const got = await askStatus(new URL('http://slow.test/'), own, never, { resolve: silent, deadline: 20 });
    assert.equal(got.kind === 'answer' && got.why, 'gives no answer within 0.02 s');
  });

  it('does not wait for the end of a body', async () => {
    answer = (_request, response) => {
      response.write('x'.repeat(1000));
    };
    const got = await ask();
    assert.equal(got.kind === 'answer' && got.ok, true);
  });
});
