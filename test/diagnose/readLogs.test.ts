import assert from 'node:assert/strict';
import { digest } from '../../src/diagnose/readLogs.ts';
import type { LogLine } from '../../src/model/logs.ts';

const log = (...texts: string[]): LogLine[] => texts.map((text, i) => ({ at: 1000 + i, stamp: '', stream: 'out', text }));
const errors = (...texts: string[]): string[] => digest(log(...texts)).errors.map(line => line.text);

describe('A digest of log lines', () => {
  it('is empty for no lines', () => assert.deepEqual(digest([]), { lines: 0, errors: [], errorCount: 0, last: [], from: 0, to: 0 }));

  it('keeps the error lines with their time, without colours', () => {
    const { errors: found, errorCount, from, to } = digest(log('INFO up', '\u001b[31mERROR\u001b[0m cannot open queue', 'INFO on'));
    assert.deepEqual(found, [{ at: 1001, level: 'error', text: 'ERROR cannot open queue' }]);
    assert.deepEqual([errorCount, from, to], [1, 1000, 1002]);
  });

  it('counts a stack trace of Node once, by its first line', () => {
    assert.deepEqual(
      errors("Error: Cannot find module 'express'", '    at require (node:internal:1)', "  code: 'MODULE_NOT_FOUND'", 'INFO on'),
      ["Error: Cannot find module 'express'"],
    );
  });

  it('counts a Java trace with its causes once', () => {
    assert.deepEqual(
      errors(
        'ERROR c.e.App - failed',
        'java.lang.IllegalStateException: no bean',
        '\tat a.B.c(B.java:1)',
        'Caused by: java.io.IOException: x',
      ),
      ['ERROR c.e.App - failed', 'java.lang.IllegalStateException: no bean'],
    );
  });

  it('shows what went wrong in Python, which stands below the frames', () => {
    assert.deepEqual(
      errors('Traceback (most recent call last):', '  File "a.py", line 1, in <module>', '    main()', "KeyError: 'DATABASE_URL'"),
      ["KeyError: 'DATABASE_URL'"],
    );
  });

  it('does not swallow the next error', () => assert.deepEqual(errors('ERROR one', 'ERROR two'), ['ERROR one', 'ERROR two']));

  it('keeps the newest 40 errors and 12 lines, and counts all', () => {
    const told = digest(log(...Array.from({ length: 100 }, (_, i) => `ERROR ${i}`), 'end'));
    assert.deepEqual([told.errors.length, told.errorCount, told.last.length, told.lines], [40, 100, 12, 101]);
    assert.equal(told.errors.at(-1)?.text, 'ERROR 99');
    assert.equal(told.last.at(-1)?.text, 'end');
  });

  it('keeps at most 1,000 characters of a line', () => assert.equal(errors(`ERROR ${'x'.repeat(5000)}`)[0]?.length, 1000));
});
