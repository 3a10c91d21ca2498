import assert from 'node:assert/strict';
import { strangersIn, withDeclared } from '../../src/diagnose/declared.ts';
import { select } from '../../src/diagnose/scope.ts';
import { see } from '../../src/diagnose/see.ts';
import { emptyWorld, type World } from '../../src/diagnose/world.ts';
import type { Observation } from '../../src/model/observation.ts';
import { type Service, serviceId } from '../../src/model/service.ts';
import type { DeclaredNeed } from '../../src/model/settings.ts';
import { aServer, aService, inventory, noon, synced } from '../fakes/make.ts';
import { fc } from '../fakes/seeded.ts';

const far = (name: string, over: Partial<Service> = {}): Service =>
  aService(name, { id: serviceId('far', name, 'shop'), server: 'far', ...over });
const on = (server: string, ...seen: Observation[]): Observation[] => seen.map(each => ({ ...each, server }));
const shop = [aService('web'), aService('api'), aService('db')];
const other = (name: string): Service =>
  aService(name, { id: serviceId('local', name, 'blog'), project: 'blog', containerName: `blog-${name}-1`, group: 'blog' });

function worldWith(declared: readonly DeclaredNeed[], here: readonly Service[] = shop, there: readonly Service[] = [far('db')]): World {
  const empty = emptyWorld([aServer, { ...aServer, id: 'far' }], noon);
  return see(empty, [inventory(noon, ...here), ...on('far', inventory(noon, ...there), synced(noon + 1)), synced(noon + 1)], declared)
    .world;
}

const needsOf = (world: World, id: string): readonly string[] => world.services.get(id)?.service.dependsOn ?? ['no such service'];
const notesOf = (world: World, id: string): readonly string[] => world.services.get(id)?.service.diagnostics ?? ['no such service'];
const [web, api, db] = ['local/shop/web', 'local/shop/api', 'local/shop/db'];

describe('Needs that the settings declare', () => {
  for (const [from, to, needs] of [
    ['web', 'db', [db]],
    ['shop/web', 'shop/db', [db]],
    ['shop-web-1', 'shop-db-1', [db]],
    [web, db, [db]],
    ['local:web', 'local:shop/db', [db]],
    ['web', 'far:db', ['far/shop/db']],
    ['web', 'far/shop/db', ['far/shop/db']],
    ['local:shop/web', 'far:shop/db', ['far/shop/db']],
    ['far:web', 'db', []],
    ['we', 'db', []],
    ['web', 'web', []],
  ] as const) {
    it(`"${from}" needs "${to}" gives web ${needs.length === 0 ? 'nothing' : needs.join(', ')}`, () => {
      assert.deepEqual(needsOf(worldWith([{ from, to }]), web), needs);
    });
  }

  it('hold within the server where none is named: the same name on two servers is two edges', () => {
    const world = worldWith([{ from: 'api', to: 'db' }], shop, [far('api'), far('db')]);
    assert.deepEqual([needsOf(world, api), needsOf(world, 'far/shop/api')], [[db], ['far/shop/db']]);
  });

  it('prefer the project of the one that needs, and take no one of several others', () => {
    const both = worldWith([{ from: 'shop/web', to: 'db' }], [...shop, other('db')]);
    assert.deepEqual(needsOf(both, web), [db]);
    const unclear = worldWith(
      [{ from: 'lone', to: 'db' }],
      [...shop, other('db'), aService('lone', { id: 'local/lone', containerName: 'lone', project: 'p', composeService: 'lone' })],
    );
    assert.deepEqual(needsOf(unclear, 'local/lone'), []);
    assert.deepEqual(notesOf(unclear, 'local/lone'), [
      'setting dozor.dependencies says that it needs "db", and 2 services have that name; write project/service',
    ]);
  });

  it('take all replicas of a service', () => {
    const second = aService('db', { id: serviceId('local', 'db#2', 'shop'), containerName: 'shop-db-2', instance: 'e'.repeat(64) });
    assert.deepEqual(needsOf(worldWith([{ from: 'web', to: 'db' }], [...shop, second]), web), [db, 'local/shop/db#2']);
  });

  it('add to those of labels, and name none twice', () => {
    const labelled = [aService('web', { dependsOn: [db] }), aService('api'), aService('db')];
    const world = worldWith(
      [
        { from: 'web', to: 'db' },
        { from: 'web', to: 'api' },
        { from: 'web', to: 'api' },
      ],
      labelled,
    );
    assert.deepEqual(needsOf(world, web), [db, api]);
  });

  it('stay with a service that was removed, since that may be the cause', () => {
    const declared = [{ from: 'web', to: 'db' }];
    const gone = see(worldWith(declared), [inventory(noon + 2, ...shop.slice(0, 2))], declared).world;
    assert.deepEqual([gone.services.get(db)?.service.state, needsOf(gone, web), notesOf(gone, web)], ['missing', [db], []]);
  });

  it('mark what is needed, but for those that can do without', () => {
    const needed = (declared: readonly DeclaredNeed[]) => worldWith(declared).services.get(db)?.needed;
    assert.deepEqual(
      [needed([{ from: 'web', to: 'db' }]), needed([{ from: 'web', to: 'db', optional: true }]), needed([])],
      [true, false, false],
    );
    assert.equal(worldWith([{ from: 'web', to: 'far:db' }]).services.get('far/shop/db')?.needed, true);
  });

  it('leave every view as it is when the same list comes again', () => {
    const declared = [
      { from: 'web', to: 'far:db' },
      { from: 'web', to: 'gone' },
      { from: 'api', to: 'web' },
      { from: 'web', to: 'api' },
    ];
    const world = worldWith(declared);
    const again = see(world, [inventory(noon + 60_000, ...shop), ...on('far', inventory(noon + 60_000, far('db')))], declared);
    assert.deepEqual([...again.changed], []);
    for (const [id, view] of world.services) assert.equal(again.world.services.get(id), view);
    assert.equal(withDeclared(world, declared).size, 0);
  });

  it('are taken back with the setting: what remains is what the list said', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ from: fc.constantFrom('web', 'api', 'x'), to: fc.constantFrom('db', 'web', 'api', 'far:db', 'y') }), {
          maxLength: 5,
        }),
        declared => {
          const world = worldWith(declared);
          const after = { ...world, services: new Map([...world.services, ...withDeclared(world, [])]) };
          const plain = worldWith([]);
          for (const [id, { service, needed }] of plain.services) {
            assert.deepEqual(after.services.get(id)?.service, service);
            assert.equal(after.services.get(id)?.needed, needed);
          }
        },
      ),
    );
  });
});

describe('What is wrong with declared needs', () => {
  it('is told on the service that needs, where the other is not there', () => {
    assert.deepEqual(notesOf(worldWith([{ from: 'web', to: 'gone\u202e' }]), web), [
      'setting dozor.dependencies says that it needs "gone", and there is no such service; write server:name for one of another server',
    ]);
    assert.equal(notesOf(worldWith([{ from: 'web', to: 'nowhere:db' }]), web).length, 1);
  });

  it('is not told of what it can do without', () => {
    assert.deepEqual(notesOf(worldWith([{ from: 'web', to: 'gone', optional: true }]), web), []);
  });

  it('is not told before the server that may have it was seen, and is as soon as it was', () => {
    const declared = [{ from: 'web', to: 'far:gone' }];
    const empty = emptyWorld([aServer, { ...aServer, id: 'far' }], noon);
    const early = see(empty, [inventory(noon, ...shop), synced(noon)], declared).world;
    assert.deepEqual([notesOf(early, web), strangersIn(early, [{ from: 'x', to: 'web' }])], [[], []]);
    const late = see(early, on('far', synced(noon + 1)), declared).world;
    assert.equal(notesOf(late, web).length, 1);
    const found = see(late, on('far', inventory(noon + 2, far('gone'))), declared).world;
    assert.deepEqual([notesOf(found, web), needsOf(found, web)], [[], ['far/shop/gone']]);
  });

  it('is a cycle, told on its members, across servers too', () => {
    const world = worldWith([
      { from: 'web', to: 'far:db' },
      { from: 'far:db', to: 'local:web' },
    ]);
    const note = 'it is in a cycle of dependencies: db, web; none of them is taken for the cause of another';
    assert.deepEqual([notesOf(world, web), notesOf(world, 'far/shop/db'), notesOf(world, api)], [[note], [note], []]);
  });

  it('is not a cycle that labels alone make: that is told already', () => {
    const labelled = [aService('web', { dependsOn: [api] }), aService('api', { dependsOn: [web] }), aService('db')];
    assert.equal(notesOf(worldWith([{ from: 'web', to: 'db' }], labelled), web).length, 1);
  });

  it('is a name that needs something and is not there: told with the scope, once', () => {
    const declared = [
      { from: 'wbe', to: 'db' },
      { from: 'wbe', to: 'api' },
      { from: 'web', to: 'db' },
      { from: 'far:web', to: 'db' },
    ];
    const world = worldWith(declared);
    const settings = { services: [], scope: 'all', dependencies: declared } as const;
    assert.deepEqual(select(world, settings, []).scope.unmatched, ['wbe', 'far:web']);
    assert.deepEqual(select(world, { ...settings, services: ['web', 'wbe'] }, []).scope.unmatched, ['wbe', 'far:web']);
  });
});
