import assert from 'node:assert/strict';
import { compareStamps, nanoMs, sinceNano, sinceStamp, stampMs } from '../../src/connect/stamps.ts';

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
});
