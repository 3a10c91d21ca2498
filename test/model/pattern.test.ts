import assert from 'node:assert/strict';
import { parsePatterns, storedPatterns } from '../../src/model/pattern.ts';
import { noon } from '../fakes/make.ts';
import { fc } from '../fakes/seeded.ts';

const row = (over: object = {}): object => ({
  id: '0123456789abcdef',
  text: 'ERROR no <*>',
  level: 'error',
  sample: 'ERROR no db',
  first: noon,
  last: noon,
  calm: [[490_000, 12]],
  busiest: 3,
  starts: 1,
  startAt: noon - 5,
  ...over,
});
const stored = (over: object = {}): object => ({
  to: noon,
  starts: 2,
  startAt: noon - 5,
  calmHours: [[490_000, 55]],
  patterns: [row()],
  ...over,
});

describe('A stored baseline', () => {
  it('is read as it was written', () => {
    const read = parsePatterns(JSON.parse(JSON.stringify(stored())));
    assert.ok(read !== undefined);
    assert.deepEqual([read.since, read.to, read.starts, [...read.calmHours]], [0, noon, 2, [[490_000, 55]]]);
    assert.deepEqual(storedPatterns(read), stored());
  });

  it('leaves out what is malformed, one by one or in all', () => {
    const bad = [
      row({ id: '../x' }),
      row({ text: 'x'.repeat(401) }),
      row({ calm: [[1, -1]] }),
      row({ level: 'loud' }),
      row({ busiest: '3' }),
      7,
      null,
    ];
    assert.equal(parsePatterns(stored({ patterns: [...bad, row()] }))?.patterns.size, 1);
    for (const whole of [undefined, null, 7, 'x', [], {}, stored({ calmHours: [[1]] }), stored({ to: 'now' }), stored({ patterns: {} })]) {
      assert.equal(parsePatterns(whole), undefined);
    }
    assert.equal(parsePatterns(stored({ patterns: Array.from({ length: 1001 }, () => row()) })), undefined, 'too long to be ours');
  });

  it('is not written for what was never calm', () => {
    const read = parsePatterns(stored({ patterns: [row({ calm: [], starts: 0 })] }));
    assert.deepEqual(read === undefined ? undefined : storedPatterns(read), stored({ patterns: [] }));
  });

  it('ends before the minutes that are not in it, so that a log read again is counted whole', () => {
    const read = parsePatterns(stored());
    assert.ok(read !== undefined);
    const folded = Math.floor(noon / 60_000) - 10;
    assert.equal((storedPatterns({ ...read, folded }) as { to: number }).to, folded * 60_000);
  });

  it('never throws', () => fc.assert(fc.property(fc.anything(), value => void parsePatterns(value))));
});
