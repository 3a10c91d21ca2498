import assert from 'node:assert/strict';
import { localShell } from '../../src/connect/shell.ts';

const shell = localShell({ PATH: process.env['PATH'], CANARY: 'yes' });
const never = new AbortController().signal;
const limits = { ms: 5000, bytes: 1000 };

describe('the shell that is none', () => {
  it('hands arguments over as they are', async () => {
    const result = await shell.run(['printf', '%s|', '$(id)', 'a b;c', '-x'], limits, never);
    assert.deepEqual(result, { ok: true, code: 0, out: '$(id)|a b;c|-x|', err: '' });
  });

  it('gives the code and the words of a failure', async () => {
    const result = await shell.run(['cat', '--', '/nowhere/x'], limits, never);
    assert.ok(result.ok && result.code === 1 && /nowhere/.test(result.err));
  });

  it('passes on the environment that it was given and no other', async () => {
    const result = await shell.run(['env'], limits, never);
    assert.ok(result.ok);
    assert.deepEqual(
      result.out.split('\n').filter(line => /^(?:CANARY|HOME)=/.test(line)),
      ['CANARY=yes'],
    );
  });

  it('says that a program is missing', async () => {
    assert.deepEqual(await shell.run(['no-such-program-here'], limits, never), {
      ok: false,
      why: 'missing',
      because: 'no-such-program-here is not installed',
    });
  });

  it('stops one that writes too much, takes too long, or is no longer wanted', async () => {
    const much = await shell.run(['yes'], limits, never);
    assert.ok(!much.ok && much.why === 'too-large');
    const long = await shell.run(['sleep', '100'], { ms: 20, bytes: 10 }, never);
    assert.ok(!long.ok && long.why === 'timeout' && /longer than 0\.02 s/.test(long.because));
    const stop = new AbortController();
    const call = shell.run(['sleep', '100'], limits, stop.signal);
    stop.abort();
    const ended = await call;
    assert.ok(!ended.ok && ended.why === 'aborted');
  });
});
