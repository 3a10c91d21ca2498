import assert from 'node:assert/strict';
import { redact, redactEnv } from '../../src/base/redact.ts';
import { assertLinear } from '../fakes/linear.ts';
import { fc } from '../fakes/seeded.ts';

// Parts are joined here, so that no scanner takes this file for a leak.
const join = (...parts: string[]): string => parts.join('');
const planted: Readonly<Record<string, string>> = {
  'a JSON web token': join('eyJ', 'hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U'),
  'an AWS key id': join('AKIA', 'IOSFODNN7EXAMPLE'),
  'a temporary AWS key id': join('ASIA', 'IOSFODNN7EXAMPLE'),
  'a GitHub token': join('ghp', '_16C7e42F292c6912E7710c838347Ae178B4a'),
  'a fine-grained GitHub token': join('github', '_pat_11ABCDEFG0_abcdefghijklmnopqrstuvwxyz012345'),
  'a GitLab token': join('glpat', '-abcDEF1234567890_xyz'),
  'an npm token': join('npm', '_abcdefghijklmnopqrstuvwxyz0123456789'),
  'a model key': join('sk-', 'proj-abcdefghijklmnop1234567890'),
  'a payment key': join('sk_', 'live_abcdefghijklmnop1234567890'),
  'a Slack token': join('xoxb', '-123456789012-abcdefghijkl'),
  'a Slack app token': join('xapp', '-1-A012345-678901-abcdef'),
  'a Google key': join('AIza', 'SyA1234567890abcdefghijklmnopqrstuvw'),
  'a bot token': join('123456789', ':AAabcdefghijklmnopqrstuvwxyz0123456'),
};
const places: Readonly<Record<string, (secret: string) => string>> = {
  prose: secret => `the server said ${secret}, and went on`,
  'the end of a sentence': secret => `it used ${secret}`,
  JSON: secret => JSON.stringify({ level: 'info', value: secret, more: 1 }),
  'JSON within JSON': secret => JSON.stringify({ message: JSON.stringify({ value: secret }) }),
  'a URL path': secret => `GET https://host.example/a/${secret}/b?x=1`,
  'a URL query': secret => `GET https://host.example/a?x=1&v=${secret}&y=2`,
  'an environment': secret => `SOME_VALUE=${secret}`,
  logfmt: secret => `level=info value=${secret} took=3ms`,
  'a name before it': secret => `value_${secret}`,
};

describe('redact', () => {
  for (const [what, secret] of Object.entries(planted)) {
    it(`hides ${what} wherever it stands`, () => {
      for (const [place, around] of Object.entries(places)) {
        const out = redact(around(secret));
        assert.ok(!out.includes(secret.slice(-12)), `${place}: ${out}`);
        assert.match(out, /‹redacted:\d+:[0-9a-f]{4}›/, place);
      }
    });
  }

  const value = 'hunter2!Xy';
  const named: readonly string[] = [
    `password=${value}`,
    `passwd: ${value}`,
    `DB_PASS=${value}`,
    `passphrase = ${value}`,
    `pwd=${value};Server=db`,
    `client_secret=${value}&grant=x`,
    `SECRET_KEY=${value}`,
    `SECRET_KEY_BASE=${value}`,
    `AWS_SECRET_ACCESS_KEY=${value}`,
    `AccountKey=${value};EndpointSuffix=x`,
    `private_key: ${value}`,
    `auth_token="${value}"`,
    `token='${value}'`,
    `x-api-key: ${value}`,
    `credentials=${value}`,
    `{"password":"${value}","a":1}`,
    `{"password" : "${value}"}`,
    `{\\"password\\":\\"${value}\\",\\"a\\":1}`,
    `{:password=>"${value}"}`,
    `https://h.example/cb?token=${value}&state=1`,
    `https://h.example/blob?sv=1&sig=${value}&x=2`,
    `https://h.example/o?X-Amz-Signature=${value}`,
    `postgres://app:${value}@db:5432/shop`,
    `redis://:${value}@cache:6379`,
    `smtp://bob@example.com:${value}@mail:25`,
    `run --db-password ${value} --verbose`,
    `Authorization: Bearer ${value}`,
    `authorization: Basic ${value}`,
    `"Authorization": "token ${value}"`,
    `Proxy-Authorization: ${value}`,
    `Authorization: Digest username="bob", response="${value}"`,
    `sent bearer ${value.replace('!', '-')} to it`.replace('hunter2-Xy', value.replace('!', '-')),
    `Cookie: theme=dark; session=${value}; lang=en`,
    `Set-Cookie: sid=${value}; Path=/`,
    `"cookie":"sid=${value}; a=b"`,
  ];
  for (const text of named) {
    it(`hides the value of ${text.replaceAll(value, '…')}`, () => {
      const out = redact(text);
      assert.ok(!/hunter2|!Xy|-Xy/.test(out), out);
      assert.match(out, /‹redacted:/);
    });
  }

  it('hides a whole quoted value, spaces and escaped quotes too', () => {
    for (const phrase of ['correct horse battery staple', "it's a secret", 'a\\"b c']) {
      const out = redact(`{"password":"${phrase}","next":"seen"}`);
      assert.match(out, /^\{"password":"‹redacted:\d+:[0-9a-f]{4}›","next":"seen"\}$/);
    }
    assert.equal(redact('password="never closed, so the line is hidden').includes('closed'), false);
  });

  it('hides long secrets to their end', () => {
    for (const make of [
      (s: string) => `password=${s}`,
      (s: string) => `token="${s}"`,
      (s: string) => `ghp_${s}`,
      (s: string) => `a://u:${s}@h`,
    ])
      for (const size of [500, 513, 5000, 20_000]) assert.ok(!redact(make('q7'.repeat(size))).includes('q7'), `${make('…')} × ${size}`);
  });

  it('hides a password that holds a token in its middle', () => {
    const out = redact(`password=front-${planted['a GitHub token']}-back`);
    assert.match(out, /^password=‹redacted:\d+:[0-9a-f]{4}›$/);
  });

  it('hides a private key, with headers, unfinished, and line by line', () => {
    const line = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj';
    const head = join('-----BEGIN ', 'RSA PRIVATE KEY-----');
    const foot = join('-----END ', 'RSA PRIVATE KEY-----');
    assert.equal(redact(`a ${head}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,AB\n\n${line}\n${foot} b`).replace(/‹.*›/, 'X'), 'a X b');
    assert.ok(!redact(`${head}\\n${line}`).includes('MIIE'));
    assert.ok(!redact(line).includes('MIIE'));
  });

  const plain: readonly string[] = [
    'token expired',
    'password: required',
    'secret: missing',
    'token=null',
    '"password": "invalid"',
    'Unexpected token } in JSON at position 4',
    'SyntaxError: Unexpected token: expected',
    'the secretary said: hello there',
    'max_tokens=4096 tokens: 12',
    'bearer of bad news',
    'Bearer authentication failed',
    'http://example.com:8080/path?email=a@b.example',
    'task_scheduler_finished_its_work_in_time',
    'disk-usage-of-the-host-is-high',
    '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
    'sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
    'cookies are off',
    'password:\n  user: bob',
    '',
  ];
  for (const text of plain) it(`leaves "${text.slice(0, 50).replace('\n', '⏎')}" as it is`, () => assert.equal(redact(text), text));

  it('gives the same secret the same placeholder, another secret another', () => {
    const [a, b, c] = ['password=hunter2', 'token: hunter2', 'password=hunter3'].map(text => redact(text).match(/‹.*›/)?.[0]);
    assert.equal(a, b);
    assert.notEqual(a, c);
  });

  const fragment = fc.oneof(
    fc.constantFrom(...Object.values(planted), ...named, ...plain),
    fc.constantFrom(
      '"',
      "'",
      '\\',
      '\\"',
      ':',
      '=',
      ' ',
      '\n',
      '@',
      '://',
      '‹redacted:3:abcd›',
      '‹',
      '›',
      'token',
      'cookie',
      'bearer ',
      '--',
      ';',
      '&',
    ),
    fc.string({ maxLength: 12 }),
  );
  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 8 }), parts => {
        const once = redact(parts.join(''));
        assert.equal(redact(once), once);
      }),
      { numRuns: 2000 },
    );
  });

  it('hides a planted value in any JSON, however often it is quoted', () => {
    const secret = fc
      .string({ minLength: 6, maxLength: 40 })
      .filter(text => /^[A-Za-z0-9 ]{6,}$/.test(text.trim()) && text.trim() === text);
    const value = fc.stringMatching(/^[A-Z0-9]{12,20}$/);
    fc.assert(
      fc.property(
        fc.oneof(value, secret),
        fc.constantFrom('password', 'apiKey', 'client_secret', 'X-Auth-Token'),
        fc.nat(2),
        (text, name, depth) => {
          let whole = JSON.stringify({ before: 1, [name]: text, after: [2] });
          for (let i = 0; i < depth; i++) whole = JSON.stringify({ message: whole });
          assert.ok(!redact(whole).includes(text), redact(whole));
        },
      ),
    );
  });

  const words = [
    'password',
    'password=',
    'password="',
    "token='",
    'token=\\"',
    'secret: ',
    'pwd="a',
    '"token": "',
    'authorization',
    'authorization: ',
    'cookie=',
    'cookie: a',
    'set-cookie: a=',
    'bearer ',
    'bearer',
    'eyJ',
    '-eyJ',
    'eyJ.',
    'AKIA',
    'ghp_',
    'github_pat_',
    'glpat-',
    'npm_',
    'sk-',
    '-sk-',
    'xoxb-',
    'AIza',
    '1:AA',
    '123456:AA',
    '://',
    '://a:',
    '://a',
    '://a:b@',
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN ',
    'PRIVATE KEY',
    '-',
    '--',
    '--token ',
    '--a-token',
    '?sig=',
    '&sig',
    'A',
    'a1B',
    '\\',
    '\\"',
    '"',
    "'",
    ' ',
    '\t',
    '=',
    ':',
    '@',
    '‹redacted:3:abcd›',
  ];
  for (const word of words) {
    it(`is linear in ${JSON.stringify(word)} without end, with and without a hint before it`, function () {
      this.timeout(10_000);
      for (const before of ['', 'password="', '://a:', 'token=\\"'])
        assertLinear(before + word, size => before + word.repeat(Math.ceil(size / word.length)), redact, 100_000);
    });
  }
});

describe('redactEnv', () => {
  it('hides every value but those of harmless keys', () => {
    assert.match(redactEnv('ANYTHING=plain words here'), /^ANYTHING=‹redacted:16:[0-9a-f]{4}›$/);
    assert.match(redactEnv('A=b=c'), /^A=‹redacted:3:[0-9a-f]{4}›$/);
    for (const open of ['PATH=/usr/bin:/bin', 'NODE_VERSION=24.1.0', 'LC_ALL=C', 'PORT=8080', 'EMPTY=', 'NO_VALUE'])
      assert.equal(redactEnv(open), open);
  });

  it('looks into harmless keys and entries without a value all the same', () => {
    assert.ok(!redactEnv(`HOST=postgres://u:hunter2@db`).includes('hunter2'));
    assert.ok(!redactEnv(planted['a GitHub token'] ?? '').includes('ghp_16'));
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (name, value) =>
        assert.equal(redactEnv(redactEnv(`${name}=${value}`)), redactEnv(`${name}=${value}`)),
      ),
    );
  });
});
