import assert from 'node:assert/strict';
import { serviceId, shortInstance } from '../../src/model/service.ts';
import { fc } from '../fakes/seeded.ts';

describe('serviceId', () => {
  it('tells the parts apart and stays readable', () => {
    assert.equal(serviceId('local', 'web', 'shop'), 'local/shop/web');
    assert.equal(serviceId('local', 'web'), 'local/web');
    assert.equal(serviceId('local', 'unit:app@1.service'), 'local/unit:app@1.service');
    assert.equal(serviceId('local', 'web#2', 'shop'), 'local/shop/web#2');
  });

  it('encodes what would break it', () => {
    assert.equal(serviceId('local', 'a/b', 'c%2Fd'), 'local/c%252Fd/a%2Fb');
    assert.equal(serviceId('local', 'мир', 'x y\n'), 'local/x%20y%0A/%D0%BC%D0%B8%D1%80');
    assert.equal(serviceId('local', '\ud800x'), 'local/%ud800x');
  });

  it('keeps services of the same name apart', () => {
    const ids = [
      serviceId('local', 'web', 'shop'),
      serviceId('local', 'web', 'blog'),
      serviceId('local', 'web'),
      serviceId('far', 'web', 'shop'),
      serviceId('local', 'shop/web'),
      serviceId('local', 'web', ''),
    ];
    assert.equal(new Set(ids).size, ids.length);
  });

  it('is different for different parts, whatever they hold', () => {
    const part = fc.oneof(
      fc.string({ maxLength: 8 }),
      fc
        .array(
          fc.constantFrom('/', '%', '%2F', '%2f', '%u', 'd800', '\ud800', '\udc00', ':', '%3A', '#', '%23', '@', 'a', '\ufffd', 'я', '😀'),
          {
            maxLength: 5,
          },
        )
        .map(a => a.join('')),
    );
    const parts = fc.tuple(part, part, fc.option(part, { nil: undefined }));
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const same = a.length === b.length && a.every((value, i) => value === b[i]);
        assert.equal(serviceId(...a) === serviceId(...b), same);
        assert.equal(serviceId(...a).split('/').length, a[2] === undefined ? 2 : 3);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('shortInstance', () => {
  it('is the head that Docker shows', () => assert.equal(shortInstance('0123456789abcdef'.repeat(4)), '0123456789ab'));
});
