import assert from 'node:assert/strict';
import { fullAttention, type Lease, parseAttention } from '../../src/model/attention.ts';
import { type Death, parseDeaths } from '../../src/model/death.ts';
import { fc } from '../fakes/seeded.ts';

const lease: Lease = { id: 'person:all:1', scope: 'all', by: 'person', reason: 'deploy', since: 1000, until: 5000 };
const death: Death = { instance: 'a'.repeat(64), at: 1000, nano: '1000000000', oom: false, intended: false, inferred: true };

describe('parseAttention', () => {
  it('gives back what was stored, also through JSON', () => {
    const stored = JSON.parse(JSON.stringify({ leases: [lease, { ...lease, id: 'b', scope: 'local/shop/web', by: 'build' }] }));
    assert.deepEqual(parseAttention(stored, 9000), stored);
  });

  it('lets no lease end after the limit', () => {
    const { leases } = parseAttention({ leases: [{ ...lease, until: 1e15 }, lease] }, 4000);
    assert.deepEqual(
      leases.map(each => each.until),
      [4000, 4000],
    );
  });

  it('leaves out malformed leases and keeps the others', () => {
    const wrong = [
      null,
      'x',
      {},
      { ...lease, by: 'root' },
      { ...lease, until: 'never' },
      { ...lease, until: Number.NaN },
      { ...lease, until: null },
      { ...lease, scope: 1 },
    ];
    assert.deepEqual(parseAttention({ leases: [...wrong, lease] }, 9000), { leases: [lease] });
  });

  it('reads anything else as full attention', () => {
    for (const stored of [undefined, null, 0, 'leases', [], {}, { leases: {} }])
      assert.deepEqual(parseAttention(stored, 9000), fullAttention);
    fc.assert(fc.property(fc.anything(), stored => assert.ok(parseAttention(stored, 9000).leases.every(each => each.until <= 9000))));
  });
});

describe('parseDeaths', () => {
  it('gives back what was stored, also through JSON', () => {
    const deaths: Death[] = [death, { ...death, at: 2000, exit: 137, exitFrom: 'inspect', oom: true, ran: 12 }];
    assert.deepEqual(parseDeaths(JSON.parse(JSON.stringify(deaths))), deaths);
  });

  it('leaves out malformed ones and keeps the others', () => {
    const wrong = [null, 1, {}, { ...death, at: '1' }, { ...death, exit: '137' }, { ...death, exitFrom: 'guess' }, { ...death, oom: 1 }];
    assert.deepEqual(parseDeaths([...wrong, death]), [death]);
  });

  it('reads anything else as none', () => {
    for (const stored of [undefined, null, {}, 'x', { length: 1, 0: death }]) assert.deepEqual(parseDeaths(stored), []);
    fc.assert(fc.property(fc.anything(), stored => assert.ok(Array.isArray(parseDeaths(stored)))));
  });
});
