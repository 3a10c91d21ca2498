import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { LeveledLine, LogDigest, PatternCount } from '../../src/model/logs.ts';
import { emptyDigest, joinDigests } from '../../src/observe/joinDigests.ts';

const line = (at: number, text = `line ${at}`): LeveledLine => ({ at, level: 'error', text });
const pattern = (id: string, over: Partial<PatternCount> = {}): PatternCount => ({
  id,
  text: id,
  level: 'info',
  count: 1,
  first: 1,
  last: 1,
  sample: id,
  ...over,
});
const digest = (over: Partial<LogDigest>): LogDigest => ({ ...emptyDigest, ...over });

describe('two stretches of a log as one', () => {
  it('are the other one where one is empty', () => {
    const full = digest({
      lines: 3,
      errors: [line(1)],
      errorCount: 1,
      last: [line(1)],
      from: 1,
      to: 2,
      patterns: [pattern('a')],
      hits: { count: 1, lines: [line(1)] },
      dropped: { lines: 1, bytes: 2 },
      patternTrouble: 'no',
    });
    assert.deepEqual(joinDigests(full, emptyDigest), full);
    assert.deepEqual(joinDigests(emptyDigest, full), full);
    assert.deepEqual(Object.keys(joinDigests(emptyDigest, emptyDigest)), Object.keys(emptyDigest));
  });

  it('count together and keep the newest', () => {
    const errors = Array.from({ length: 30 }, (_, n) => line(n + 1));
    const one = digest({ lines: 100, errors, errorCount: 50, last: errors.slice(-12), from: 1, to: 30, dropped: { lines: 5, bytes: 50 } });
    const joined = joinDigests(one, { ...one, from: 31, to: 60 });
    assert.deepEqual([joined.lines, joined.errorCount, joined.errors.length, joined.last.length], [200, 100, 40, 12]);
    assert.deepEqual([joined.from, joined.to, joined.dropped], [1, 60, { lines: 10, bytes: 100 }]);
    assert.equal(joined.errors.at(-1)?.at, 30);
  });

  it('add up a pattern that both have, at its worst level, and keep the worst patterns first', () => {
    const a = digest({ patterns: [pattern('x', { count: 7, first: 1, last: 5 }), pattern('y', { level: 'error' })] });
    const b = digest({
      patterns: [pattern('x', { level: 'warn', count: 2, first: 6, last: 9, sample: 'later' }), pattern('z', { count: 99 })],
    });
    assert.deepEqual(
      joinDigests(a, b).patterns?.map(({ id, level, count, first, last, sample }) => [id, level, count, first, last, sample]),
      [
        ['y', 'error', 1, 1, 1, 'y'],
        ['x', 'warn', 9, 1, 9, 'x'],
        ['z', 'info', 99, 1, 1, 'z'],
      ],
    );
    const many = digest({ patterns: Array.from({ length: 60 }, (_, n) => pattern(`p${n}`)) });
    const more = digest({ patterns: Array.from({ length: 60 }, (_, n) => pattern(`q${n}`, { count: 2 })) });
    assert.deepEqual([joinDigests(many, more).patterns?.length, joinDigests(many, more).patterns?.[0]?.id], [64, 'q0']);
  });

  it('let what the second knows better of a trace stand in for the error of the first, and hand on the rest', () => {
    const a = digest({ errors: [line(1, 'head'), line(2)], errorCount: 2 });
    const joined = joinDigests(a, digest({ continued: [line(1, 'head and cause'), line(0, 'older')], errors: [line(3)], errorCount: 1 }));
    assert.deepEqual(
      joined.errors.map(error => error.text),
      ['head and cause', 'line 2', 'line 3'],
    );
    assert.deepEqual([joined.errorCount, joined.continued?.map(error => error.text)], [3, ['older']]);
  });

  it('are the same in whatever order three are joined', () => {
    const some = fc.record({
      lines: fc.nat(9),
      errors: fc.array(
        fc.nat(99).map(at => line(at)),
        { maxLength: 30 },
      ),
      dropped: fc.nat(5),
    });
    const made = some.map(({ lines, errors, dropped }) =>
      digest({
        lines,
        errors,
        errorCount: errors.length,
        last: errors.slice(-12),
        ...(dropped > 0 ? { dropped: { lines: dropped, bytes: dropped * 9 } } : {}),
      }),
    );
    fc.assert(
      fc.property(made, made, made, (a, b, c) => assert.deepEqual(joinDigests(joinDigests(a, b), c), joinDigests(a, joinDigests(b, c)))),
    );
  });
});
