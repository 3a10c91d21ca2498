import assert from 'node:assert/strict';
import type { CheckResult, Found, Investigation } from '../../src/act/investigation.ts';
import { investigationText, quotePlaces } from '../../src/act/investigationText.ts';
import { linkOf, quoteLines } from '../../src/ui/evidenceLinks.ts';
import { LogView, lineAt, logText, noFilter } from '../../src/ui/logView.ts';
import { aService, inventory, noon, viewOf, worldOf } from '../fakes/make.ts';
import { logLine } from './scene.ts';

const check = (name: CheckResult['check'], interesting: boolean, ...findings: Found[]): CheckResult => ({
  ...{ check: name, status: 'ok', interesting, findings, ms: 1 },
});
const place = (at: number) => ({ service: 'local/shop/web', at });

describe('Links from an investigation to the log', () => {
  const seen = inventory(noon, aService('web'));
  const found: Investigation = {
    ...{ view: viewOf('web', seen), world: worldOf(seen), issues: [], incidents: [], now: noon },
    ...{ health: 'healthy', ruledOut: ['      | not a quote'], notSeen: [], cancelled: false },
    checks: [
      check('state', false, { text: 'health check', quotes: ['output of a check'] }),
      check('logs', true, { text: 'a', quotes: ['one\nin two lines', 'two'], places: [place(1), place(2)] }, { text: 'b' }),
    ],
  };
  const text = investigationText(found, 'plain');
  const lines = text.split('\n');

  it('stand on the lines of quotes, in the order in which they are told', () => {
    const places = quotePlaces(found);
    assert.deepEqual(places, [place(1), place(2), undefined]);
    const quotes = quoteLines(text);
    assert.equal(quotes.length, places.length);
    assert.deepEqual(
      quotes.map(({ line, from }) => lines[line]?.slice(from)),
      ['one in two lines', 'two', 'output of a check'],
    );
  });

  it('hold an id and a number, whatever the id looks like', () => {
    const link = linkOf({ service: 'local/a"],[x/%0A', at: 1767268800000 });
    assert.match(link, /^command:dozor\.openLogLine\?[\w%.~!*'()-]+$/);
    assert.deepEqual(JSON.parse(decodeURIComponent(link.slice(link.indexOf('?') + 1))), ['local/a"],[x/%0A', 1767268800000]);
  });

  it('lead to the line with that stamp, under the header; to none when it is not held', () => {
    const view = new LogView(2);
    for (const at of [10, 20, 30]) view.push(logLine(`at ${at}`, { at }));
    view.mark('restarted');
    view.setFilter(noFilter);
    const rows = view.visible();
    const shown = logText(view, { title: 'web', state: 'following' }, rows).split('\n');
    assert.match(shown[lineAt(rows, 30) ?? -1] ?? '', /at 30$/);
    assert.equal(lineAt(rows, 10), undefined);
  });
});
