import assert from 'node:assert/strict';
import { calibrationLines } from '../../src/act/calibrationText.ts';

describe('calibration in words', () => {
  it('says what to do while nothing was judged', () => assert.match(calibrationLines(undefined).join(), /No cause has been judged yet/));

  it('has the scores, and the precision of high confidence with its bound', () => {
    const report = { rows: 22, brier: 0.0412, ece: 0.1, high: { rows: 20, right: 20, atLeast: 0.861 } };
    assert.deepEqual(calibrationLines(report), [
      '22 judged causes; Brier score 0.041, calibration error 0.100 (5 bins of equal mass).',
      'High confidence: 20 of 20 right, at least 86 % with 95 % certainty (exact).',
    ]);
    assert.match(calibrationLines({ ...report, high: { rows: 0, right: 0, atLeast: 0 } }).join(), /None of them/);
  });
});
