import assert from 'node:assert/strict';
import { remember } from '../../src/diagnose/logMemory.ts';
import type { LogMemory } from '../../src/diagnose/world.ts';
import type { LeveledLine, LogDigest } from '../../src/model/logs.ts';
import { noon } from '../fakes/make.ts';

const line = (at: number, text: string): LeveledLine => ({ at, level: 'error', text });
const digest = (at: number, errors: readonly LeveledLine[], more: Partial<LogDigest> = {}): LogDigest => ({
  lines: errors.length,
  errors,
  errorCount: errors.length,
  last: errors,
  from: at,
  to: at + 1000,
  ...more,
});
const texts = (lines: readonly LeveledLine[] | undefined): string[] => (lines ?? []).map(each => each.text);

describe('What is kept of a log', () => {
  it('an error whose trace went on is known by its end, and counted once', () => {
    const first = remember(undefined, 'a', digest(noon, [line(noon, 'Traceback'), line(noon + 5, 'other')]));
    const next = remember(first, 'a', digest(noon + 1000, [], { continued: [line(noon, 'KeyError: x'), line(noon - 9, 'gone')] }));
    assert.deepEqual(texts(next.errors), ['KeyError: x', 'other']);
    assert.deepEqual([...next.errorMinutes.values()], [2]);
  });

  it('the words of the instance before stand beside those of this one, and go with the next', () => {
    let memory: LogMemory | undefined;
    for (const [i, instance] of ['a', 'a', 'b', 'b', 'c'].entries()) {
      memory = remember(memory, instance, digest(noon + i * 1000, [line(noon + i * 1000, `${instance}${i}`)]));
      const before = { a: undefined, b: ['a0', 'a1'], c: ['b2', 'b3'] }[instance as 'a' | 'b' | 'c'];
      assert.deepEqual(memory.previous === undefined ? undefined : texts(memory.previous.errors), before, instance);
      assert.ok(texts(memory.errors).every(text => text.startsWith(instance)));
    }
    assert.equal(memory?.previous?.instance, 'b');
    assert.equal('previous' in (memory?.previous ?? {}), false, 'only one of them: not a chain');
  });

  it('lines that a label matches are kept for a while and counted by minute', () => {
    const hits = (at: number, count: number): Partial<LogDigest> => ({ hits: { count, lines: [line(at, `hit ${at - noon}`)] } });
    const first = remember(undefined, 'a', digest(noon, [], hits(noon, 30)));
    const quiet = remember(first, 'a', digest(noon + 2000, []));
    const next = remember(quiet, 'a', digest(noon + 120_000, [], hits(noon + 120_000, 1)));
    assert.deepEqual(texts(next.hits?.lines), ['hit 0', 'hit 120000']);
    assert.deepEqual([...(next.hits?.minutes.values() ?? [])], [30, 1]);
    let many = next;
    for (let i = 0; i < 50; i++) many = remember(many, 'a', digest(noon + i, [], hits(noon + i, 1)));
    assert.equal(many.hits?.lines.length, 12);
    assert.equal(remember(many, 'b', digest(noon, [])).hits, undefined);
  });
});
