import assert from 'node:assert/strict';
import { redact, redactByRules } from '../../src/base/redact.ts';
import { hasKeyLine, mayHoldSecret, plainEnd } from '../../src/base/secretHints.ts';
import { cleanText } from '../../src/connect/lines.ts';
import { fc } from '../fakes/seeded.ts';

/** What the rules look for, in pieces, so that they meet, nearly meet and miss each other. */
const pieces = [
  ...['passw', 'ord', 'd', 'passwd', 'passphrase', '-pass', '_pass', 'PWD', 'Secret', 'token', 'ToKeN', 'credential', 's'],
  ...['api', 'access', 'account', 'private', 'encryption', '-', '_', ' ', 'key', 'KEY', 'Key'],
  ...['authorization', 'Authorization', 'cookie', 'Set-Cookie', 'bearer', 'Bearer', 'basic ', '--', '?', '&', 'sig', 'signature'],
  ...['eyJ', 'AKIA', 'ASIA', 'ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_', 'glpat-', 'npm_', 'sk-', 'sk_', 'rk-', 'rk_', 'xoxb-'],
  ...['xapp-', 'AIza', '12345678:AA', 'https://', 'user:', '@host', '-----BEGIN ', 'PRIVATE KEY-----', '-----END '],
  ...['=', ': ', ':', '"', "'", '\\"', ' ', '\n', '\t', 'ſ', 'K', 'ı', '\u0130', 'é', '‹', '\u{1f600}'],
  ...['IOSFODNN7EXAMPLE', 'hunter2', 'aB3'.repeat(12), 'xY9+/'.repeat(13), 'q', 'abcdefghijklmnopqrstuvwxyz0123456789'],
];
const piece = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...pieces) }, { weight: 1, arbitrary: fc.string({ maxLength: 6 }) });
const hostile = fc.array(piece, { maxLength: 10 }).map(parts => parts.join(''));
const runs = { numRuns: 20_000 };

describe('the quick look for secrets', () => {
  it('passes over no text that a rule would change', () => {
    fc.assert(
      fc.property(hostile, text => {
        assert.equal(redact(text), redactByRules(text));
      }),
      runs,
    );
  });

  it('passes over no name of a secret, however it is written', () => {
    const keys = ['api', 'access', 'account', 'private', 'encryption'].flatMap(whose =>
      ['', '-', '_', ' '].map(gap => `${whose}${gap}key`),
    );
    const words = ['password', 'passwd', 'passphrase', 'db-pass', 'db_pass', 'pwd', 'secret', 'token', 'credential'];
    const named = [...keys, ...words].flatMap(name => [`${name}=hunter2!Xy`, `--${name} hunter2!Xy`, `"${name}": "hunter2!Xy"`]);
    const others = ['GET /a?sig=hunter2', 'GET /a?x=1&signature=hunter2', 'db://u:hunter2@h', 'Cookie: a=hunter2', 'bearer hunter2hunter2'];
    for (const text of [...named, ...others, 'Authorization: hunter2']) {
      for (const form of [text, text.toUpperCase(), text.toLowerCase()]) assert.notEqual(redact(form), form);
    }
  });

  it('passes over no secret that a case or a place makes hard to see', () => {
    for (const piece of pieces) {
      for (const text of [
        `${piece}="hunter2!Xy"`,
        `x${piece}: hunter2!Xy`,
        `--my-${piece} hunter2!Xy`,
        `${piece}aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3`,
      ]) {
        for (const form of [text, text.toUpperCase(), text.toLowerCase()]) assert.equal(redact(form), redactByRules(form), form);
      }
    }
  });

  it('spares the lines of usual logs the rules', () => {
    const usual = [
      'INFO request 17 to /api/items/9 served in 12 ms, cache=miss',
      '{"level":"info","msg":"checkout done","user":5,"items":3}',
      '10.0.0.3 - - "GET /img/7.png HTTP/1.1" 200 512',
      '2026-01-02 03:04:05.678 UTC [31] LOG:  checkpoint complete: wrote 12 buffers',
    ];
    assert.deepEqual(usual.filter(mayHoldSecret), []);
  });

  it('finds a row of sixty characters of base64 wherever it stands, and none of fifty-nine', () => {
    for (let before = 0; before < 130; before++) {
      assert.ok(hasKeyLine(`${'-'.repeat(before)}${'aB3/+z'.repeat(10)}`), `${before}`);
      assert.ok(!hasKeyLine(`${'-'.repeat(before)}${'a'.repeat(59)}-${'b'.repeat(59)}`), `${before}`);
    }
  });
});

describe('a line that may be taken as it stands', () => {
  it('is one that cleaning would not change, to its newline', () => {
    const text = fc.oneof(hostile, fc.string({ unit: 'binary-ascii', maxLength: 30 }), fc.string({ maxLength: 90 }));
    fc.assert(
      fc.property(text, fc.string({ maxLength: 4 }), (line, after) => {
        const bytes = Buffer.from(`${line}\n${after}`);
        const end = plainEnd(bytes, 0, 1000);
        if (end < 0) return;
        assert.equal(end, bytes.indexOf(10));
        const taken = bytes.toString('latin1', 0, end);
        assert.equal(cleanText(bytes.toString('utf8', 0, end)), taken);
      }),
      runs,
    );
  });

  it('is none without its end, none that is too long, and none with a wide key in it', () => {
    const line = (text: string): number => plainEnd(Buffer.from(text), 0, 100);
    assert.deepEqual(
      [line('abc'), line(`${'a b'.repeat(40)}\n`), line(`${'aB3'.repeat(20)}\n`), line('\n'), line('a\tb\n')],
      [-1, -1, -1, 0, 3],
    );
    assert.equal(plainEnd(Buffer.from('skip\rthis\n'), 5, 100), 9);
    assert.equal(plainEnd(Buffer.from('with\rreturn\n'), 0, 100), -1);
  });
});
