import assert from 'node:assert/strict';
import type { Recording } from '../../src/diagnose/recording.ts';
import { requestsOf, simpleShape } from '../../src/diagnose/requestLines.ts';
import { type Mechanism, rankCauses } from '../../src/diagnose/rootCause.ts';
import { logsOf, onset, requests, shop } from './recordings.ts';

type Line = readonly [string, string, number?];

const usual: readonly Line[] = [
  ['door', 'order 7 begins'],
  ['pay', 'paying'],
  ['bank', 'account found'],
  ['bank', 'booked 12 coins'],
  ['pay', 'paid'],
  ['door', 'order done'],
];

const history = { logs: logsOf(requests(0, 40, usual)) };

function withRequests(lines: readonly Line[]): Recording {
  return { ...shop, history, logs: logsOf(requests(onset + 1, 12, lines)) };
}

function blames(lines: readonly Line[], service: string, mechanism: Mechanism): void {
  const first = rankCauses(withRequests(lines))[0];
  assert.equal(first?.service, service);
  assert.equal(Object.keys(first?.parts ?? {})[0], mechanism);
}

const without = (text: string): Line[] => usual.filter(line => line[1] !== text);

describe('root cause from the logs of requests', () => {
  it('is the service whose lines no longer follow each other as they did', () => {
    blames(without('booked 12 coins'), 'bank', 'sequence');
  });

  it('is the service that answers requests with another line', () => {
    const changed = usual.map((line): Line => (line[1] === 'booked 12 coins' ? ['bank', 'no such account'] : line));
    blames(changed, 'bank', 'sequence');
  });

  it('is the service that says nothing any more while its caller goes on as before', () => {
    blames(
      without('account found').filter(line => line[0] !== 'bank'),
      'bank',
      'silence',
    );
  });

  it('is the service that requests reach late and leave late', () => {
    const late = usual.map(([service, text], index): Line => [service, text, index === 2 || index === 4 ? 1 : 0.01]);
    blames(late, 'bank', 'lag');
  });

  it('has nothing to say when requests go as before', () => {
    assert.deepEqual(
      rankCauses(withRequests(usual)).map(cause => cause.score),
      [0, 0, 0, 0],
    );
  });

  it('uses the templates it is handed', () => {
    const blind = (line: string): string => (line.includes('coins') || line.includes('account') ? 'bank work' : simpleShape(line));
    const lines = usual.map((line): Line => (line[1] === 'booked 12 coins' ? ['bank', 'no such account'] : line));
    assert.ok(rankCauses(withRequests(lines), blind).every(cause => cause.score < 1));
  });
});

describe('root cause from logs without request ids', () => {
  const lines = (from: number, texts: readonly string[]) => texts.map((text, index) => [from + index, text] as const);
  const repeat = (text: string, times: number): string[] => Array.from({ length: times }, () => text);
  const calm = { door: lines(0, repeat('GET / 200', 60)), pay: lines(0, repeat('paid 7', 60)), bank: lines(0, repeat('booked 3', 60)) };
  const now = (texts: Readonly<Record<string, readonly string[]>>): Recording => ({
    ...shop,
    history: { logs: calm },
    logs: Object.fromEntries(Object.entries(texts).map(([service, own]) => [service, lines(onset + 1, own)])),
  });

  it('is the service with new lines, before its callers that complain about it', () => {
    const recording = now({
      pay: [...repeat('paid 7', 9), ...repeat('bank answers 500', 9)],
      bank: [...repeat('booked 3', 9), ...repeat('ledger is locked', 9)],
    });
    const [first] = rankCauses(recording);
    assert.equal(first?.service, 'bank');
    assert.match(first?.because[0] ?? '', /ledger is locked/);
  });

  it('is nobody when the same lines only come more often', () => {
    const recording = now({ pay: repeat('paid 7', 300), bank: repeat('booked 3', 10) });
    assert.ok(rankCauses(recording).every(cause => cause.score === 0));
  });

  it('is not told by a log that was hardly read before', () => {
    const recording: Recording = {
      ...shop,
      history: { logs: { bank: lines(0, ['booked 3']) } },
      logs: { bank: lines(onset + 1, repeat('odd', 30)) },
    };
    assert.ok(rankCauses(recording).every(cause => cause.score === 0));
  });
});

describe('lines of requests', () => {
  const ids: readonly [string, string][] = [
    ['traceId=4bf92f3577b34da6', 'a pair'],
    ['"trace_id": "4bf92f3577b34da6"', 'JSON'],
    ['TraceID: 4bf92f3577b34da6 SpanID: 00f067aa', 'words'],
    ['request-id=4bf92f35-77b3', 'a request id'],
    ['correlationId=4bf92f3577b3', 'a correlation id'],
  ];
  for (const [text, what] of ids) {
    it(`are found by ${what}`, () => assert.equal(requestsOf({ a: [[1, `INFO ${text} hello`]] }, simpleShape).length, 1));
  }

  it('without an id are left out', () => assert.deepEqual(requestsOf({ a: [[1, 'INFO hello']] }, simpleShape), []));

  it('stand in order of time, and those of one moment in an order that names do not decide', () => {
    const [first, second] = [[1, 'trace_id=12345678 bee'] as const, [1, 'trace_id=12345678 ant'] as const];
    const shapes = (logs: Record<string, (readonly [number, string])[]>) =>
      requestsOf(logs, simpleShape).map(lines => lines.map(line => line.shape));
    assert.deepEqual(shapes({ a: [first], b: [second] }), shapes({ b: [first], a: [second] }));
  });

  it('lose their time, ids and numbers in a simple template', () => {
    assert.equal(
      simpleShape('2024-05-01 10:00:00.123 INFO trace_id=4bf92f35 took 12ms for 0b23bd3e-876a-4af3-b920-c50a90c90b04'),
      simpleShape('2024-06-02 11:30:01.456 INFO trace_id=deadbeef took 7ms for 415d1665-fbb2-4ec9-83f5-5ebe51dc1825'),
    );
  });
});
