import assert from 'node:assert/strict';
import { assess } from '../../src/diagnose/assess.ts';
import { channelOf } from '../../src/diagnose/channel.ts';
import { aService, event, inspected, inventory, noon, someFacts, viewOf } from '../fakes/make.ts';

describe('The channel of a service', () => {
  it('is nothing where its label is absent', () => {
    assert.deepEqual(channelOf({}), {});
    assert.deepEqual(channelOf({}, new Set(['ops'])), {});
  });

  it('is taken as it is where it is there, and told where it is not', () => {
    assert.deepEqual(channelOf({ alertChannel: 'vscode' }), { name: 'vscode' });
    assert.deepEqual(channelOf({ alertChannel: 'ops' }, new Set(['ops'])), { name: 'ops' });
    assert.deepEqual(channelOf({ alertChannel: 'ops' }), {
      name: 'ops',
      note: 'label dozor.alert.channel names "ops": no channel of that name is set up; its alerts stay in VS Code',
    });
    assert.match(channelOf({ alertChannel: 'vscode' }, new Set(['ops'])).note ?? '', /^label dozor\.alert\.channel names "vscode"/);
  });

  it('stands on the service as a note, once, however often its list comes', () => {
    const [web, api] = [aService('web', { alertChannel: 'ops' }), aService('api', { alertChannel: 'vscode' })];
    const view = viewOf('web', inventory(noon, web), inventory(noon + 1, web));
    assert.deepEqual(view.service.diagnostics, [channelOf(web).note]);
    assert.deepEqual(viewOf('api', inventory(noon, api)).service.diagnostics, []);
  });

  it('is carried on every issue of the service, and on no other', () => {
    const issues = (over: object) =>
      assess(
        viewOf(
          'web',
          inventory(noon - 1, aService('web', over)),
          event(noon, 'web', 'die', { exit: 1 }),
          inspected(noon + 1, 'local/shop/web', someFacts('web', { state: 'exited', exitCode: 1, finishedAt: noon })),
        ),
        undefined,
        noon + 1000,
      );
    const [tagged, plain] = [issues({ alertChannel: 'ops' }), issues({})];
    assert.ok(tagged.length > 0);
    assert.deepEqual(
      tagged.map(issue => issue.channel),
      tagged.map(() => 'ops'),
    );
    assert.equal(plain.length, tagged.length);
    assert.ok(plain.every(issue => !('channel' in issue)));
  });
});
