import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compileSafe, type SafePattern } from '../../src/base/safeRegex.ts';

function taken(source: string): SafePattern {
  const compiled = compileSafe(source);
  assert.ok(compiled.ok, `${source} was refused`);
  return compiled.pattern;
}

const refusal = (source: string): string => {
  const compiled = compileSafe(source);
  return compiled.ok ? 'taken' : compiled.because;
};

/** ms of this thread, whatever else the machine does. */
function took(work: () => void): number {
  const from = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(from);
  return (user + system) / 1000;
}

/** ms of the first call, which builds what later ones use. */
function firstUse(source: string, line: string): number {
  const pattern = taken(source);
  return took(() => pattern.test(line));
}

describe('a pattern from a label', () => {
  it('finds what it says anywhere in a line', () => {
    const pattern = taken('(?i)payment (?:failed|declined)');
    assert.deepEqual(
      ['x Payment FAILED: 3', 'payment ok', ''].map(line => pattern.test(line)),
      [true, false, false],
    );
  });

  it('that would never end elsewhere reads a megabyte in under 10 ms', () => {
    const pattern = taken('(a+)+$');
    pattern.test('a'.repeat(100));
    const line = `${'a'.repeat(1_000_000)}!`;
    assert.ok(took(() => pattern.test(line)) < 10);
  });

  it('that blows up when its repeats are written out is refused by its size', () => {
    assert.match(refusal('(?:.?){500}.{500}$'), /^it is too large: 1503 steps/);
    assert.match(refusal('[\\p{L}]{1000}'), /^it is too large/);
    assert.match(refusal('a{1001}'), /repeat count/);
  });

  it('of the largest size that is taken reads the longest line in under 50 ms', () => {
    const line = 'ab'.repeat(5000);
    firstUse('(?:.?){150}.{150}$', line);
    for (const source of ['(?:.?){160}.{160}$', '[\\p{L}]{490}', '(?:a|b|ab){90}c', '(?:a?){160}a{160}']) {
      const fastest = Math.min(...[1, 2, 3].map(() => firstUse(source, line)));
      assert.ok(fastest < 50, `${source}: ${fastest.toFixed(1)} ms`);
    }
  });

  it('that is no pattern is refused with the reason', () => {
    assert.match(refusal('(?=x)'), /look-ahead/);
    assert.match(refusal('(?<!x)y'), /look-behind/);
    assert.match(refusal('(a)\\1'), /references back/);
    assert.match(refusal('a++'), /possessive|repetition/);
    assert.match(refusal('('), /missing closing \)/);
    assert.match(refusal('x'.repeat(257)), /longer than 256/);
  });

  it('that is empty is refused, and does not match everything', () => {
    for (const source of ['', ' ', '\t\n']) assert.equal(refusal(source), 'it is empty');
  });

  it('that matches everything counts for 100 lines of 1000, and says so', () => {
    const pattern = taken('.*');
    const hits = (): number => Array.from({ length: 1000 }, (_, n) => pattern.test(`line ${n}`)).filter(Boolean).length;
    assert.equal(pattern.trouble, undefined);
    assert.deepEqual([hits(), hits(), hits()], [100, 100, 100]);
    assert.match(pattern.trouble ?? '', /more than 100 of 1000 lines/);
  });

  it('is not troubled by 100 hits in 1000 lines', () => {
    const pattern = taken('^hit');
    for (let n = 0; n < 5000; n++) assert.equal(pattern.test(n % 10 === 0 ? 'hit' : 'miss'), n % 10 === 0);
    assert.equal(pattern.trouble, undefined);
  });

  it('never throws, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), fc.string({ maxLength: 300 }), (source, line) => {
        const compiled = compileSafe(source);
        assert.equal(typeof (compiled.ok ? compiled.pattern.test(line) : compiled.because), compiled.ok ? 'boolean' : 'string');
      }),
    );
  });
});
