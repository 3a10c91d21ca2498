import assert from 'node:assert/strict';
import { type GroupNeeds, type GroupPicture, groupPictures, incidentsOf } from '../../src/act/groupPicture.ts';
import { groupLines, groupMarkdown, rootWords } from '../../src/act/groupText.ts';
import type { ServiceView } from '../../src/diagnose/world.ts';
import { fc } from '../fakes/seeded.ts';
import { clear, dead, death, evidence, facts, incidentOf, issue, now, service, view, world } from './some.ts';

const hostile = 'x|\n[CRITICAL] ![i](https://evil/?q=1) [fix](command:x) $(sync~spin) <img src=x>``` \u202e';
const id = (name: string): string => `local/shop/${name}`;
const up = (name: string, over: object = {}): ServiceView =>
  view({ service: service({ id: id(name), name, composeService: name, ...over }), facts: facts() });
const db = dead(1, 60_000, {}, { id: id('db'), name: 'db', ports: [{ container: 5432, protocol: 'tcp', host: 15432 }] });
const web = up('web', { dependsOn: [id('api')], alertChannel: 'ops' });
const api = up('api', { dependsOn: [id('db')], diagnostics: ['label dozor.alert.channel is "on call" and was ignored'] });
const root = issue({ key: `${id('db')}/app_crash`, service: id('db'), firstSeen: now - 60_000, evidence: [evidence('PANIC: no space')] });
const symptom = issue({ key: `${id('api')}/app_error`, service: id('api'), category: 'app_error', severity: 'warning', channel: 'ops' });

const needs = (views: readonly ServiceView[], over: Partial<GroupNeeds> = {}): GroupNeeds => ({
  at: now,
  world: world(views, clear),
  issues: [],
  incidents: [],
  attention: { leases: [] },
  shown: views.map(each => each.service.id),
  ...over,
});
const one = (views: readonly ServiceView[], over: Partial<GroupNeeds> = {}): GroupPicture => {
  const [first] = groupPictures(needs(views, over));
  assert.ok(first);
  return first;
};
const broken = one([web, api, db], { issues: [root, symptom], incidents: [incidentOf(root, symptom)] });

describe('The picture of a group', () => {
  it('holds its members, who needs whom, and the incidents that touch it', () => {
    assert.deepEqual([broken.name, broken.health, broken.counts], ['shop', 'critical', '1 critical, 1 warning, 1 healthy']);
    assert.deepEqual(broken.order, [id('db'), id('api'), id('web')]);
    assert.deepEqual(
      broken.rows.map(({ view: { service: each }, health, up: ran, deaths }) => [each.name, health, ran, deaths]),
      [
        ['web', 'healthy', 7_200_000, 0],
        ['api', 'warning', 7_200_000, 0],
        ['db', 'critical', undefined, 1],
      ],
    );
    const [incident] = broken.incidents;
    assert.deepEqual([incident?.root?.key, incident?.outside, incident?.others], [root.key, false, []]);
    assert.deepEqual(incident?.symptoms, [symptom]);
  });

  it('are such that every service shown is in one of them, once', () => {
    const services = fc.array(
      fc.record({ name: fc.nat(20), group: fc.option(fc.constantFrom('shop', 'blog', '')), needs: fc.array(fc.nat(20)) }),
    );
    fc.assert(
      fc.property(services, made => {
        const views = [...new Map(made.map(each => [each.name, each])).values()].map(({ name, group, needs: needed }) =>
          view({
            service: service({
              ...{ id: id(`n${name}`), name: `n${name}`, dependsOn: needed.map(n => id(`n${n}`)) },
              ...(group === null ? { group: undefined as never } : { group }),
            }),
          }),
        );
        const pictures = groupPictures(needs(views));
        const all = pictures.flatMap(({ rows }) => rows.map(row => row.view.service.id));
        assert.deepEqual(all.toSorted(), views.map(each => each.service.id).toSorted());
        for (const picture of pictures) {
          const members = picture.rows.map(row => row.view.service.id).toSorted();
          assert.deepEqual([...picture.order, ...picture.unordered].toSorted(), members);
          assert.ok(groupMarkdown(picture).startsWith('# Group '));
        }
      }),
    );
  });

  it('counts the deaths of a day that nobody meant', () => {
    const deaths = [
      death(1, now - 25 * 3_600_000),
      death(1, now - 23 * 3_600_000),
      death(137, now - 60_000, { intended: true }),
      death(2, now - 1),
    ];
    assert.equal(one([{ ...web, deaths }]).rows[0]?.deaths, 2);
  });

  it('says nothing of how long what cannot be seen runs', () => {
    const lost = { ...clear, sight: 'lost' as const };
    const [unseen] = groupPictures({ ...needs([web]), world: world([web], lost) });
    assert.deepEqual([unseen?.health, unseen?.rows[0]?.up], ['unknown', undefined]);
    assert.match(groupMarkdown(unseen ?? broken), /\*\*Unknown\\: local cannot be seen/);
    assert.equal(one([{ ...web, unseen: 'it did not answer' }]).rows[0]?.up, undefined);
  });

  it('tells a root of another group as such, and leaves incidents out that do not touch it', () => {
    const far = dead(1, 60_000, {}, { id: 'local/base/db', name: 'db', project: 'base', group: 'base' });
    const cause = issue({ key: 'local/base/db/app_crash', service: 'local/base/db' });
    const all = needs([api, far], { issues: [cause, symptom], incidents: [incidentOf(cause, symptom)] });
    const [shop, base] = groupPictures(all);
    assert.deepEqual([shop?.incidents[0]?.outside, base?.incidents[0]?.outside], [true, false]);
    assert.deepEqual(base?.incidents[0]?.symptoms, []);
    assert.deepEqual(incidentsOf(new Set([id('web')]), all), []);
    assert.match(groupMarkdown(shop ?? broken), /root db \\\(base\\\), which is of another group/);
    assert.equal(
      rootWords(shop?.incidents ?? [], all.world, () => 'noon'),
      'db (base) down since noon',
    );
  });
});

describe('The words on where the trouble of a group began', () => {
  const words = (picture: GroupPicture): string | undefined =>
    rootWords(picture.incidents, picture.world, at => `${(now - at) / 1000} s ago`);

  it('name the root and since when it is down', () => {
    assert.equal(words(broken), 'db down since 60 s ago');
  });

  it('name what is wrong with a root that runs', () => {
    const sick = issue({ key: `${id('api')}/app_error`, service: id('api'), category: 'app_error', firstSeen: now - 5000 });
    assert.equal(words(one([api], { issues: [sick], incidents: [incidentOf(sick)] })), 'api app error since 5 s ago');
  });

  it('are of the worst incident, and count the others', () => {
    const mild = { ...incidentOf(symptom), severity: 'warning' as const };
    const two = one([web, api, db], { issues: [root, symptom], incidents: [mild, { ...incidentOf(root), severity: 'critical' }] });
    assert.equal(words(two), 'db down since 60 s ago and 1 more incident');
  });

  it('are none without an incident, and where its root is not known', () => {
    assert.equal(words(one([web])), undefined);
    const { root: _root, ...rootless } = incidentOf(root, symptom);
    assert.equal(words(one([web, api, db], { issues: [root, symptom], incidents: [rootless] })), undefined);
  });
});

describe('The dashboard of a group', () => {
  it('says all of it in one document', () => {
    assert.equal(
      groupMarkdown(broken),
      `# Group shop

**critical\\: 1 critical, 1 warning, 1 healthy on local; db down since 11\\:59\\:00 UTC\\.**

| Service | Health | State | Up | Deaths in 24 h | Ports | Alert channel |
| --- | --- | --- | --- | --- | --- | --- |
| web | healthy | up 2 h | 2 h |  |  | ops |
| api | warning | up 2 h | 2 h |  |  |  |
| db | critical | exited 1, 1 min ago |  | 1 | 15432\\:5432\\/tcp |  |

### 1 open incident

- critical since 11\\:59\\:00 UTC, root db \\(shop\\)\\: api needs it, and it failed first
  - db \\(shop\\) exited with code 1 2 s after it started\\: "PANIC\\: no space" \\(critical, 97 % sure \\(high\\), confirmed\\)
  - symptom\\: api \\(shop\\) logs errors for 2 min

### Who needs whom

- web \\(shop\\)
  - api \\(shop\\)
    - db \\(shop\\)

Starts in this order\\: db \\(shop\\), api \\(shop\\), web \\(shop\\)

### Wrong with labels or settings

- api \\(shop\\)\\: label dozor\\.alert\\.channel is "on call" and was ignored
`,
    );
  });

  it('leaves out what is empty', () => {
    const text = groupMarkdown(one([up('web')]));
    assert.equal(
      text,
      '# Group shop\n\n**healthy\\: 1 healthy on local\\.**\n\n| Service | Health | State | Up |\n| --- | --- | --- | --- |\n| web | healthy | up 2 h | 2 h |\n',
    );
  });

  it('says where it began is not known rather than guess', () => {
    const { root: _root, ...rootless } = incidentOf(root, symptom);
    const text = groupMarkdown(one([web, api, db], { issues: [root, symptom], incidents: [rootless] }));
    assert.match(text, /where it began is not known\n {2}- symptom\\: api/);
  });

  it('shows a cycle from its first name, and ends', () => {
    const text = groupMarkdown(one([up('a', { dependsOn: [id('b')] }), up('b', { dependsOn: [id('a')] })]));
    assert.match(
      text,
      /- a \\\(shop\\\)\n {2}- b \\\(shop\\\)\n {4}- a \\\(shop\\\) \\\(see above\\\)\n\nIn a cycle of needs, or behind one\\: a/,
    );
  });

  it('stays bounded for a graph that could be told in endless ways', () => {
    const layers = 12;
    const views = Array.from({ length: layers * 6 }, (_, i) =>
      up(`n${i}`, { dependsOn: i < 6 ? [] : Array.from({ length: 6 }, (_, k) => id(`n${(Math.floor(i / 6) - 1) * 6 + k}`)) }),
    );
    assert.ok(groupMarkdown(one(views)).split('\n').length < 350);
  });

  it('lets no hostile text become a link, an image, a heading, HTML or another cell', () => {
    const evil = up('web', { name: hostile, group: hostile, alertChannel: hostile, diagnostics: [hostile], dependsOn: [hostile] });
    const bad = issue({ service: id('web'), key: `${id('web')}/app_crash`, evidence: [evidence(hostile)] });
    const text = groupMarkdown(one([evil], { issues: [bad], incidents: [incidentOf(bad)] }));
    assert.doesNotMatch(text, /(?<!\\)[[\]<]|\]\(|\$\(|\u202e/);
    const [head = '', , row = ''] = text.split('\n').filter(line => line.startsWith('|'));
    const cells = (line: string): number => line.split(/(?<!\\)\|/).length;
    assert.equal(cells(row), cells(head));
    assert.equal(text.split('\n').filter(line => line.startsWith('#')).length, 4);
  });
});

describe('The lines of a group', () => {
  it('hold members with state, health, ports, needs and channel, the order and the incident', () => {
    assert.deepEqual(groupLines(broken), [
      'shop on local: critical, 3 services (1 critical, 1 warning, 1 healthy)',
      '  incident critical since 11:59:00 UTC, root db (shop): api needs it, and it failed first',
      '    db (shop) exited with code 1 2 s after it started: "PANIC: no space" (critical, 97 % sure (high), confirmed)',
      '    symptom: api (shop) logs errors for 2 min',
      '  starts in this order: local/shop/db, local/shop/api, local/shop/web',
      '  local/shop/web: up 2 h; health healthy; needs local/shop/api; channel ops',
      '  local/shop/api: up 2 h; health warning; needs local/shop/db',
      '  local/shop/db: exited 1, 1 min ago; health critical; 1 death in 24 h; ports 15432:5432/tcp',
      '  api (shop): label dozor.alert.channel is "on call" and was ignored',
    ]);
  });
});
