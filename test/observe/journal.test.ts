import assert from 'node:assert/strict';
import { readJournal } from '../../src/observe/journal.ts';

const entry = (MESSAGE: string, more: Record<string, unknown> = {}): string =>
  JSON.stringify({ MESSAGE, __REALTIME_TIMESTAMP: '1767225600123456', __CURSOR: 's=1', PRIORITY: '6', ...more });

const journal = [
  entry('Started api.service.', { _COMM: 'systemd', USER_UNIT: 'api.service', MESSAGE_ID: '39f5' }),
  entry('cannot open queue', { _COMM: 'sh' }),
  entry('Failed to locate executable /x', { _COMM: '(x)', USER_UNIT: 'api.service', MESSAGE_ID: '6412', PRIORITY: '3' }),
  entry("api.service: Failed with result 'exit-code'.", { _COMM: 'systemd', USER_UNIT: 'api.service', MESSAGE_ID: 'd9b3' }),
  'no JSON',
  '',
].join('\n');

describe('the journal', () => {
  it('is all that stands in it, also what systemd says of the unit', () => {
    const lines = readJournal(journal, false);
    assert.equal(lines.length, 4);
    assert.deepEqual(lines[1], { at: 1_767_225_600_123, stamp: 's=1', stream: 'out', text: 'cannot open queue' });
  });

  it("holds the unit's own words, and why it could not be started", () => {
    assert.deepEqual(
      readJournal(journal, true).map(line => [line.text, line.stream]),
      [
        ['cannot open queue', 'out'],
        ['Failed to locate executable /x', 'err'],
      ],
    );
  });
});
