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

  it('are the same whether they come whole or byte by byte, plain or not', () => {
    const parts = [
      'request 7 served',
      ' token=abcdefgh',
      '\u001b[31mred',
      '\r',
      '\t',
      'é',
      ' ',
      '\u0000',
      'x'.repeat(70),
      '://u:pw12@h',
      '',
    ];
    const text = fc.array(fc.constantFrom(...parts), { maxLength: 4 }).map(some => some.join(''));
    const head = fc.constantFrom(
      `${stamp(1)} `,
      `${stamp(1)} `,
      `${stamp(2000)} `,
      '2026-01-01T00:00:00.5Z ',
      '2026-13-01T00:00:00.000000000Z ',
      '',
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(head, text), { maxLength: 8 }), lines => {
        const bytes = Buffer.from(lines.map(([before, after]) => `${before}${after}\n`).join(''));
        const single = Array.from(bytes, byte => Buffer.from([byte]));
        assert.deepEqual(read([bytes]), read(single));
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

describe('lines that are passed over', () => {
  interface Count {
    lines: number;
    bytes: number;
    last: string;
  }

  /** Reads or passes over each chunk, as `plan` says. */
  function mixed(chunks: readonly Buffer[], plan: (n: number) => boolean): { read: Line[]; readBytes: number; passed: Count } {
    const passed: Count = { lines: 0, bytes: 0, last: '' };
    const read: Line[] = [];
    let readBytes = 0;
    const decoder = new LineDecoder('out', (bytes, stamped) => {
      passed.lines++;
      passed.bytes += bytes;
      passed.last = stamped();
    });
    const emit = (line: Line, bytes: number): void => {
      read.push(line);
      readBytes += bytes;
    };
    for (const [n, chunk] of chunks.entries()) {
      if (plan(n)) decoder.passOver(chunk);
      else decoder.push(chunk, false, emit);
    }
    decoder.end(emit);
    return { read, readBytes, passed };
  }

  const text = fc.string({ unit: 'grapheme', maxLength: 30 }).map(line => line.replaceAll('\n', ''));

  it('and those that are read are all there is, to the line and the byte, however the bytes are split', () => {
    fc.assert(
      fc.property(
        fc.array(text, { maxLength: 12 }),
        fc.array(fc.nat(), { maxLength: 20 }),
        fc.array(fc.boolean()),
        (list, places, plan) => {
          const bytes = Buffer.from(list.map((line, n) => `${stamp(n)} ${line}\n`).join(''));
          const { read: got, readBytes, passed } = mixed(cutAt(bytes, places), n => plan[n % Math.max(1, plan.length)] ?? false);
          assert.deepEqual([got.length + passed.lines, readBytes + passed.bytes], [list.length, bytes.length]);
          const whole = read([bytes]).map(line => `${line.stamp} ${line.text}`);
          assert.ok(
            got.every(line => whole.includes(`${line.stamp} ${line.text}`)),
            'what is read is whole',
          );
        },
      ),
    );
  });

  it('tell their stamp, also the one that was begun before', () => {
    const chunks = [`${stamp(1)} one\n${stamp(2).slice(0, 9)}`, `${stamp(2).slice(9)} tw`, `o\n`].map(part => Buffer.from(part));
    assert.equal(mixed(chunks, n => n === 0).passed.last, stamp(2));
    assert.equal(mixed(chunks, n => n < 2).passed.last, stamp(2));
    const begun = mixed([Buffer.from(`${stamp(3)} th`), Buffer.from('ree\n')], n => n === 1);
    assert.deepEqual([begun.read.length, begun.passed.last], [0, stamp(3)]);
  });

  it('do not keep memory that is used again for the next chunk', () => {
    const slot = Buffer.alloc(64);
    const out: string[] = [];
    const decoder = new LineDecoder('out');
    for (const part of [`${stamp(1)} first half, `, 'second half\n']) {
      slot.fill(0).write(part);
      decoder.push(slot.subarray(0, part.length), false, line => out.push(line.text));
    }
    assert.deepEqual(out, ['first half, second half']);
  });

  it('are taken up by another decoder where this one stopped', () => {
    const first = new LineDecoder('err');
    first.push(Buffer.from(`${stamp(1)} half a `), true, () => assert.fail('no line has ended'));
    const out: [string, string, number][] = [];
    const second = new LineDecoder('err', () => undefined, structuredClone(first.open));
    second.push(Buffer.from(`${stamp(1)} line\n`), true, (line, bytes) => out.push([line.stream, line.text, bytes]));
    assert.deepEqual(out, [['err', 'half a line', 2 * (stamp(1).length + 1) + 12]]);
  });
});
