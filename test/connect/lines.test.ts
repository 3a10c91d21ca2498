import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cleanText, type Line, LineDecoder } from '../../src/connect/lines.ts';
import { cutAt } from '../fakes/cutAt.ts';
import { stamp } from '../fakes/fakeEngine.ts';

function read(chunks: readonly (Buffer | string)[], entry = false): Line[] {
  const out: Line[] = [];
  const decoder = new LineDecoder('out');
  for (const chunk of chunks) decoder.push(Buffer.from(chunk), entry, line => out.push(line));
  decoder.end(line => out.push(line));
  return out;
}
const texts = (chunks: readonly (Buffer | string)[], entry = false): string[] => read(chunks, entry).map(line => line.text);

describe('log lines', () => {
  it('are the same however the bytes are split', () => {
    const texted = fc.string({ unit: 'grapheme', maxLength: 40 });
    fc.assert(
      fc.property(fc.array(texted, { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 30 }), (list, places) => {
        const bytes = Buffer.from(list.map((text, n) => `${stamp(n)} ${text.replaceAll('\n', '')}\n`).join(''));
        assert.deepEqual(read(cutAt(bytes, places)), read([bytes]));
        assert.equal(read([bytes]).length, list.length);
      }),
    );
  });

  it('carry the stamp of the engine to the letter, and its milliseconds', () => {
    const [line] = read([`${stamp(1500)} hello\n`]);
    assert.deepEqual(line, { at: Date.UTC(2026, 0, 1) + 1500, stamp: stamp(1500), stream: 'out', text: 'hello' });
  });

  it('are joined when the engine cut them into entries, without the repeated stamp', () => {
    const parts = [`${stamp(1)} ${'a'.repeat(9000)}`, `${stamp(1)} ${'b'.repeat(5000)}`, `${stamp(1)} c\n`, `${stamp(2)} next\n`];
    const [joined, next] = read(parts, true);
    assert.equal(joined?.text, `${'a'.repeat(9000)}${'b'.repeat(5000)}c`);
    assert.equal(next?.text, 'next');
  });

  it('of a megabyte are cut at 16 KiB and say so', () => {
    const [line, next] = read([`${stamp(1)} `, Buffer.alloc(1_000_000, 'x'), `\n${stamp(2)} short\n`]);
    assert.equal(line?.text.length, 16_384);
    assert.equal(line?.cut, true);
    assert.deepEqual([next?.text, next?.cut], ['short', undefined]);
  });

  it('do not end in half a character when they are cut', () => {
    const [line] = read([`${stamp(1)} x${'é'.repeat(10_000)}\n`]);
    assert.doesNotMatch(line?.text ?? '', /\ufffd/);
  });

  it('show invalid bytes as such, and a sign that two chunks share as one', () => {
    assert.deepEqual(texts([Buffer.from([0xff, 0x41, 0x0a])]), ['\ufffdA']);
    const euro = Buffer.from('€\n');
    assert.deepEqual(texts([euro.subarray(0, 1), euro.subarray(1)]), ['€']);
  });

  it('keep colours and lose every other control', () => {
    assert.equal(cleanText('\u001b[1;31mred\u001b[0m\ttab'), '\u001b[1;31mred\u001b[0m\ttab');
    assert.equal(cleanText('a\u001b]0;title\u0007b\u001b[2Jc\u001b]8;;http://x\u001b\\d\u0000\u0085\u009b31me'), 'abcde');
    assert.equal(cleanText('10 %\r20 %\r'), '10 % 20 %');
    assert.equal(cleanText('lone \u001b escape'), 'lone  escape');
  });

  it('hold no control but tab and colours, whatever is written', () => {
    const unit = fc.constantFrom('\u001b', '[', ']', '3', '1', 'm', ';', '\u0007', '\\', 'J', 'a', '\r', '\t', '\u009b', '\u0000');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 40 }), raw => {
        const rest = cleanText(raw).replace(/\u001b\[[0-9;:]*m/g, '');
        assert.doesNotMatch(rest, /[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/);
      }),
      { numRuns: 2000 },
    );
  });

  it('hide secrets, also one that stands among colours', () => {
    assert.doesNotMatch(cleanText('password=hunter2secret'), /hunter2/);
    assert.doesNotMatch(cleanText('\u001b[36mpassword\u001b[0m=hunter2secret'), /hunter2/);
  });
});
