import assert from 'node:assert/strict';
import fc from 'fast-check';
import { JsonLines } from '../../src/connect/ndjson.ts';
import { cutAt } from '../fakes/cutAt.ts';

function read(chunks: readonly Buffer[], lines = new JsonLines()): unknown[] {
  const out: unknown[] = [];
  for (const chunk of chunks) lines.push(chunk, line => out.push(line.value));
  return out;
}

describe('lines of JSON', () => {
  it('are the same however the bytes are split', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 10 }), fc.array(fc.nat(), { maxLength: 20 }), (values, places) => {
        const bytes = Buffer.from(values.map(value => `${JSON.stringify(value)}\n`).join(''));
        assert.deepEqual(read(cutAt(bytes, places)), JSON.parse(JSON.stringify(values)));
      }),
    );
  });

  it('leave out what is no JSON and what is too long, and count it', () => {
    const lines = new JsonLines();
    const long = Buffer.alloc(700_000, 'x');
    assert.deepEqual(read([Buffer.from('{"a":1}\n{oops\n"'), long, long, Buffer.from('"\n{"b":2}\n')], lines), [{ a: 1 }, { b: 2 }]);
    assert.equal(lines.skipped, 2);
  });

  it('keep the letters of a line, since a number may lose digits', () => {
    const texts: string[] = [];
    new JsonLines().push(Buffer.from('{"n":1767225600123456789}\n'), line => texts.push(line.text));
    assert.deepEqual(texts, ['{"n":1767225600123456789}']);
  });
});
