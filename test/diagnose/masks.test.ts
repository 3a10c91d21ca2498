import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createMask, textOfMasked } from '../../src/diagnose/masks.ts';
import { assertLinear } from '../fakes/linear.ts';

const mask = createMask();
const masked = (line: string): string => textOfMasked(mask(line));

const pairs: readonly (readonly [string, string, string])[] = [
  ['numbers', 'sent 12 items in 3 batches', 'sent <*> items in <*> batches'],
  ['a negative number', 'offset -15 found', 'offset <*> found'],
  ['addresses with their port', 'connect to 10.0.0.7:5432 failed', 'connect to <*> failed'],
  ['host names with their port', 'connect to db.shop.example:5432 failed', 'connect to <*> failed'],
  ['host names', 'lookup of api.shop.example failed', 'lookup of <*> failed'],
  ['mail addresses', 'mail for ann@shop.example bounced', 'mail for <*> bounced'],
  ['times and dates', 'began at Tue Mar 3 04:05:06 2026 and ended', 'began at <*> and ended'],
  ['sizes, also said twice', 'stored 2048 bytes (2 KB) on disk', 'stored <*> on disk'],
  ['durations', 'answered after 12 ms or <1 sec', 'answered after <*> or <*>'],
  ['percentages', 'disk is 93 % full, was 91% full', 'disk is <*> full, was <*> full'],
  ['identifiers', 'job 5f2b1c3a-9d4e-4a5b-8c6d-7e8f9a0b1c2d done', 'job <*> done'],
  ['hex without a digit', 'mask deadbeef set', 'mask <*> set'],
  ['paths', 'opened /var/lib/shop and C:\\shop\\data', 'opened <*> and <*>'],
  ['URLs with their query', 'GET http://shop.example/items?page=next&size=all; done', 'GET <*> done'],
  ['values of keys', 'user=u17 tries=3', 'user=<*> tries=<*>'],
  ['lists of values', 'replicas 10.0.0.1, 10.0.0.2, 10.0.0.3 agree', 'replicas <*> agree'],
  ['lists of groups', 'n1 (up) n2 (up) n3 (up)', '<*> (up)'],
  ['an empty value in brackets', 'from peer () now', 'from peer (<*>) now'],
  ['quoted names', 'queue "orders" is full', 'queue "<*>" is full'],
  ['counters behind dots', 'cache lines........7', 'cache lines.<*>'],
  ['names with a counter', 'worker-3 took task_19', '<*> took <*>'],
];

const constants: readonly (readonly [string, string])[] = [
  ['the words of a text', 'may start when the sun is out'],
  ['keys of an object', '{"level":"<*>"}'],
  ['the kind of an error', 'due to java.io.IOException: broken'],
  ['words with a slash', 'read/write is off'],
  ['states', 'moved from RUNNING to STOPPED'],
  ['answers', 'ready=true, late=false'],
];

describe('masks', () => {
  for (const [what, line, text] of pairs) it(`take ${what} for values`, () => assert.equal(masked(line), text));
  for (const [what, line] of constants) it(`leave ${what} as they are`, () => assert.equal(masked(line), line));

  it('give nothing for an empty line', () => assert.equal(masked('  '), ''));

  it('change nothing when they are applied again', () => {
    const value = fc.oneof(
      fc.integer().map(String),
      fc.constantFrom(
        '/tmp/a',
        '10.0.0.1:80',
        'a.b.c',
        'h.i:80',
        'C:\\a\\b',
        'a@b',
        '<1 sec',
        '3 ms',
        '5 %',
        '7 KB (7168 bytes)',
        'Tue Mar 3',
        '()',
        'deadbeef',
      ),
    );
    const word = fc.constantFrom(
      'user',
      'for',
      'may',
      'ms',
      'read/write',
      'true',
      'done.',
      'well:',
      'wait...',
      'so,',
      'IOError',
      '{',
      '}',
      '<',
      '>',
      '->',
    );
    const held = fc
      .tuple(fc.constantFrom('x=', 'x:', '(', '[', '{', '"', "'", 'f('), value, fc.constantFrom('', ')', ']', '}', '"', ',', ':', ';'))
      .map(parts => parts.join(''));
    const line = fc.array(fc.oneof(value, word, held), { maxLength: 16 }).map(parts => parts.join(' '));
    fc.assert(
      fc.property(line, text => {
        const once = masked(text);
        assert.equal(masked(once), once);
      }),
      { numRuns: 2000, seed: 7 },
    );
  });

  it('read a line in time that grows with its length only', () => {
    for (const unit of ['a', '1', '..', 'a:', '/', '<1', '(', ' a 1', 'Mar ', '?=/']) {
      assertLinear(`masks of ${unit}`, size => unit.repeat(size), masked, 200_000);
    }
  });
});
