import assert from 'node:assert/strict';
import { openIssues } from '../../src/ui/glance.ts';
import { statusText } from '../../src/ui/statusText.ts';
import { contextKeys, viewMessage, viewState } from '../../src/ui/viewState.ts';
import { clear, incidentOf, issue, now, service, view } from '../act/some.ts';
import { beliefs, lease } from './scene.ts';

const web = view();
const hours = 3_600_000;
const lost = (code: 'no-engine' | 'permission') => ({
  ...clear,
  sight: 'lost' as const,
  loss: { code, text: 'Not there.', next: 'Start it.' },
});
const blind = (code: 'no-engine' | 'permission') => ({
  ...beliefs([]),
  world: { servers: new Map([['local', lost(code)]]), services: new Map() },
});

describe('the status bar', () => {
  it('watches', () => {
    const status = statusText(beliefs([web]), now);
    assert.equal(status.text, '$(shield) Dozor');
    assert.equal(status.says, 'Dozor: no open issues, 1 service watched');
    assert.equal(status.again, undefined);
  });

  it('counts issues, and is alarmed by a critical one only', () => {
    const warned = statusText(beliefs([web], { issues: [issue({ severity: 'warning' })] }), now);
    assert.deepEqual([warned.text, warned.alarm], ['$(warning) 1', false]);
    assert.equal(statusText(beliefs([web], { issues: [issue()] }), now).alarm, true);
  });

  it('shows dev mode with the time left, counts it down, and keeps the issues in view', () => {
    const on = beliefs([web], { issues: [issue()], attention: { leases: [lease('all', now + 2 * hours + 600_000)] } });
    const status = statusText(on, now);
    assert.equal(status.text, '$(eye) dev 2h 10m $(warning) 1');
    assert.deepEqual([status.alarm, status.again], [false, 15_000]);
    assert.equal(statusText(on, now + 2 * hours + 599_000).again, 1000);
    assert.equal(statusText(on, now + 3 * hours).text, '$(warning) 1');
  });

  it('never looks calm while a server is out of sight', () => {
    const status = statusText(blind('no-engine'), now);
    assert.equal(status.text, '$(debug-disconnect) Dozor');
    assert.match(status.says, /1 server out of sight/);
  });
});

describe('open issues', () => {
  it('leave out what a person excluded, and come back when that ends', () => {
    const left = beliefs([web], { issues: [issue()], attention: { leases: [lease('local/shop/web', now + 1000)] } });
    assert.equal(openIssues(left, now).length, 0);
    assert.equal(openIssues(left, now + 2000).length, 1);
  });

  it('leave out what somebody has acknowledged, which is told beside them', () => {
    const seen = [{ ...incidentOf(issue()), state: 'acknowledged' as const }];
    const known = beliefs([web], { issues: [issue()], incidents: seen });
    assert.deepEqual(openIssues(known, now), []);
    assert.deepEqual(
      [statusText(known, now).text, statusText(known, now).says],
      ['$(shield) Dozor', 'Dozor: no open issues, 1 acknowledged, 1 service watched'],
    );
    const keys = contextKeys(known, now, '');
    assert.deepEqual([keys['hasIncidents'], keys['hasAcknowledged']], [false, true]);
    assert.equal(contextKeys(beliefs([web], { incidents: [incidentOf(issue())] }), now, '')['hasIncidents'], true);
  });

  it('leave out symptoms, which the root stands for', () => {
    const api = issue({ key: 'local/shop/api/app_error', service: 'local/shop/api', severity: 'warning', category: 'app_error' });
    const both = { issues: [issue(), api], incidents: [incidentOf(issue(), api)] };
    assert.deepEqual(openIssues(beliefs([web], both), now), [issue()]);
    assert.equal(statusText(beliefs([web], both), now).text, '$(warning) 1');
    assert.equal(statusText(beliefs([web], both), now).says, 'Dozor: 1 open issue, 1 symptom, 1 service watched');
    assert.equal(statusText(beliefs([web], { ...both, incidents: [] }), now).text, '$(warning) 2');
  });

  it('count those of a whole server, and not what is only information', () => {
    const { service: _, ...whole } = issue();
    assert.equal(openIssues(beliefs([web], { issues: [whole, issue({ severity: 'info' })] }), now).length, 1);
  });
});

describe('the state of the view', () => {
  it('is told by the trouble of the only server', () => {
    assert.equal(viewState(blind('permission')), 'permission');
    assert.equal(viewState(blind('no-engine')), 'no-engine');
  });

  it('tells no containers from none in scope', () => {
    assert.equal(viewState(beliefs([])), 'empty');
    assert.equal(viewState(beliefs([web], { shown: [] })), 'out-of-scope');
    assert.equal(viewState(beliefs([web])), 'ready');
  });

  it('is connecting before there is any server', () => {
    assert.equal(viewState({ ...beliefs([]), world: { servers: new Map(), services: new Map() } }), 'connecting');
  });

  it('gives the context keys', () => {
    const on = beliefs([web], { attention: { leases: [lease('all', now + 1000), lease('local/shop/web', now + 1000)] } });
    assert.deepEqual(contextKeys(on, now, 'x'), {
      state: 'ready',
      hasServices: true,
      devMode: true,
      hasAcknowledged: false,
      hasExclusions: true,
      hasIncidents: false,
      filtered: true,
      scope: 'all',
    });
  });
});

describe('the message over the tree', () => {
  const calm = { now, filter: '', hidden: 0, trusted: true, problems: [], quietSince: undefined };

  it('is silent when there is nothing to say', () => {
    assert.equal(viewMessage(beliefs([web]), calm), undefined);
  });

  it('leaves the place to the welcome text while there is nothing to show', () => {
    assert.equal(viewMessage(blind('no-engine'), { ...calm, trusted: false }), undefined);
  });

  it('says since when all is quiet, and not while something is wrong', () => {
    assert.match(viewMessage(beliefs([web]), { ...calm, quietSince: now }) ?? '', /^All quiet since \d/);
    const below = { issues: [issue()], incidents: [incidentOf(issue({ key: 'of an excluded service' }), issue())] };
    assert.equal(viewMessage(beliefs([web], below), { ...calm, quietSince: now }), undefined);
    assert.equal(viewMessage(beliefs([web], { issues: [issue()] }), { ...calm, quietSince: now }), undefined);
  });

  it('begins with dev mode and names what limits the view', () => {
    const on = beliefs([web], {
      scope: { by: 'workspace', detail: 'project shop', unmatched: ['ap'] },
      attention: { leases: [lease('all', now + hours)] },
    });
    const text = viewMessage(on, { ...calm, filter: 'we', hidden: 3, trusted: false, problems: ['dozor.scope: no'] }) ?? '';
    assert.match(
      text,
      /^DEV MODE until .* · Restricted Mode.* · Not valid, so not used: dozor\.scope · Filter “we” hides 3 · Showing project shop \(not found: ap\)$/,
    );
  });
});

describe('a service of another name', () => {
  it('is not hidden by the exclusion of its neighbour', () => {
    const other = view({ service: service({ id: 'local/shop/webhook', name: 'webhook' }) });
    const left = beliefs([web, other], {
      issues: [issue({ service: 'local/shop/webhook' })],
      attention: { leases: [lease('local/shop/web', now + 1000)] },
    });
    assert.equal(openIssues(left, now).length, 1);
  });
});
