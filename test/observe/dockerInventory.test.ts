import assert from 'node:assert/strict';
import type { Service } from '../../src/model/service.ts';
import { readFacts } from '../../src/observe/dockerFacts.ts';
import { DockerInventory } from '../../src/observe/dockerInventory.ts';
import { type Seen, seenInList } from '../../src/observe/dockerSeen.ts';
import { idOf } from '../fakes/fakeEngine.ts';

interface Wish {
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly state?: string;
  readonly created?: number;
  readonly status?: string;
}

function seen(key: string, { name = key, labels = {}, state = 'running', created = 5, status = 'Up 2 minutes' }: Wish = {}): Seen {
  const Names = name === '' ? [] : [`/${name}`];
  return (
    seenInList({ Id: idOf(key), Names, Labels: labels, State: state, Status: status, Created: created, Image: 'bb', Ports: [] }) ??
    assert.fail()
  );
}
const compose = (project: string, service: string, over: Record<string, string> = {}): Record<string, string> => ({
  'com.docker.compose.project': project,
  'com.docker.compose.service': service,
  ...over,
});
const factsOf = (key: string): NonNullable<ReturnType<typeof readFacts>> =>
  readFacts({ Id: idOf(key), State: { Status: 'running', StartedAt: '2026-01-01T00:00:01Z' } }) ?? assert.fail();

function inventory(...all: Seen[]): DockerInventory {
  const made = new DockerInventory('local');
  made.takeList(all);
  return made;
}
const ids = (made: DockerInventory): string[] => made.services().map(service => service.id);
const only = (made: DockerInventory): Service => made.services()[0] ?? assert.fail('no service');

describe('the networks of a container', () => {
  const within = (...networks: string[]): Seen => {
    const Networks = Object.fromEntries(networks.map((name, i) => [name, { IPAddress: `172.18.${i}.2` }]));
    const entry = { Id: idOf('a'), Names: ['/a'], State: 'running', Status: 'Up 2 minutes', NetworkSettings: { Networks } };
    return seenInList(entry) ?? assert.fail();
  };
  it('give it addresses', () => assert.deepEqual(only(inventory(within('back', 'front'))).addresses, ['172.18.0.2', '172.18.1.2']));
  it('are looked at again when they change, in whatever order they are listed', () => {
    const made = inventory(within('back', 'front'));
    made.takeInspect(within('back', 'front'), factsOf('a'));
    assert.deepEqual(made.takeList([within('front', 'back')]), []);
    assert.deepEqual(made.takeList([within('front')]), [idOf('a')]);
  });
});

describe('the identity of a service', () => {
  it('is server, project and service for compose, and server and name for the rest', () => {
    assert.deepEqual(ids(inventory(seen('a', { name: 'shop-web-1', labels: compose('shop', 'web') }), seen('b', { name: 'plain' }))), [
      'local/shop/web',
      'local/plain',
    ]);
  });

  it('keeps two projects with a service of one name apart', () => {
    assert.deepEqual(ids(inventory(seen('a', { labels: compose('one', 'web') }), seen('b', { labels: compose('two', 'web') }))), [
      'local/one/web',
      'local/two/web',
    ]);
  });

  it('numbers replicas, and names a one-off run by its container', () => {
    const second = seen('a', { labels: compose('shop', 'web', { 'com.docker.compose.container-number': '2' }) });
    const oneOff = seen('b', { labels: compose('shop', 'web', { 'com.docker.compose.oneoff': 'True' }) });
    assert.deepEqual(ids(inventory(second, oneOff)), ['local/shop/web#2', `local/shop/web@${idOf('b').slice(0, 12)}`]);
    assert.equal(inventory(oneOff).services()[0]?.oneOff, true);
  });

  it('of a container without a name is its short id, with a diagnostic', () => {
    const nameless = only(inventory(seen('a', { name: '' })));
    assert.equal(nameless.id, `local/${idOf('a').slice(0, 12)}`);
    assert.equal(nameless.name, idOf('a').slice(0, 12));
    assert.match(nameless.diagnostics.join(), /has no name/);
  });

  it('goes to the running one of two that claim it, then to the newer', () => {
    const labels = compose('shop', 'web');
    const made = inventory(seen('old', { labels, state: 'exited', created: 9 }), seen('new', { labels, created: 5 }));
    assert.equal(made.serviceOf(idOf('new')), 'local/shop/web');
    assert.equal(made.serviceOf(idOf('old')), `local/shop/web@${idOf('old').slice(0, 12)}`);
    assert.match(made.services()[0]?.diagnostics.join() ?? '', /another container claims/);
    const both = inventory(seen('p', { labels, created: 5 }), seen('q', { labels, created: 6 }));
    assert.equal(both.serviceOf(idOf('q')), 'local/shop/web');
  });

  it('stays with the old container while compose makes the new one, and shows nothing between', () => {
    const labels = compose('shop', 'web');
    const made = seen('new', { name: 'abc_shop-web-1', labels, state: 'created', created: 9 });
    assert.deepEqual(ids(inventory(seen('old', { labels }), made)), ['local/shop/web']);
    assert.deepEqual(ids(inventory(seen('old', { labels, state: 'exited' }), made)), ['local/shop/web']);
    assert.equal(inventory(seen('old', { labels, state: 'exited' }), made).serviceOf(idOf('old')), 'local/shop/web');
    assert.deepEqual(ids(inventory(made)), ['local/shop/web']);
  });

  it('does not depend on the order of the list', () => {
    const labels = compose('shop', 'web');
    const all = ['a', 'b', 'c'].map(key => seen(key, { labels }));
    assert.deepEqual(ids(inventory(...all)).toSorted(), ids(inventory(...all.toReversed())).toSorted());
  });

  it('survives labels that hold slashes and broken signs', () => {
    const evil = inventory(seen('a', { labels: compose('a/b', '../x\ud800') }));
    assert.equal(ids(evil)[0]?.split('/').length, 3);
  });
});

describe('the inventory', () => {
  it('takes the label for the eye and never for identity', () => {
    const api = only(inventory(seen('a', { labels: compose('shop', 'api', { 'dozor.name': 'My API', 'dozor.group': 'front' }) })));
    assert.deepEqual([api.name, api.group, api.project, api.composeService, api.id], ['My API', 'front', 'shop', 'api', 'local/shop/api']);
    assert.equal(only(inventory(seen('b', { labels: compose('shop', 'api') }))).group, 'shop');
  });

  it('resolves dependencies within the project, also of what is not there', () => {
    const needs = { 'com.docker.compose.depends_on': 'db:service_healthy:false,migrate:service_completed_successfully:true' };
    const api = only(inventory(seen('a', { labels: compose('shop', 'api', needs) })));
    assert.deepEqual(api.dependsOn, ['local/shop/db', 'local/shop/migrate']);
    assert.deepEqual(api.waitsForEnd, ['local/shop/migrate']);
  });

  it('resolves our own dependencies within the project and the server, and tells of names that nothing answers to', () => {
    const needs = { 'dozor.depends_on': 'db,gone\u202e,api' };
    const made = inventory(
      seen('a', { labels: compose('shop', 'api', needs) }),
      seen('b', { labels: compose('shop', 'db') }),
      seen('c', { labels: compose('other', 'gone') }),
    );
    const [api] = made.services();
    assert.deepEqual(api?.dependsOn, ['local/shop/db', 'local/shop/gone%E2%80%AE']);
    assert.deepEqual(api?.diagnostics, ['label dozor.depends_on names "gone", and there is no such service in its project']);
    made.remove(idOf('b'));
    assert.equal(made.services()[0]?.diagnostics.length, 2);
  });

  it('resolves our own dependencies between containers without a project, where those of compose mean nothing', () => {
    const labels = { 'dozor.depends_on': 'db', 'com.docker.compose.depends_on': 'x:service_started:false' };
    const [api] = inventory(seen('a', { name: 'api', labels }), seen('b', { name: 'db' })).services();
    assert.deepEqual([api?.dependsOn, api?.diagnostics], [['local/db'], []]);
  });

  it('asks for an inspect of what is new or changed, and of nothing else', () => {
    const made = inventory();
    assert.deepEqual(made.takeList([seen('a'), seen('b')]), [idOf('a'), idOf('b')]);
    for (const key of ['a', 'b']) made.takeInspect(seen(key), factsOf(key));
    assert.deepEqual(made.takeList([seen('a', { status: 'Up 3 hours' }), seen('b')]), []);
    assert.deepEqual(made.takeList([seen('a', { state: 'exited', status: 'Exited (1) now' }), seen('b', { name: 'renamed' })]), [
      idOf('a'),
      idOf('b'),
    ]);
  });

  it('forgets what is no longer listed, and says when the list looks different', () => {
    const made = inventory(seen('a'));
    assert.equal(made.takeInspect(seen('a'), factsOf('a')), false);
    assert.equal(made.takeInspect(seen('a', { name: 'other' }), factsOf('a')), true);
    assert.equal(made.takeInspect(seen('b'), factsOf('b')), true);
    made.takeList([]);
    assert.deepEqual(made.services(), []);
    assert.equal(made.serviceOf(idOf('a')), undefined);
    assert.equal(made.remove(idOf('a')), false);
  });

  it('knows since when a state lasts once it was inspected', () => {
    const made = inventory(seen('a'));
    assert.equal(only(made).since, 0);
    made.takeInspect(seen('a'), factsOf('a'));
    assert.equal(only(made).since, Date.UTC(2026, 0, 1, 0, 0, 1));
  });

  it('holds five thousand containers within two seconds', function () {
    this.timeout(4000);
    const began = performance.now();
    const many = Array.from({ length: 5000 }, (_, n) => seen(`c${n}`, { labels: compose(`p${n % 100}`, `s${n}`) }));
    assert.equal(inventory(...many).services().length, 5000);
    assert.ok(performance.now() - began < 2000);
  });
});
