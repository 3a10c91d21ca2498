import assert from 'node:assert/strict';
import { remember } from '../../src/diagnose/logMemory.ts';
import { createLogReader, type LinePattern } from '../../src/diagnose/logReader.ts';
import { patternId } from '../../src/diagnose/patternText.ts';
import type { LogMemory } from '../../src/diagnose/world.ts';
import type { LogDigest, LogLine } from '../../src/model/logs.ts';
import { assertLinear } from '../fakes/linear.ts';
import { fc } from '../fakes/seeded.ts';
import { traces } from './traceLines.ts';

const log = (texts: readonly string[], stream: 'out' | 'err' = 'out'): LogLine[] =>
  texts.map((text, i) => ({ at: 1_000_000 + i * 10, stamp: '', stream, text }));
const matching = (find: RegExp): LinePattern => ({ test: text => find.test(text) });

/** Reads the lines, cut after `cuts`, with one reader; what each stretch told. */
function readIn(lines: readonly LogLine[], cuts: readonly number[], pattern?: LinePattern): LogDigest[] {
  const reader = createLogReader(pattern === undefined ? {} : { pattern });
  const places = [0, ...cuts, lines.length];
  return places.slice(1).map((to, i) => reader.read(lines.slice(places[i], to)));
}

const memoryOf = (digests: readonly LogDigest[]): LogMemory | undefined =>
  digests.reduce<LogMemory | undefined>((memory, digest) => remember(memory, 'a', digest), undefined);

describe('A stack trace', () => {
  for (const { of, lines, told } of traces) {
    const all = log(['INFO up', ...lines, 'INFO on', 'ERROR another']);
    it(`of ${of} is one error, and so is one cut in two at any line`, () => {
      const whole = memoryOf(readIn(all, []));
      assert.equal(whole?.errors.length, 2, whole?.errors.map(line => line.text).join('\n'));
      assert.match(whole?.errors[0]?.text ?? '', told);
      for (let cut = 0; cut <= all.length; cut++) {
        const digests = readIn(all, [cut]);
        assert.equal(
          digests.reduce((sum, each) => sum + each.errorCount, 0),
          2,
          `cut at ${cut}`,
        );
        assert.deepEqual(memoryOf(digests)?.errors, whole?.errors, `cut at ${cut}`);
      }
    });

    it(`of ${of} is one pattern, however it is cut`, () => {
      const counts = (digests: readonly LogDigest[]): string[] =>
        digests.flatMap(each => (each.patterns ?? []).map(({ id, count, level }) => `${id} ${count} ${level}`)).sort();
      const whole = counts(readIn(all, []));
      assert.equal(whole.length, 4, whole.join('\n'));
      for (let cut = 0; cut <= all.length; cut++) assert.deepEqual(counts(readIn(all, [cut])), whole, `cut at ${cut}`);
    });
  }

  it('of one stream is not ended by lines of the other', () => {
    const [head, ...frames] = log(['panic: no shop', '', 'goroutine 1 [running]:', 'main.main()', '\t/app/main.go:5'], 'err');
    const other = log(['INFO served', 'INFO served'], 'out');
    const mixed = [head, ...frames.flatMap((line, i) => [line, ...other.slice(i, i + 1)])].filter(line => line !== undefined);
    assert.equal(createLogReader().read(mixed).errorCount, 1);
  });

  it('ends: a line that is no frame is its own error', () => {
    const told = createLogReader().read(log(['panic: one', 'ERROR two', 'Traceback (most recent call last):', 'INFO but that is all']));
    assert.deepEqual(
      told.errors.map(line => line.text),
      ['panic: one', 'ERROR two'],
    );
  });

  it('that goes on for ever is cut off', () => {
    const lines = log(['panic: one', ...Array.from({ length: 5000 }, (_, i) => `\tERROR frame ${i}`)]);
    assert.equal(createLogReader().read(lines).errorCount > 1, true);
  });
});

describe('A reader of one log', () => {
  const words = [
    'INFO served 12 in 3 ms',
    'ERROR no connection to db',
    'WARN slow',
    '  at frame',
    'Traceback (most recent call last):',
    'x',
    '',
    'panic: no',
  ];
  const anyLog = fc.array(fc.record({ text: fc.constantFrom(...words), err: fc.boolean() }), { maxLength: 60 });

  it('counts the same lines the same in one stretch or in many', () => {
    fc.assert(
      fc.property(anyLog, fc.array(fc.nat({ max: 60 }), { maxLength: 6 }), (items, places) => {
        const lines = items.map(({ text, err }, i): LogLine => ({ at: 1000 + i, stamp: '', stream: err ? 'err' : 'out', text }));
        const cuts = places.filter(place => place <= lines.length).sort((a, b) => a - b);
        const total = (digests: readonly LogDigest[]) => {
          const counts = new Map<string, number>();
          for (const each of digests) for (const { id, count } of each.patterns ?? []) counts.set(id, (counts.get(id) ?? 0) + count);
          const sum = (read: (each: LogDigest) => number): number => digests.reduce((all, each) => all + read(each), 0);
          const hits = sum(each => each.hits?.count ?? 0);
          return { lines: sum(each => each.lines), errors: sum(each => each.errorCount), hits, counts: [...counts].sort() };
        };
        const pattern = matching(/slow/);
        assert.deepEqual(total(readIn(lines, cuts, pattern)), total(readIn(lines, [], pattern)));
        assert.deepEqual(memoryOf(readIn(lines, cuts))?.errors, memoryOf(readIn(lines, []))?.errors);
      }),
    );
  });

  it('gives a pattern the same id in any process, whatever came before, secrets included', () => {
    const text = 'ERROR login of 7 with token ‹redacted:40:ab12› failed';
    const other = text.replace('ab12', 'fefe').replace('7', '8');
    const [one] = createLogReader().read(log([text])).patterns ?? [];
    const [two] = createLogReader().read(log(['INFO up', 'INFO up', other, 'ERROR bye'])).patterns ?? [];
    assert.equal(one?.id, two?.id);
    assert.equal(one?.id, patternId(one?.text ?? ''));
    assert.match(one?.id ?? '', /^[0-9a-f]{16}$/);
  });

  it('tells patterns by their worst level, their count and their stamps, errors first', () => {
    const lines = log(['INFO served 1', 'ERROR no db 1', 'INFO served 2', 'INFO served 3', 'ERROR no db 2']);
    assert.deepEqual(
      createLogReader()
        .read(lines)
        .patterns?.map(({ text, level, count, first, last, sample }) => [text, level, count, first, last, sample]),
      [
        ['ERROR no db <*>', 'error', 2, 1_000_010, 1_000_040, 'ERROR no db 1'],
        ['INFO served <*>', 'info', 3, 1_000_000, 1_000_030, 'INFO served 1'],
      ],
    );
  });

  it('tells a known line without a level as an error, and joins words that vary', () => {
    const [pattern] = createLogReader().read(log(['dial tcp db:5432: connect: connection refused'])).patterns ?? [];
    assert.equal(pattern?.level, 'error');
    const users = ['ann', 'bob', 'cyn', 'dan', 'eve', 'fay', 'gus', 'hal'].map(
      name => `ERROR the login of user ${name} has failed at the shop`,
    );
    const last = readIn(log(users), [4]).at(-1)?.patterns ?? [];
    assert.deepEqual(
      last.map(({ text, count }) => [text, count]),
      [['ERROR the login of user <*> has failed at the shop', 4]],
    );
  });

  it('takes a line that the label matches for an error, even where it claims info', () => {
    const { errors, errorCount, hits, patterns } = createLogReader({ pattern: matching(/paid 0/) }).read(
      log(['INFO paid 12', '\u001b[32mINFO\u001b[0m paid 0', 'FATAL paid 0 twice']),
    );
    assert.deepEqual(
      errors.map(({ level, text }) => [level, text]),
      [
        ['error', 'INFO paid 0'],
        ['fatal', 'FATAL paid 0 twice'],
      ],
    );
    assert.deepEqual([errorCount, hits?.count, hits?.lines.length], [2, 2, 2]);
    assert.deepEqual(patterns?.map(({ level }) => level).sort(), ['error', 'fatal'], 'the pattern has the worst level of its lines');
    assert.equal(createLogReader({ pattern: matching(/nothing/) }).read(log(['ERROR x'])).hits, undefined);
  });

  it('counts a hit inside a trace as a hit, and the trace as one error', () => {
    const told = createLogReader({ pattern: matching(/Shop/) }).read(log(['panic: no', '', 'goroutine 1 [running]:', 'main.Shop()']));
    assert.deepEqual([told.errorCount, told.hits?.count], [1, 1]);
  });

  it('is bounded, whatever comes', () => {
    const reader = createLogReader({ pattern: matching(/./) });
    for (let round = 0; round < 3; round++) {
      const lines = log(
        Array.from(
          { length: 2500 },
          (_, i) =>
            `ERROR ${'abcdefghij'[i % 10]}${'klmnopqrst'[Math.floor(i / 10) % 10]} ${'x'.repeat(i % 50)}q of ${round} ${'y'.repeat(900)}`,
        ),
      );
      const told = reader.read(lines);
      assert.ok((told.patterns?.length ?? 0) <= 64 && told.errors.length === 40 && told.last.length === 12);
      assert.deepEqual([told.hits?.count, told.hits?.lines.length, told.errorCount], [2500, 12, 2500]);
      assert.ok(JSON.stringify(told).length < 200_000);
    }
  });

  it('takes time linear in a line', () => {
    for (const part of ['goroutine 1 [', 'ERROR at x(', '\tat ', ' ', 'main.main(', '‹redacted:']) {
      const read = (text: string) => createLogReader({ pattern: matching(/zzz/) }).read(log(['panic: x', text, text]));
      assertLinear(part, size => part.repeat(size / part.length), read, 200_000);
    }
  });
});
