import assert from 'node:assert/strict';
import fc from 'fast-check';
import { levelOf } from '../../src/diagnose/levels.ts';
import { typicalLog } from '../bench/logMix.ts';
import { families } from './knownLines.ts';
import { rowLines } from './rowLines.ts';
import { slowLevelOf } from './slowLevels.ts';
import { familyLines } from './templateFamilies.ts';

/** What levels, headers and openings are made of, the odd ones among them. */
const pieces =
  `ERROR|error:|[error]|[x:Error]|2026-01-02|03:04:05.1|Mon,|Jan|[|]|app-1|a.b.C|x/y|(warn)|<3>|<14>|W/Tag:|panic:|java.io.IOException: x|Error|TypeError [X]:|{"|"level":30|}|level=warn|msg="level=info a"|(core dumped)|Killed|T|Z:|UTC|$x|_|é|**|*fatal*|!|;|,|.|:|Fatal error:|a.ERROR:|DEBUG1|npm ERR!|12|(|-|Caused by:|7|logger|@l|Exception:|Unhandled x|WARN,|{"level":"error"}`
    .split('|')
    .concat([
      ' ',
      '  ',
      '\t',
      '\n',
      '\u00a0',
      '\u2003',
      '|',
      ' | ',
      ' - ',
      'Jan  2 03:04:05 host app[7]: ',
      'E0101 10:11:12.131415       1 main.go:42] ',
      '1:M 02 Jan 2026 10:11:12.123 # ',
      '=ERROR REPORT=',
      'D, [2026-',
      '01-02 03:04:05.678  123  456 E Tag: ',
      '\u001b[31m',
      '\u001b[0m',
    ]);

const corpus = [
  ...families.flatMap(family => [...family.hits, ...family.misses]),
  ...Object.values(rowLines).flatMap(row => [...row.hits, ...row.misses]),
  ...typicalLog(2000),
  ...familyLines(1).map(({ line }) => line),
];

describe('The fast reading of levels', () => {
  it('agrees with plain expressions on real lines, whole and cut', () => {
    for (const line of corpus) {
      for (const from of [0, 1, 5, 11, 20, 24]) assert.equal(levelOf(line.slice(from)), slowLevelOf(line.slice(from)), line.slice(from));
    }
  });

  it('agrees with them on lines put together by chance', () => {
    const line = fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map(parts => parts.join(''));
    const spaced = fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map(parts => parts.join(' '));
    fc.assert(
      fc.property(fc.oneof(line, spaced, fc.string({ unit: 'grapheme' })), text => assert.equal(levelOf(text), slowLevelOf(text))),
      { numRuns: 5000 },
    );
  });
});
