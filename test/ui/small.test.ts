import assert from 'node:assert/strict';
import { z } from 'zod';
import type { Port } from '../../src/model/service.ts';
import type { Tool } from '../../src/tools/tool.ts';
import { parseWhen } from '../../src/ui/duration.ts';
import { publishedPages } from '../../src/ui/published.ts';
import { rawSettings } from '../../src/ui/settingValues.ts';
import { shellArgs } from '../../src/ui/shellArgs.ts';
import { readInput } from '../../src/ui/toolInput.ts';
import { service } from '../act/some.ts';

describe('a time in words', () => {
  const now = new Date(2026, 0, 2, 12, 0).getTime();
  const minutes = (text: string) => {
    const when = parseWhen(text, now);
    return when.ok ? (when.until - now) / 60_000 : when.because;
  };

  it('is a length or a time of day', () => {
    assert.deepEqual(
      ['30m', '2h', '1h30m', '1h 30m', '1.5h', '90 min', 'for 2 hours', '18:30', 'until 18.30'].map(minutes),
      [30, 120, 90, 90, 90, 90, 120, 390, 390],
    );
  });

  it('that has passed today is tomorrow', () => {
    assert.equal(minutes('11:00'), 23 * 60);
  });

  it('always has an end, at most a day away', () => {
    assert.match(String(minutes('25h')), /At most 24 hours/);
    for (const text of ['', 'forever', '0m', '-1h', '25:00', '5', '1e9h']) assert.match(String(minutes(text)), /Type a length/, text);
  });
});

describe('published ports', () => {
  const local = { kind: 'socket', path: '/x' } as const;
  const port = (over: Partial<Port>): Port => ({ container: 80, protocol: 'tcp', host: 8080, ...over });
  const urls = (...ports: Port[]) => publishedPages(ports, local).map(page => page.url);

  it('become pages of this machine, one per port, lowest first', () => {
    assert.deepEqual(urls(port({ address: '0.0.0.0' }), port({ address: '::' }), port({ host: 443, container: 443 })), [
      'https://localhost:443/',
      'http://localhost:8080/',
    ]);
  });

  it('keep an address of their own and name the machine of a remote engine', () => {
    assert.deepEqual(urls(port({ address: '127.0.0.1' }), port({ host: 81, address: 'fe80::1' })), [
      'http://[fe80::1]:81/',
      'http://127.0.0.1:8080/',
    ]);
    assert.equal(publishedPages([port({})], { kind: 'tcp', host: 'far', port: 2376 })[0]?.url, 'http://far:8080/');
  });

  it('leave out what no browser can open', () => {
    const { host: _, ...exposed } = port({});
    assert.deepEqual(urls(exposed, port({ protocol: 'udp' }), port({ address: 'a b' })), []);
  });
});

describe('a shell in a container', () => {
  const socket = { kind: 'socket', path: '/run/docker.sock' } as const;
  const id = 'a'.repeat(64);

  it('is an argument list with the full id', () => {
    assert.deepEqual(shellArgs(service({ instance: id }), socket), ['-H', 'unix:///run/docker.sock', 'exec', '-it', id, 'sh']);
  });

  it('takes the certificates of its server along', () => {
    const args = shellArgs(service({ instance: id }), {
      kind: 'tcp',
      host: 'far',
      port: 2376,
      tls: { ca: '/ca.pem', cert: '/c.pem', key: '/k.pem' },
    });
    assert.deepEqual(args?.slice(0, 9), [
      '-H',
      'tcp://far:2376',
      '--tlsverify',
      '--tlscacert',
      '/ca.pem',
      '--tlscert',
      '/c.pem',
      '--tlskey',
      '/k.pem',
    ]);
  });

  it('is not made from anything but an id of ours', () => {
    for (const instance of ['web', '-it', `${id} `, `${'A'.repeat(64)}`, ''])
      assert.equal(shellArgs(service({ instance }), socket), undefined, instance);
    assert.equal(shellArgs(service({ kind: 'unit' }), socket), undefined);
    assert.equal(shellArgs(service(), { kind: 'unreachable', why: '' }), undefined);
  });
});

describe('settings', () => {
  const of = (values: Record<string, object>, env = {}, trusted = true) => rawSettings(key => values[key], env, trusted);

  it('come from the workspace when it is trusted, else from the user', () => {
    const values = { scope: { globalValue: 'all', workspaceValue: 'workspace' } };
    assert.equal(of(values).values['scope'], 'workspace');
    assert.equal(of(values, {}, false).values['scope'], 'all');
  });

  it('that say which machines are reached are the user’s alone', () => {
    const { values, ignored } = of({ servers: { workspaceValue: [{ name: 'evil', host: 'tcp://evil:2375' }], globalValue: [] } });
    assert.deepEqual(values['servers'], []);
    assert.match(ignored[0] ?? '', /dozor\.servers: the value of the workspace is ignored/);
  });

  it('fall back to the environment only where nobody has set them', () => {
    const env = { DOZOR_SERVICES: ' api, web ,', DOZOR_USER_SERVICES: '' };
    assert.deepEqual(of({}, env).values, { services: ['api', 'web'] });
    assert.deepEqual(of({ services: { globalValue: ['db'] } }, env).values, { services: ['db'] });
  });
});

describe('the input of a tool', () => {
  const tool = { name: 'dozor_x', input: z.strictObject({ service: z.string(), lines: z.number().default(5) }) } as Partial<Tool> as Tool;

  it('is read again, with its defaults', () => {
    assert.deepEqual(readInput(tool, { service: 'a' }), { service: 'a', lines: 5 });
  });

  it('that is wrong is refused with what to do', () => {
    assert.throws(() => readInput(tool, undefined), /dozor_x cannot read its input: service: .*Correct it and call the tool again\./);
  });
});
