import assert from 'node:assert/strict';
import { silentLog } from '../../src/base/log.ts';
import { sealOf } from '../../src/remember/seal.ts';
import { openMemory } from '../../src/remember/store.ts';

describe('the seal of a memory', () => {
  it('is the same after a reload, and another one of another memory', async () => {
    const [one, other] = [await openMemory(undefined, silentLog), await openMemory(undefined, silentLog)];
    const before = sealOf(one)('value');
    assert.equal(sealOf(one)('value'), before);
    assert.notEqual(sealOf(other)('value'), before);
    assert.notEqual(sealOf(one)('other value'), before);
  });

  it('is made anew where what was stored is no key', async () => {
    const memory = await openMemory(undefined, silentLog);
    memory.put('seal', { not: 'a key' });
    const seal = sealOf(memory);
    assert.match(seal('x'), /^[0-9a-f]{16}$/);
    assert.equal(sealOf(memory)('x'), seal('x'));
  });
});
