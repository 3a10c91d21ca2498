import assert from 'node:assert/strict';
import type { Issue } from '../../src/model/issue.ts';
import { shortClock } from '../../src/ui/shortClock.ts';
import { rowTooltip, serviceTooltip } from '../../src/ui/tooltip.ts';
import { changedRows, drawnRows } from '../../src/ui/treeChanges.ts';
import { type Rows, treeRows } from '../../src/ui/treeRows.ts';
import { clear, dead, facts, incidentOf, issue, now, service, someServer, view } from '../act/some.ts';
import { beliefs, lease } from './scene.ts';

const web = view();
const api = dead(7, 60_000, {}, { id: 'local/shop/api', name: 'api' });
const plain = view({ service: service({ id: 'local/plain', name: 'plain', group: undefined as never, project: undefined as never }) });
const row = (rows: Rows, id: string) => {
  const found = rows.byId.get(id);
  assert.ok(found, `no row ${id} among ${[...rows.byId.keys()].join(', ')}`);
  return found;
};

describe('the rows of the tree', () => {
  it('stand as server, group, service, and services of no group hang on the server', () => {
    const rows = treeRows(beliefs([web, api, plain]), now, '');
    assert.deepEqual(rows.roots, ['server:local']);
    assert.deepEqual(row(rows, 'server:local').children, ['group:local/shop', 'service:local/plain']);
    assert.deepEqual(row(rows, 'group:local/shop').children, ['service:local/shop/web', 'service:local/shop/api']);
  });

  it('say on one line how it is, and count what is up and what is wrong in the group', () => {
    const rows = treeRows(beliefs([web, api], { issues: [issue({ service: 'local/shop/api' })] }), now, '');
    assert.equal(row(rows, 'service:local/shop/api').description, 'exited 7, 1 min ago');
    assert.equal(row(rows, 'group:local/shop').description, '1 of 2 up, 1 issue');
    assert.match(row(rows, 'service:local/shop/api').says, /^api \(shop\), crashed, exited 7.*1 issue, server local$/);
  });

  it('of groups look and sound like their worst member', () => {
    const rows = treeRows(beliefs([web, api], { issues: [issue({ service: 'local/shop/api' })] }), now, '');
    const { look, says } = row(rows, 'group:local/shop');
    assert.deepEqual(look, { icon: 'layers', color: 'problemsErrorIcon.foreground', word: 'critical' });
    assert.equal(says, 'group shop, critical, 1 of 2 up, 1 issue, 1 critical, 1 healthy, server local');
  });

  it('show symptoms as what they are, and count their root alone', () => {
    const db = dead(1, 60_000, {}, { id: 'local/shop/db', name: 'db' });
    const root = issue({ key: 'local/shop/db/app_crash', service: 'local/shop/db' });
    const symptom = issue({ service: 'local/shop/web', category: 'app_error', severity: 'warning' });
    const present = beliefs([web, db], { issues: [root, symptom], incidents: [incidentOf(root, symptom)] });
    const rows = treeRows(present, now, '');
    const since = shortClock(root.firstSeen);
    assert.equal(row(rows, 'group:local/shop').description, `1 of 2 up, 1 issue · db down since ${since}`);
    assert.match(row(rows, 'group:local/shop').says, /^group shop, critical, 1 of 2 up, 1 issue · db down since/);
    assert.equal(row(rows, 'service:local/shop/web').look.word, 'troubled');
    assert.match(serviceTooltip(present, 'local/shop/web', now) ?? '', /\n\nwarning, symptom of db \\\(shop\\\)\\: web/);
    assert.doesNotMatch(serviceTooltip(present, 'local/shop/db', now) ?? '', /symptom/);
  });

  it('say of an issue whether somebody has acknowledged it, for people and for the menus', () => {
    const row = (state: 'open' | 'acknowledged'): [string, string, string] => {
      const present = beliefs([web], { issues: [issue()], incidents: [{ ...incidentOf(issue()), state }] });
      const { flags, description } = treeRows(present, now, '').byId.get('service:local/shop/web') ?? { flags: '', description: '' };
      return [flags, description, serviceTooltip(present, 'local/shop/web', now)?.split('\n\n')[1] ?? ''];
    };
    const [open, seen] = [row('open'), row('acknowledged')];
    assert.match(open[0], /;incident$/);
    assert.doesNotMatch(open.join(), /acknowledged/);
    assert.match(seen[0], /;acknowledged$/);
    assert.match(seen[1], /, acknowledged$/);
    assert.match(seen[2], /^critical, acknowledged\\:/);
  });

  it('tell on hover how each member of a group is, and where its trouble began', () => {
    const db = dead(1, 60_000, {}, { id: 'local/shop/db', name: 'db' });
    const root = issue({ key: 'local/shop/db/app_crash', service: 'local/shop/db' });
    const present = beliefs([web, db], { issues: [root], incidents: [incidentOf(root)] });
    const text = rowTooltip(present, { id: 'group:local/shop' }, now) ?? '';
    assert.match(
      text,
      /^\*\*shop\*\*: critical, 1 critical, 1 healthy\n\ndb down since [\d\\:]+ UTC\n\n- web\\: up 2 h\n- db\\: exited 1, 1 min ago$/,
    );
    assert.equal(rowTooltip(present, { id: 'group:local/gone' }, now), undefined);
  });

  it('hold at most twenty members of a group on hover, and no hostile text as markup', () => {
    const evil = (n: number) => view({ service: service({ id: `local/shop/${n}`, name: '[x](command:y)\n# big', group: '$(flame)|' }) });
    const text = rowTooltip(beliefs(Array.from({ length: 25 }, (_, n) => evil(n))), { id: 'group:local/%24(flame)%7C' }, now) ?? '';
    assert.equal(text.split('\n- ').length, 22);
    assert.match(text, /\n- and 5 more$/);
    assert.doesNotMatch(text, /(?<!\\)\[|\]\(|\$\(|\n#/);
  });

  it('tell on hover where a service wants alerts to go and which lines are errors to it', () => {
    const asked = view({ service: service({ alertChannel: 'ops', logPattern: '^E\\d+' }) });
    const text = rowTooltip(beliefs([asked]), { id: 'x', service: 'local/shop/web' }, now) ?? '';
    assert.match(text, /Log pattern: \^E\\\\d\\\+ {2}\nAlert channel: ops/);
  });

  it('carry flags for the menus: kind, state, health, published, excluded', () => {
    const ports = [{ container: 80, protocol: 'tcp' as const, host: 8080 }];
    const sick = view({ service: service({ ports }), facts: facts({ health: 'unhealthy' }) });
    const rows = treeRows(beliefs([sick], { attention: { leases: [lease(sick.service.id, now + 60_000)] } }), now, '');
    assert.equal(row(rows, 'service:local/shop/web').flags, 'service;container;running;unhealthy;published;excluded');
  });

  it('count down an exclusion, and show a critical issue through it', () => {
    const leases = [lease(web.service.id, now + 5_340_000)];
    const rows = treeRows(beliefs([web], { attention: { leases }, issues: [issue()] }), now, '');
    const { description, look } = row(rows, 'service:local/shop/web');
    assert.equal(description, 'excluded, 1 h 29 min left: up 2 h');
    assert.deepEqual([look.icon, look.word], ['eye-closed', 'excluded, critical']);
    assert.equal(row(rows, 'group:local/shop').description, '1 of 1 up');
  });

  it('lock what the label dozor.enable=false forbids', () => {
    const rows = treeRows(beliefs([view({ service: service({ enabled: false }) })]), now, '');
    assert.match(row(rows, 'service:local/shop/web').flags, /;locked$/);
  });

  it('let no hostile name bring icons, line ends or direction marks', () => {
    const evil = view({ service: service({ name: '$(error)\n\u202Egnp.exe', group: '$(flame)' }) });
    const rows = treeRows(beliefs([evil]), now, '');
    const label = row(rows, 'service:local/shop/web').label;
    assert.equal(label, '$ (error) gnp.exe');
    assert.equal(row(rows, 'group:local/%24(flame)').label, '$ (flame)');
  });

  it('say unknown, and offer nothing by state, while the server is out of sight', () => {
    const lost = { ...clear, sight: 'lost' as const, loss: { code: 'down' as const, text: 'The engine does not run.', next: 'Start it.' } };
    const present = beliefs([web]);
    const rows = treeRows({ ...present, world: { ...present.world, servers: new Map([['local', lost]]) } }, now, '');
    assert.equal(row(rows, 'service:local/shop/web').look.word, 'unknown');
    assert.match(row(rows, 'service:local/shop/web').flags, /^service;container;unknown/);
    assert.equal(row(rows, 'server:local').description, 'The engine does not run.');
  });

  it('are filtered by words that all have to occur, whatever the case, and count what is hidden', () => {
    const rows = treeRows(beliefs([web, api, plain]), now, 'SHOP exited');
    assert.deepEqual(
      [...rows.byId.values()].filter(each => each.kind === 'service').map(each => each.label),
      ['api'],
    );
    assert.equal(rows.hidden, 2);
    assert.deepEqual(treeRows(beliefs([web]), now, 'nothing of this').roots, []);
  });

  it('keep a service of one name apart in two projects', () => {
    const other = view({ service: service({ id: 'local/other/web', project: 'other', group: 'other' }) });
    const rows = treeRows(beliefs([web, other]), now, '');
    assert.deepEqual(row(rows, 'server:local').children, ['group:local/shop', 'group:local/other']);
  });

  it('put units of no group together', () => {
    const unit = view({
      service: service({ id: 'local/unit:a.service', kind: 'unit', group: undefined as never, project: undefined as never }),
    });
    const rows = treeRows(beliefs([unit]), now, '');
    assert.equal(row(rows, 'group:local/systemd%20units').label, 'systemd units');
  });
});

describe('what changed between two trees', () => {
  const from = (issues: readonly Issue[], ...views: (typeof web)[]) => treeRows(beliefs(views, { issues }), now, '');

  it('is nothing when nothing did', () => {
    assert.deepEqual(changedRows(from([], web, api), from([], web, api), true), { all: false, rows: [], parents: [] });
  });

  it('is the row, and then its parents whose counts tell it', () => {
    const died = dead(1, 1000, {}, { id: 'local/shop/web', name: 'web' });
    const [before, after] = [from([], web, plain), from([], died, plain)];
    const { all, rows, parents } = changedRows(before, after, false);
    assert.deepEqual([all, rows, [...parents].sort()], [false, ['service:local/shop/web'], ['group:local/shop', 'server:local']]);
    const drawn = drawnRows(before, after, rows);
    assert.deepEqual(changedRows(drawn, after, false), { all: false, rows: [], parents });
  });

  it('is all when a server came or went', () => {
    const none = { ...beliefs([]), world: { servers: new Map(), services: new Map() } };
    assert.equal(changedRows(treeRows(none, now, ''), from([], web), false).all, true);
  });

  it('is the parent when a child came', () => {
    assert.deepEqual(changedRows(from([], web), from([], web, api), false).rows, ['group:local/shop']);
  });
});

describe('several servers', () => {
  it('each have their row, also those that show nothing', () => {
    const far = { ...clear, server: { ...someServer, id: 'far', label: 'far' }, sight: 'waiting' as const };
    const present = beliefs([web]);
    const rows = treeRows({ ...present, world: { ...present.world, servers: new Map([...present.world.servers, ['far', far]]) } }, now, '');
    assert.deepEqual(rows.roots, ['server:local', 'server:far']);
    assert.equal(row(rows, 'server:far').description, 'connecting…');
  });
});
