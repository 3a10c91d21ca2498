import assert from 'node:assert/strict';
import { filled, patterns, type Recognised, recognise } from '../../src/diagnose/knownPatterns.ts';
import { levelOf } from '../../src/diagnose/levels.ts';
import { assertLinear } from '../fakes/linear.ts';
import { families } from './knownLines.ts';
import { rowLines } from './rowLines.ts';

const known = (line: string): Recognised | undefined => recognise(line, levelOf(line));
const familyOf = (row: string): string => row.slice(0, row.indexOf('/'));

describe('The families of known lines', () => {
  for (const { family, categories, hits, misses } of families) {
    it(`${family}: knows ${hits.length} lines as ${categories.join(' or ')}`, () => {
      for (const line of hits) {
        const row = known(line)?.row;
        assert.equal(row === undefined ? 'none' : familyOf(row.id), family, line);
        assert.ok(categories.includes(row?.category ?? ''), line);
      }
    });

    it(`${family}: lets ${misses.length} near misses pass`, () => {
      // One line is a near miss here and belongs to another family.
      const owned = new Map(families.flatMap(each => each.hits.map(line => [line, each.family] as const)));
      for (const line of misses) {
        const row = known(line)?.row.id;
        assert.equal(row === undefined ? undefined : familyOf(row), owned.get(line), line);
      }
    });
  }

  it('are 99 lines to know and 81 to let pass', () => {
    const hits = families.flatMap(each => each.hits).length;
    const misses = families.flatMap(each => each.misses).length;
    assert.deepEqual([hits, misses], [99, 81]);
  });
});

describe('The rows of the catalogue', () => {
  it('are found at whatever place of a line their words stand', () => {
    const free = patterns.filter(row => !row.find.source.includes('^'));
    const hits = free.flatMap(row => (rowLines[row.id]?.hits ?? []).map(line => [row.id, line] as const));
    assert.ok(hits.length > 50, `${hits.length} lines`);
    for (const [row, line] of hits) {
      const moved = [0, 1, 2, 3].map(pad => recognise(`${' '.repeat(pad)}${line}`, 'error')?.row.id);
      assert.deepEqual(new Set(moved), new Set([row]), line);
    }
  });

  it('each have a name of their own, and lines', () => {
    const ids = patterns.map(row => row.id);
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(Object.keys(rowLines).sort(), [...ids].sort());
  });

  for (const [id, { hits, misses }] of Object.entries(rowLines)) {
    it(`${id} knows its lines and no near miss is reported`, () => {
      assert.ok(hits.length >= 3 && misses.length >= 3);
      for (const line of hits) assert.equal(known(line)?.row.id, id, line);
      for (const line of misses) assert.equal(known(line)?.row.id, undefined, line);
    });
  }

  it('have hints of four small letters or more', () => {
    for (const row of patterns)
      for (const hint of row.hints) assert.ok(hint.length >= 4 && hint === hint.toLowerCase(), `${row.id}: ${hint}`);
  });

  it('hold no global or sticky expression, whose memory would make a line depend on the one before', () => {
    for (const row of patterns)
      for (const each of [row.find, row.unless, ...(row.extract ?? [])]) assert.doesNotMatch(each?.flags ?? '', /[gy]/, row.id);
  });

  it('say in every case what it means and what to do', () => {
    const all = { peer: 'db', port: '5432', path: '/data', setting: 'KEY', name: 'n' };
    for (const row of patterns) {
      for (const said of [row.meaning, row.advice].flatMap(words => [filled(words, {}), filled(words, all)]))
        assert.doesNotMatch(said, /[{}|]|\s\s|\s[.,:;]/, row.id);
      assert.match(filled(row.advice, {}), /^[A-Z].*\.$/, row.id);
      assert.match(filled(row.meaning, {}), /^[a-z].*[^.]$/, row.id);
    }
  });
});

describe('A known line', () => {
  const values: readonly [string, Record<string, string>][] = [
    ['dial tcp 172.18.0.5:5432: connect: connection refused', { peer: '172.18.0.5', port: '5432' }],
    ['dial tcp [::1]:5432: connect: connection refused', { peer: '::1', port: '5432' }],
    ['main.go:42: dial tcp db:5432: connect: connection refused', { peer: 'db', port: '5432' }],
    ['curl: (7) Failed to connect to db port 5432 after 0 ms: Connection refused', { peer: 'db', port: '5432' }],
    ['connection to server at "db" (172.18.0.2), port 5432 failed: Connection refused', { peer: 'db', port: '5432' }],
    ["wget: can't connect to remote host (10.0.0.3): Connection refused", { peer: '10.0.0.3' }],
    ['nc: 127.0.0.1:39433: Connection refused', { peer: '127.0.0.1', port: '39433' }],
    ['connect() failed (111: Connection refused) while connecting to upstream, upstream: "http://api:80/"', { peer: 'api', port: '80' }],
    ['2026-01-02T03:04:05Z ERROR connection refused', {}],
    ['dial tcp: lookup redis on 127.0.0.11:53: no such host', { name: 'redis' }],
    ['Error: listen EADDRINUSE: address already in use :::3000', { port: '3000' }],
    ['2026/01/02 03:04:05 listen tcp :8080: bind: address already in use', { port: '8080' }],
    ["[Errno 98] error while attempting to bind on address ('0.0.0.0', 8000): address already in use", { port: '8000' }],
    ["KeyError: 'DATABASE_URL'", { setting: 'DATABASE_URL' }],
    ['sh: DATABASE_URL: missing', { setting: 'DATABASE_URL' }],
    ['{"level":50,"msg":"Missing required environment variable \\"STRIPE_KEY\\""}', { setting: 'STRIPE_KEY' }],
    ["dd: error writing '/data/x': No space left on device", { path: '/data/x' }],
    ["EACCES: permission denied, mkdir '/data'", { path: '/data' }],
    ["Error: Cannot find module '@shop/core/x.js'", { name: '@shop/core/x.js' }],
  ];
  for (const [line, expected] of values)
    it(`tells ${JSON.stringify(expected)} in ${line}`, () => assert.deepEqual(known(line)?.values, expected));

  it('says why rather than that it ends', () => {
    assert.equal(known('panic: open /data/x: no space left on device')?.row.id, 'disk/space');
    assert.equal(known('Exception in thread "main" java.lang.OutOfMemoryError: Java heap space')?.row.id, 'memory/heap');
    assert.equal(known('UnhandledPromiseRejection: Error: getaddrinfo ENOTFOUND db')?.row.id, 'dns/name');
  });

  it('is of the same row whichever of two causes it names first', () => {
    assert.equal(known('ERROR ECONNREFUSED after i/o timeout')?.row.id, 'refused/connect');
    assert.equal(known('ERROR i/o timeout after ECONNREFUSED')?.row.id, 'refused/connect');
  });

  it('draws out nothing but letters, digits and the marks of names', () => {
    const hostile = ['$(x)', '[a](command:b)', '<img>', '`c`', '\\u202eevil', '"; rm', 'a b'];
    const around = (text: string): string[] => [
      `KeyError: '${text}'`,
      `dial tcp ${text}:80: connection refused`,
      `open ${text}: no space left on device`,
    ];
    for (const line of hostile.flatMap(around))
      for (const value of Object.values(known(line)?.values ?? {})) assert.match(value, /^[\w.@/:$+-]{1,200}$/, line);
  });

  it('is found in time that grows with the line, whatever it holds', function () {
    this.timeout(20_000);
    const hints = patterns.flatMap(row => row.hints);
    const heads = [
      'address in use bind listen ',
      'exec /a',
      'GET /a ',
      'A_A_A_A is ',
      "missing env 'A",
      'host a.b.c.',
      'sh: line ',
      '" 500',
    ];
    const read = (text: string): unknown => recognise(text, 'error');
    const filledTo = (piece: string, size: number): string => piece.repeat(Math.ceil(size / piece.length)).slice(0, size);
    for (const piece of [hints.join(' '), ...heads, ...hints]) assertLinear(piece, size => filledTo(piece, size), read, 2000);
  });

  it('is read at 300,000 short lines a second and more', () => {
    const calm = (i: number): string => `2026-01-02T03:04:05.${i} INFO  [worker-${i % 7}] GET /api/items/${i} served in ${i % 90} ms`;
    const errors = families.flatMap(each => each.hits);
    const lines = Array.from({ length: 20_000 }, (_, i) => (i % 20 === 0 ? (errors[i % errors.length] ?? '') : calm(i)));
    let best = 0;
    for (let round = 0; round < 10 && best < 300_000; round++) {
      const began = process.threadCpuUsage();
      for (const line of lines) recognise(line, 'unknown');
      const { user, system } = process.threadCpuUsage(began);
      best = Math.max(best, lines.length / ((user + system) / 1e6));
    }
    assert.ok(best >= 300_000, `${Math.round(best)} lines a second`);
  });
});
