import assert from 'node:assert/strict';
import { compareStamps, nanoMs, sinceNano, sinceStamp, stampMs, stampMsAt } from '../../src/connect/stamps.ts';
import { fc } from '../fakes/seeded.ts';

describe('stamps', () => {
  it('keep every digit on their way into a since', () => {
    assert.equal(sinceStamp('2026-01-01T00:00:00.123456789Z'), '1767225600.123456789');
    assert.equal(sinceStamp('2026-01-01T00:00:00.12Z'), '1767225600.120000000');
    assert.equal(sinceStamp('2026-01-01T02:00:00+02:00'), '1767225600.000000000');
    assert.equal(sinceStamp('yesterday'), undefined);
    assert.equal(sinceNano('1767225600123456789'), '1767225600.123456789');
    assert.equal(sinceNano('5'), '0.000000005');
  });

  it('give milliseconds', () => {
    assert.equal(stampMs('2026-01-01T00:00:00.123999999Z'), 1_767_225_600_123);
    assert.deepEqual(
      ['2026-01-01T00:00:00.124000000Z', '2026-01-01T00:00:01.000000000Z', '2026-13-01T00:00:00.000000000Z'].map(stampMs),
      [1_767_225_600_124, 1_767_225_601_000, 0],
    );
    assert.equal(stampMs('no stamp'), 0);
    assert.equal(nanoMs('1767225600123456789'), 1_767_225_600_123);
  });

  it('compare to the nanosecond, across zones and lengths', () => {
    assert.ok(compareStamps('2026-01-01T00:00:00.123456789Z', '2026-01-01T00:00:00.123456790Z') < 0);
    assert.ok(compareStamps('2026-01-01T00:00:00.5Z', '2026-01-01T00:00:00.123456789Z') > 0);
    assert.equal(compareStamps('2026-01-01T02:00:00+02:00', '2026-01-01T00:00:00.0Z'), 0);
    assert.ok(compareStamps('', '2026-01-01T00:00:00Z') < 0);
  });

  it('are read from bytes as from text, wherever they stand', () => {
    const seconds = ['2026-01-01T00:00:00', '2026-01-01T00:00:01', '2026-01-01T23:59:59', '2026-13-01T00:00:00', '1969-12-31T23:59:59'];
    const digits = fc.nat(999_999_999).map(nanos => `${nanos}`.padStart(9, '0'));
    const usual = fc.tuple(fc.constantFrom(...seconds), digits).map(([second, nanos]) => `${second}.${nanos}Z`);
    const before = fc.string({ unit: 'binary-ascii', maxLength: 5 });
    fc.assert(
      fc.property(usual, before, (stamp, skipped) => {
        assert.equal(stampMsAt(Buffer.from(`${skipped}${stamp} text`), skipped.length) ?? 0, stampMs(stamp));
      }),
    );
  });

  it('are found in bytes only where all of one stands, and a space behind it', () => {
    const stamp = '2026-01-01T00:00:00.123456789Z';
    const at = (text: string): number | undefined => stampMsAt(Buffer.from(text), 0);
    assert.equal(at(`${stamp} `), stampMs(stamp));
    const others = [stamp, stamp.replace('Z', '+'), stamp.replace('9Z', 'xZ'), stamp.replace('.', ','), '', stamp.slice(1)];
    for (const other of others) assert.equal(at(`${other}${other === stamp ? '' : ' text'}`), undefined, other);
    // The second is known by now; what follows it is looked at all the same.
    assert.equal(at(`${stamp.replace('9Z', '9z')} text`), undefined);
  });
});
