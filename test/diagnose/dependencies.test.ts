import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  cycles,
  edgeCap,
  needsIn,
  needsOf,
  nodeCap,
  roots,
  startOrder,
  tooLarge,
  withCycleNotes,
} from '../../src/diagnose/dependencies.ts';
import { see } from '../../src/diagnose/see.ts';
import { serviceId } from '../../src/model/service.ts';
import { aService, inventory, noon, worldOf } from '../fakes/make.ts';

type Edges = readonly (readonly [string, readonly string[]])[];
const count = 8;
/** Any graph over n0…n7, with needs of what is not there. */
const graphs: fc.Arbitrary<Edges> = fc
  .array(fc.tuple(fc.nat(count - 1), fc.nat(count)), { maxLength: 20 })
  .map(pairs =>
    Array.from({ length: count }, (_, n) => [`n${n}`, pairs.filter(([from]) => from === n).map(([, to]) => `n${to}`)] as const),
  );
/** Only needs of what has a lower number: no cycle is possible. */
const acyclic: fc.Arbitrary<Edges> = graphs.map(edges => edges.map(([id, needs]) => [id, needs.filter(need => need < id)] as const));

/** All that is reached, the slow way. */
function reached(edges: Edges, from: string): Set<string> {
  const found = new Set<string>();
  const walk = (id: string): void => {
    for (const need of new Map(edges).get(id) ?? []) {
      if (need === id || found.has(need)) continue;
      found.add(need);
      walk(need);
    }
  };
  walk(from);
  return found;
}

describe('dependencies', () => {
  it('tell dependants and roots by name', () => {
    const needs = needsOf([
      ['web', ['api', 'cache', 'api', 'web']],
      ['api', ['db', 'gone']],
      ['db', []],
      ['cache', []],
    ]);
    assert.deepEqual(needs.of.get('web'), ['api', 'cache']);
    assert.deepEqual(needs.dependants.get('db'), ['api']);
    assert.deepEqual(roots(needs), ['cache', 'db']);
    assert.deepEqual(startOrder(needs), { order: ['cache', 'db', 'api', 'web'], unordered: [] });
  });

  it('have an order in which each comes after all that it needs', () => {
    fc.assert(
      fc.property(acyclic, edges => {
        const { order, unordered } = startOrder(needsOf(edges));
        assert.deepEqual([order.toSorted(), unordered], [edges.map(([id]) => id), []]);
        for (const [id, needs] of edges) {
          for (const need of needs) assert.ok(order.indexOf(need) < order.indexOf(id), `${need} before ${id}`);
        }
      }),
    );
  });

  it('have one order, whatever the order in which they are told', () => {
    fc.assert(
      fc.property(graphs, edges => {
        assert.deepEqual(startOrder(needsOf(edges.toReversed())), startOrder(needsOf(edges)));
        assert.deepEqual(cycles(needsOf(edges.toReversed())), cycles(needsOf(edges)));
      }),
    );
  });

  it('rename with their services, when the new names sort alike', () => {
    const other = (id: string): string => `x/${id}/y`;
    fc.assert(
      fc.property(graphs, edges => {
        const renamed = edges.map(([id, needs]) => [other(id), needs.map(other)] as const);
        assert.deepEqual(startOrder(needsOf(renamed)).order, startOrder(needsOf(edges)).order.map(other));
        assert.deepEqual(
          cycles(needsOf(renamed)),
          cycles(needsOf(edges)).map(members => members.map(other)),
        );
      }),
    );
  });

  it('find exactly the services that reach themselves, and those that reach each other together', () => {
    fc.assert(
      fc.property(graphs, edges => {
        const found = cycles(needsOf(edges));
        const mutual = (a: string, b: string): boolean => a !== b && reached(edges, a).has(b) && reached(edges, b).has(a);
        for (const [a] of edges) {
          const own = found.find(members => members.includes(a)) ?? [];
          const expected = edges.map(([b]) => b).filter(b => mutual(a, b));
          assert.deepEqual(
            own.filter(b => b !== a),
            expected,
          );
        }
      }),
    );
  });

  it('leave out of the order what is in a cycle or needs one, and nothing else', () => {
    fc.assert(
      fc.property(graphs, edges => {
        const { order, unordered } = startOrder(needsOf(edges));
        const inCycle = new Set(cycles(needsOf(edges)).flat());
        const stuck = edges.map(([id]) => id).filter(id => inCycle.has(id) || [...reached(edges, id)].some(need => inCycle.has(need)));
        assert.deepEqual(unordered, stuck);
        assert.equal(order.length + unordered.length, edges.length);
      }),
    );
  });

  it('of a chain as long as is allowed are walked without a deep stack', () => {
    const name = (n: number): string => `s${String(n).padStart(5, '0')}`;
    const chain = Array.from({ length: nodeCap }, (_, n) => [name(n), n === 0 ? [name(nodeCap - 1)] : [name(n - 1)]] as const);
    assert.equal(cycles(needsOf(chain))[0]?.length, nodeCap);
    assert.equal(startOrder(needsOf(chain.map(([id, needs], n) => [id, n === 0 ? [] : needs] as const))).order.at(-1), name(nodeCap - 1));
  });

  it('beyond the limits are not searched, and that is said on those that have needs', () => {
    const many = Array.from({ length: nodeCap + 1 }, (_, n) => [`s${n}`, [`s${(n + 1) % (nodeCap + 1)}`]] as const);
    assert.match(tooLarge(needsOf(many)) ?? '', /^2001 services/);
    assert.deepEqual(cycles(needsOf(many)), []);
    assert.equal(startOrder(needsOf(many)).order.length, 0);
    const dense = Array.from({ length: 200 }, (_, n) => [`s${n}`, Array.from({ length: 60 }, (_x, m) => `t${m}`)] as const);
    assert.match(tooLarge(needsOf(dense)) ?? '', new RegExp(`^12000 dependencies are more than the ${edgeCap} `));
    const services = many.map(([id, dependsOn]) => aService(id, { id, dependsOn }));
    assert.match(withCycleNotes([...services, aService('free')])[0]?.diagnostics.join() ?? '', /2001 services with dependencies/);
    assert.deepEqual(withCycleNotes([...services, aService('free')]).at(-1)?.diagnostics, []);
  });
});

describe('a cycle of dependencies', () => {
  const id = (name: string): string => serviceId('local', name, 'shop');
  const ring = inventory(
    noon,
    aService('a', { dependsOn: [id('b')] }),
    aService('b', { dependsOn: [id('a')], composeService: 'b\u202e$(x)' }),
    aService('c', { dependsOn: [id('a')] }),
  );

  it('is a diagnostic on its members alone, cleaned for the eye', () => {
    const world = worldOf(ring);
    const notes = (name: string): string => world.services.get(id(name))?.service.diagnostics.join() ?? '';
    assert.equal(notes('a'), 'it is in a cycle of dependencies: a, b$(x); none of them is taken for the cause of another');
    assert.equal(notes('b'), notes('a'));
    assert.equal(notes('c'), '');
  });

  it('is no news when it is seen again', () => assert.equal(see(worldOf(ring), [ring]).changed.size, 0));

  it('is over when a need goes', () => {
    const world = see(worldOf(ring), [inventory(noon + 1, aService('a'), aService('b', { dependsOn: [id('a')] }))]).world;
    assert.deepEqual(world.services.get(id('a'))?.service.diagnostics, []);
  });

  it('has no place in the graph of a service that needs itself', () => {
    assert.deepEqual(cycles(needsIn([aService('a', { dependsOn: [id('a')] })])), []);
  });
});
