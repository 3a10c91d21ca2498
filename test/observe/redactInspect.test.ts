import assert from 'node:assert/strict';
import { redactInspect } from '../../src/observe/redactInspect.ts';

const shown = (value: unknown): string => JSON.stringify(redactInspect(value));

describe('an inspect that is shown', () => {
  it('hides every value of the environment but the harmless ones', () => {
    const text = shown({ Config: { Env: ['DB=postgres-at-home', 'PATH=/bin', 'broken'] } });
    assert.doesNotMatch(text, /postgres-at-home/);
    assert.match(text, /PATH=\/bin/);
    assert.match(text, /DB=‹redacted/);
  });

  it('hides secrets in commands, labels and addresses', () => {
    const text = shown({
      Args: ['--password', 'hunter2secret', '--token=abcdef123456', 'postgres://u:p4ssw0rd@db/x'],
      Config: { Labels: { api_key: 'k3yk3yk3y', team: 'blue' } },
    });
    assert.doesNotMatch(text, /hunter2secret|abcdef123456|p4ssw0rd|k3yk3yk3y/);
    assert.match(text, /"team":"blue"/);
  });

  it('leaves everything else as it was', () => {
    const value = { Id: 'abc', State: { Running: true, ExitCode: 0, Pid: null }, Mounts: [{ Source: '/data' }] };
    assert.deepEqual(redactInspect(value), value);
  });

  it('neither sinks into a deep value nor takes a label for a prototype', () => {
    let deep: unknown = 'end';
    for (let i = 0; i < 5000; i++) deep = [deep];
    assert.ok(shown(deep).length < 200);
    const label: unknown = JSON.parse('{"__proto__":"x"}');
    assert.deepEqual(Object.keys(redactInspect(label) as object), ['__proto__']);
  });
});
