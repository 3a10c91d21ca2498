import assert from 'node:assert/strict';
import type { Line } from '../../src/connect/lines.ts';
import { Seam, sinceOf } from '../../src/observe/seam.ts';
import { stamp } from '../fakes/fakeEngine.ts';

const at = (n: number, text: string): Line => ({ at: n, stamp: stamp(n), stream: 'out', text });
const admitted = (seam: Seam, ...lines: Line[]): string[] => lines.filter(line => seam.admit(line)).map(line => line.text);

describe('the seam of a log', () => {
  it('lets through what is out of order among two streams', () => {
    const seam = new Seam();
    assert.deepEqual(admitted(seam, at(1, 'a'), at(3, 'b'), at(2, 'c')), ['a', 'b', 'c']);
    seam.resume();
    assert.deepEqual(admitted(seam, at(2, 'c'), at(3, 'b'), at(3, 'd'), at(4, 'e'), at(3, 'late')), ['d', 'e', 'late']);
  });

  it('knows the lines of its newest moment in another thread', () => {
    const seam = new Seam();
    admitted(seam, at(1, 'a'), at(1, 'a'), at(1, 'b'));
    const other = new Seam(structuredClone(seam.mark));
    other.resume();
    assert.deepEqual(admitted(other, at(1, 'a'), at(1, 'a'), at(1, 'b'), at(1, 'a'), at(2, 'x')), ['a', 'x']);
  });

  it('knows the one line of its newest moment, whether more come with that stamp or not', () => {
    const seam = new Seam();
    admitted(seam, at(1, 'a'), at(1, 'b'), at(2, 'c'));
    assert.deepEqual(seam.mark, { newest: stamp(2), atNewest: [['out c', 1]] });
    seam.resume();
    assert.deepEqual(admitted(seam, at(1, 'b'), at(2, 'c'), at(2, 'c'), at(2, 'd')), ['c', 'd']);
    assert.deepEqual(seam.mark.atNewest, [
      ['out c', 2],
      ['out d', 1],
    ]);
    seam.pass(stamp(3));
    assert.deepEqual(seam.mark, { newest: stamp(3) });
  });

  it('takes every line of its newest moment for a repeat when it knows only the stamp', () => {
    const seam = new Seam({ newest: stamp(5) });
    seam.resume();
    assert.deepEqual(admitted(seam, at(4, 'a'), at(5, 'b'), at(6, 'c'), at(5, 'd')), ['c', 'd']);
  });

  it('passes over lines by their stamp, and counts what comes again only once', () => {
    const seam = new Seam();
    assert.deepEqual(
      [1, 2, 3].map(n => seam.pass(stamp(n))),
      [true, true, true],
    );
    assert.equal(sinceOf(seam.newest), '1767225600.003000000');
    seam.resume();
    assert.deepEqual(
      [2, 3, 4, 3].map(n => seam.pass(stamp(n))),
      [false, false, true, true],
    );
  });

  it('does not remember more than a thousand lines of one moment', () => {
    const seam = new Seam();
    for (let n = 0; n < 1500; n++) seam.admit(at(1, `line ${n}`));
    assert.equal(seam.mark.atNewest, undefined);
    seam.resume();
    assert.deepEqual(admitted(seam, at(1, 'line 3'), at(1, 'unknown'), at(2, 'next')), ['next']);
  });
});
