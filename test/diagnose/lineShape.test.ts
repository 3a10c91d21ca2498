import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bytesOf } from '../../src/diagnose/lineBytes.ts';
import { createShapes, shapeOf } from '../../src/diagnose/lineShape.ts';
import { createMask, wordsOf } from '../../src/diagnose/masks.ts';
import { typicalLog } from '../bench/logMix.ts';
import { familyLines } from './templateFamilies.ts';

const mask = createMask();
const masked = (line: string): string => wordsOf(mask(line)).join(' ');

function shape(line: string): string {
  const into = { a: 0, b: 0 };
  shapeOf(bytesOf(line), into);
  return `${into.a} ${into.b}`;
}

const pieces =
  'a b 5 7 12 34 deadbeef . .. : - _ / @ ? = , ; ( ) < > " \' % ! + # é Error Exception ms KB Mon jan com log4net log5net <*> & * \\ ~ host:80 A 10.0.0.1 123456789012345 1234567890123456789'
    .split(' ')
    .concat([' ', '  ', '\t']);

/** Other figures in the places of those of a line. */
const varied = (line: string, seed: number): string => line.replace(/\d+/g, (_all, at: number) => String((seed * (at + 7)) % 1013));

describe('The shape of a line', () => {
  it('is the same for lines that differ in figures, addresses and ids', () => {
    assert.equal(shape('took 12 ms for 10.0.0.1:80'), shape('took 7 ms for 192.168.77.3:8080'));
    assert.equal(shape('block blk_-77123 is lost'), shape('block blk_981 is lost'));
  });

  it('differs where the mask does', () => {
    for (const [one, two] of [
      ['uses log4net', 'uses log5net'],
      ['wait <12 ms', 'wait <12> ms'],
      ['at x.host:80', 'at x.host:80ab'],
      ['started 1', 'stopped 1'],
      ['a 12', 'a12'],
    ] as const)
      assert.notEqual(shape(one), shape(two), `${one} and ${two}`);
  });

  it('leads to one mask, whatever the line', () => {
    const met = new Map<string, string>();
    let again = 0;
    const check = (line: string): void => {
      const [key, words] = [shape(line), masked(line)];
      if (met.has(key)) again++;
      assert.equal(met.get(key) ?? words, words, line);
      met.set(key, words);
    };
    const line = fc.array(fc.constantFrom(...pieces), { maxLength: 9 }).map(parts => parts.join(''));
    fc.assert(
      fc.property(line, fc.integer({ min: 1, max: 999 }), (text, seed) => {
        for (const each of [text, varied(text, seed), text.replace(/\d/g, '3')]) check(each);
      }),
      { numRuns: 5000 },
    );
    for (const each of [...typicalLog(3000), ...familyLines(2).map(one => one.line)]) check(each);
    assert.ok(again > 5000, `${again} lines had a shape that was met before`);
  });
});

describe('The memory of shapes', () => {
  it('gives what was learned for the line asked for last, while it lives', () => {
    const shapes = createShapes<{ live: boolean }>();
    const item = { live: true };
    assert.equal(shapes.known('order 17 paid'), undefined);
    assert.equal(shapes.learn(item), item);
    assert.equal(shapes.known('order 18 paid'), item);
    assert.equal(shapes.known('order 18 lost'), undefined);
    item.live = false;
    assert.equal(shapes.known('order 19 paid'), undefined);
  });

  it('still knows most of three thousand shapes when it has grown, and never takes one for another', () => {
    const shapes = createShapes<{ live: boolean; of: string }>();
    const lines = Array.from({ length: 3000 }, (_, n) => `order ${[...`${n}`].map(char => 'abcdefghij'[Number(char)]).join('')} paid`);
    for (const of of lines) if (shapes.known(of) === undefined) shapes.learn({ live: true, of });
    const known = lines.filter(line => shapes.known(line)?.of === line);
    assert.ok(known.length > 1800, `${known.length} are known`);
    assert.equal(lines.filter(line => (shapes.known(line)?.of ?? line) !== line).length, 0);
  });

  it('learns nothing for a line that was cut', () => {
    const shapes = createShapes<{ live: boolean }>();
    const long = 'x'.repeat(5000);
    assert.equal(shapes.known(long), undefined);
    shapes.learn({ live: true });
    assert.equal(shapes.known(long), undefined);
  });
});
