import assert from 'node:assert/strict';
import { eventText } from '../../src/act/eventText.ts';

describe('eventText', () => {
  it('says what happened, with the number that matters', () => {
    assert.equal(eventText('web', 'die', { exit: 137 }), 'web died (exit 137)');
    assert.equal(eventText('web', 'die', { exit: 0 }), 'web died (exit 0)');
    assert.equal(eventText('web', 'die'), 'web died');
    assert.equal(eventText('web', 'kill', { signal: 9 }), 'web was sent signal 9');
    assert.equal(eventText('web', 'kill'), 'web was sent a signal');
    assert.equal(eventText('web', 'start', { exit: 1, signal: 9 }), 'web started');
    assert.equal(eventText('web', 'oom'), 'web ran out of memory');
  });

  it('keeps a hostile name on one line', () => {
    assert.equal(eventText('x\n[CRITICAL] db\u202e', 'die'), 'x [CRITICAL] db died');
    assert.ok(eventText('x'.repeat(500), 'die').length < 100);
  });
});
