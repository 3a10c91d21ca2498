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

  it('shows which known pattern a line is, and what it names', () => {
    const [error] = digest(log('INFO up', "KeyError: 'DATABASE_URL'")).errors;
    assert.deepEqual(error?.known, { row: 'settings/key', setting: 'DATABASE_URL' });
    assert.equal(digest(log('INFO served')).last[0]?.known, undefined);
  });

  it('takes a known line without a level for an error where its row says so, and never one that claims info', () => {
    assert.deepEqual(errors('exec /app/server: exec format error', 'Killed', 'dial tcp db:5432: connect: connection refused').length, 3);
    assert.deepEqual(errors('write tcp 10.0.0.2:80: write: broken pipe', 'INFO connection refused', 'WARN no space left on device'), []);
    assert.equal(errors('{"level":30,"msg":"request","status":502}').length, 1);
  });

  it('knows a trace by the cause behind its cause, and keeps its first line', () => {
    const [error] = digest(
      log(
        'Exception in thread "main" java.lang.IllegalStateException: no bean',
        '\tat a.B.c(B.java:1)',
        'Caused by: java.net.UnknownHostException: db: Name or service not known',
      ),
    ).errors;
    assert.deepEqual(error?.known, { row: 'dns/name', name: 'db' });
    assert.match(error?.text ?? '', /IllegalStateException/);
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
