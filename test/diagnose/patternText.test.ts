import assert from 'node:assert/strict';
import { covers, patternId, patternText } from '../../src/diagnose/patternText.ts';
import { assertLinear } from '../fakes/linear.ts';
import { fc } from '../fakes/seeded.ts';

const parts = fc.array(fc.constantFrom('ERROR', 'login', 'of', '<*>', 'user', 'ann', '(', ')', ':', ' ', '  ', '=', '"', ',', '.'), {
  maxLength: 20,
});

describe('The text of a pattern', () => {
  it('has its spaces around punctuation by one rule, however the miner has put them', () => {
    for (const text of [
      'level = error msg =" no db " user = <*>',
      'level=error msg="no db" user=<*>',
      'level=error  msg= "no db"  user=<*>',
    ])
      assert.equal(patternText(text), 'level=error msg="no db"user=<*>');
    assert.equal(patternText('[ERROR]  shop: no db (code <*>), again'), '[ERROR] shop: no db(code <*>), again');
  });

  it('is the same when it is made twice, and has an id that only depends on it', () => {
    fc.assert(
      fc.property(parts, words => {
        const text = patternText(words.join(''));
        assert.equal(patternText(text), text);
        assert.match(patternId(text), /^[0-9a-f]{16}$/);
        assert.equal(patternId(text), patternId(`${text}`));
      }),
    );
    // Stored ones must be known again by the next version.
    assert.equal(patternId('ERROR no db'), 'b68053e2cb3ec509');
    assert.notEqual(patternId('ERROR no db'), patternId('ERROR no bd'));
  });

  it('is at most 400 characters long', () => {
    for (const part of ['x', ': ', '),', 'é ']) assert.ok(patternText(part.repeat(3000)).length <= 400);
  });
});

describe('A pattern covers another', () => {
  const yes: readonly (readonly [string, string])[] = [
    ['user <*> logged in', 'user ann logged in'],
    ['user <*> logged in', 'user <*> logged in'],
    ['no db', 'no db'],
    ['user <*> of <*>', 'user ann of shop'],
    ['level=error msg=<*> user=<*>', 'level=error msg="no more of it" user=ann'],
  ];
  const no: readonly (readonly [string, string])[] = [
    ['user <*> logged in', 'user ann logged out'],
    ['user <*> logged in', 'user ann or bob logged in'],
    ['user <*> logged in', 'user logged in'],
    ['user ann logged in', 'user <*> logged in'],
    ['ERROR <*>', 'ERROR boom'],
    ['<*>', 'anything'],
    ['user <*> of', 'user ann of shop'],
    ['user <*><*> of shop', 'user ann of shop'],
    ['user <*> and <*> and <*>', 'user ann and bob'],
  ];
  for (const [general, special] of yes) it(`"${general}": "${special}"`, () => assert.equal(covers(general, special), true));
  for (const [general, special] of no) it(`not "${general}": "${special}"`, () => assert.equal(covers(general, special), false));

  it('with a value for each hole, and itself', () => {
    fc.assert(
      fc.property(parts, words => {
        const general = patternText(
          `user shop ${words
            .filter(word => word.trim() !== '')
            .join(' ')
            .replaceAll(/<\*>(?: <\*>)+/g, '<*>')}`,
        );
        assert.equal(covers(general, general), true);
        assert.equal(covers(general, general.replaceAll('<*>', 'zz9')), true);
      }),
    );
  });

  it('in linear time', () => {
    assertLinear(
      'many holes',
      size => 'a b '.repeat(size / 4),
      text => covers('ab cd <*> a <*> b <*> a <*> q', `ab cd ${text}`),
      400_000,
    );
  });
});
