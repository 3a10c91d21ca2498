import assert from 'node:assert/strict';
import { devModeMarkdown, devModeWish, logsMarkdown, statusMarkdown } from '../../src/ui/chatWords.ts';
import { reportOf } from '../../src/ui/report.ts';
import { serviceTooltip } from '../../src/ui/tooltip.ts';
import { dead, issue, now, report, service, view } from '../act/some.ts';
import { beliefs, lease, logLine } from './scene.ts';

const api = dead(7, 60_000, {}, { id: 'local/shop/api', name: 'api' });

describe('the answer to /status', () => {
  it('has one line per service, the servers, and the count of issues', () => {
    const text = statusMarkdown(beliefs([view(), api], { issues: [issue()] }), now);
    assert.match(text, /2 services, 1 open issue/);
    assert.match(text, /\*\*local\*\*: watched/);
    assert.match(text, /- \*\*api \\\(shop\\\)\*\*: exited 7, 1 min ago/);
  });

  it('lets no name become a link', () => {
    const evil = view({ service: service({ name: '[x](command:evil)' }) });
    assert.doesNotMatch(statusMarkdown(beliefs([evil]), now), /\]\(/);
  });

  it('begins with dev mode while it is on', () => {
    assert.match(
      statusMarkdown(beliefs([view()], { attention: { leases: [lease('all', now + 3_600_000)] } }), now),
      /^\*\*DEV MODE\*\*, 1 h left/,
    );
  });
});

describe('the answer to /logs', () => {
  it('is fenced so that no line can end the fence, without colours', () => {
    const text = logsMarkdown(service(), [logLine('```'), logLine('\u001b[31mred\u001b[0m')]);
    assert.match(text, /````text\n```\nred\n````/);
  });

  it('says when there is nothing', () => {
    assert.match(logsMarkdown(service(), []), /has written nothing that can be read/);
  });
});

describe('the words behind /devmode', () => {
  it('are read', () => {
    assert.deepEqual(['', 'status', 'off', 'on', 'on 2h', '2h', 'on until 18:30', 'dance'].map(devModeWish), [
      { kind: 'show' },
      { kind: 'show' },
      { kind: 'off' },
      { kind: 'on', when: '' },
      { kind: 'on', when: '2h' },
      { kind: 'on', when: '2h' },
      { kind: 'on', when: 'until 18:30' },
      { kind: 'unclear' },
    ]);
  });

  it('get the state and the exclusions back', () => {
    const out = beliefs([view()], { attention: { leases: [lease('local/shop/web', now + 600_000)] } });
    assert.match(devModeMarkdown(out, now), /Dev mode is \*\*off\*\*[\s\S]*web \\\(shop\\\)\*\* is excluded, 10 min left/);
  });
});

describe('the hover of a service', () => {
  it('tells status, issues and facts, all escaped', () => {
    const text =
      serviceTooltip(
        beliefs([view({ service: service({ image: '![x](http://e)', ports: [{ container: 80, protocol: 'tcp', host: 8080 }] }) })], {
          issues: [issue()],
        }),
        'local/shop/web',
        now,
      ) ?? '';
    assert.match(text, /^\*\*web\*\*: up 2 h/);
    assert.match(text, /critical/);
    assert.match(text, /8080 → 80\\\/tcp/);
    assert.doesNotMatch(text, /!\[|\]\(/);
  });

  it('is absent for a service that is gone', () => {
    assert.equal(serviceTooltip(beliefs([]), 'local/x', now), undefined);
  });
});

describe('the report of one service', () => {
  it('holds its own part only', () => {
    const whole = report({ issues: [issue(), issue({ key: 'k', service: 'local/shop/api' })], healthy: ['local/shop/db'] });
    const part = reportOf(whole, 'local/shop/api');
    assert.deepEqual([part.issues.map(each => each.key), part.healthy], [['k'], []]);
  });
});
