import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FrameDecoder, FrameError } from '../../src/connect/frames.ts';
import { cutAt } from '../fakes/cutAt.ts';
import { frame } from '../fakes/fakeEngine.ts';

function decode(chunks: readonly Buffer[]): [string, string][] {
  const out: [string, string][] = [];
  const decoder = new FrameDecoder();
  for (const chunk of chunks) decoder.push(chunk, (stream, payload) => out.push([stream, payload.toString('latin1')]));
  return out;
}

const frames = fc.array(fc.tuple(fc.constantFrom(1 as const, 2 as const), fc.uint8Array({ maxLength: 300 })), { maxLength: 20 });

describe('frames of a log', () => {
  it('are the same however the bytes are split', () => {
    fc.assert(
      fc.property(frames, fc.array(fc.nat(), { maxLength: 30 }), (list, places) => {
        const bytes = Buffer.concat(list.map(([stream, payload]) => frame(stream, Buffer.from(payload))));
        const whole = list.map(([stream, payload]) => [stream === 2 ? 'err' : 'out', Buffer.from(payload).toString('latin1')]);
        assert.deepEqual(decode(cutAt(bytes, places)), whole);
      }),
      { numRuns: 500 },
    );
  });

  it('come one by one when ten thousand of one byte lie in a chunk', () => {
    const chunk = Buffer.concat(Array.from({ length: 10_000 }, () => frame(1, 'x')));
    assert.equal(decode([chunk]).length, 10_000);
  });

  it('of a stream that does not exist end the reading', () => {
    const bytes = frame(1, 'x');
    bytes.writeUInt8(9, 0);
    assert.throws(() => decode([bytes]), FrameError);
  });

  it('of four gigabytes end the reading before a byte of them is kept', () => {
    const bytes = frame(1, 'x');
    bytes.writeUInt32BE(0xffff_ffff, 4);
    assert.throws(() => decode([bytes]), /4294967295 bytes/);
  });

  it('never throw anything but a frame error, whatever arrives', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
        try {
          decode([Buffer.from(bytes)]);
        } catch (error) {
          assert.ok(error instanceof FrameError);
        }
      }),
    );
  });
});
