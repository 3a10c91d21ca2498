import assert from 'node:assert/strict';
import { rememberPatterns } from '../../src/diagnose/patternMemory.ts';
import { patternId } from '../../src/diagnose/patternText.ts';
import type { ServiceView } from '../../src/diagnose/world.ts';
import type { Level, LogDigest, PatternCount } from '../../src/model/logs.ts';
import type { LogPatterns } from '../../src/model/pattern.ts';
import { aService, inspected, inventory, noon, someFacts, viewOf } from '../fakes/make.ts';
import { fc } from '../fakes/seeded.ts';
import { hour, minute, Play, second } from './play.ts';

const view = viewOf('a', inventory(noon, aService('a')), inspected(noon, 'local/shop/a', someFacts('a')));
const pattern = (text: string, count = 1, at = noon, over: Partial<PatternCount> = {}): PatternCount => {
  const level: Level = text.startsWith('ERROR') ? 'error' : 'info';
  return { id: patternId(text), text, level, count, first: at, last: at, sample: text, ...over };
};
const digest = (at: number, ...patterns: PatternCount[]): LogDigest => ({
  lines: 1,
  errors: [],
  errorCount: 0,
  last: [],
  from: at,
  to: at,
  patterns,
});
const startAt = noon - hour;
const read = (...stretches: readonly LogDigest[]): LogPatterns => {
  let next: ServiceView = view;
  for (const each of stretches) next = { ...next, patterns: rememberPatterns(next, each, { startAt, at: each.to }) };
  if (next.patterns === undefined) throw new Error('nothing was read');
  return next.patterns;
};
const told = ({ patterns }: LogPatterns): string[] => [...patterns.values()].map(({ text, total }) => `${text} ${total}`).sort();
const lines = (kept: LogPatterns): number =>
  [...kept.patterns.values()].reduce((sum, each) => sum + [...each.minutes.values()].reduce((a, b) => a + b, 0), 0);

describe('What is kept of the patterns of a log', () => {
  it('are their counts by minute, first and last line, worst level and a sample', () => {
    const kept = read(
      digest(noon, pattern('ERROR no db', 3)),
      digest(noon + minute, pattern('ERROR no db', 4, noon + minute, { level: 'fatal', sample: 'ERROR no db 7' })),
    );
    const [one, ...others] = [...kept.patterns.values()];
    assert.deepEqual(others, []);
    assert.deepEqual([one?.first, one?.last, one?.total, one?.level, one?.sample], [noon, noon + minute, 7, 'fatal', 'ERROR no db 7']);
    assert.deepEqual([...(one?.minutes.values() ?? [])], [3, 4]);
  });

  it('counts the lines of a stretch to their minutes, as far as can be known', () => {
    const long = pattern('ERROR no db', 60, noon, { last: noon + 59 * 10_000 });
    const minutes = [...read({ ...digest(noon, long), to: noon + 10 * minute }).patterns.values()].flatMap(each => [
      ...each.minutes.values(),
    ]);
    assert.deepEqual(
      minutes,
      Array.from({ length: 10 }, () => 6),
    );
  });

  it('mines the error lines of a stretch that nobody has mined', () => {
    const errors = ['ERROR no db 1', 'ERROR no db 2', 'exec format error'].map((text, i) => {
      const level: Level = i < 2 ? 'fatal' : 'unknown';
      return { at: noon + i, level, text };
    });
    const { patterns: _none, ...unmined } = digest(noon);
    const kept = read({ ...unmined, errors, errorCount: 3, to: noon + 2 });
    assert.deepEqual(told(kept), ['ERROR no db <*> 2', 'exec format error 1']);
    assert.deepEqual([...kept.patterns.values()].map(each => each.level).sort(), ['error', 'fatal']);
  });

  it('loses no line, however a log is cut and whatever is joined', () => {
    const texts = ['ERROR no user ann here', 'ERROR no user bob here', 'ERROR no user <*> here', 'INFO served', 'INFO <*> served'];
    const one = fc.record({ text: fc.constantFrom(...texts), count: fc.integer({ min: 1, max: 50 }), at: fc.nat({ max: 50 * minute }) });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 30 }), items => {
        const kept = read(digest(noon), ...items.map(({ text, count, at }) => digest(noon + at, pattern(text, count, noon + at))));
        assert.equal(
          lines(kept),
          items.reduce((sum, each) => sum + each.count, 0),
        );
      }),
    );
  });

  it('a pattern that the miner has made more general takes in those it was before, and their ids', () => {
    const [ann, bob, any] = ['ERROR no user ann here', 'ERROR no user bob here', 'ERROR no user <*> here'] as const;
    assert.deepEqual(told(read(digest(noon, pattern(ann, 2), pattern(bob, 3)), digest(noon + 1, pattern(any, 4)))), [`${any} 9`]);
    const kept = read(digest(noon, pattern(any, 4)), digest(noon + minute, pattern(ann, 2, noon + minute)));
    assert.deepEqual(told(kept), [`${any} 6`], 'as after a reload, when the miner begins anew');
    assert.equal([...kept.patterns.values()][0]?.first, noon);
  });

  it('is bounded: the calm and old ones go first, and are counted', () => {
    const many = (from: number, kind: string): PatternCount[] =>
      Array.from({ length: 64 }, (_, i) =>
        pattern(`${kind} thing ${'abcdefgh'[i % 8]}${'ijklmnop'[Math.floor(i / 8)]}${from}`, 1, noon + from),
      );
    const stretches = Array.from({ length: 100 }, (_, i) => digest(noon + i, ...many(i, 'INFO')));
    const kept = read(digest(noon, pattern('ERROR no db')), ...stretches);
    assert.ok(kept.patterns.size <= 200);
    assert.equal(kept.patterns.size + kept.dropped, 6401);
    assert.ok(kept.patterns.has(patternId('ERROR no db')), 'an error stays, though it is the oldest');
    const newest = Math.max(...[...kept.patterns.values()].map(each => each.last));
    assert.equal(newest, noon + 99);
  });

  it('keeps an hour by the minute and a day by the hour', () => {
    const play = new Play(noon).says('ERROR no db', 10 * second).pass(30 * hour);
    const [one] = [...play.patterns.patterns.values()];
    assert.ok((one?.minutes.size ?? 99) <= 61 && (one?.calm.size ?? 99) <= 24);
    assert.ok(play.patterns.uneasy.size <= 64 && play.patterns.calmHours.size === 24);
    const calm = [...(one?.calm.values() ?? [])];
    assert.ok(
      calm.slice(1, -1).every(count => count === 360),
      calm.join(),
    );
    assert.equal(one?.busiest, 6);
    assert.ok((one?.doublings.length ?? 99) < 20);
  }).timeout(15_000);

  it('knows a log from its start where the first look saw it whole, else from where the look begins', () => {
    assert.equal(read(digest(noon, pattern('INFO up'))).since, startAt);
    assert.equal(read({ ...digest(noon, pattern('INFO up')), lines: 200 }).since, noon);
    const long = { at: noon, level: 'info', text: 'x'.repeat(1000) } as const;
    assert.equal(read({ ...digest(noon, pattern('INFO up')), lines: 100, last: [long] }).since, noon, 'cut at 64 KiB');
    assert.equal(read({ ...digest(0), lines: 0, to: noon }).since, startAt);
  });
});
