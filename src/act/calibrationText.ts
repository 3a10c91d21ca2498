import type { CalibrationReport } from '../diagnose/calibration.ts';
import { plural } from './reportDoc.ts';

const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** How far confidence came true, for people or for programs. */
export function calibrationLines(report: CalibrationReport | undefined, json = false): string[] {
  if (json) return [JSON.stringify(report ?? { rows: 0 })];
  if (report === undefined) return ['No cause has been judged yet. "Dozor: Judge the Cause of an Incident" in VS Code does that.'];
  const { rows, brier, ece, high } = report;
  return [
    `${plural(rows, 'judged cause')}; Brier score ${brier.toFixed(3)}, calibration error ${ece.toFixed(3)} (5 bins of equal mass).`,
    high.rows === 0
      ? 'None of them was said with high confidence.'
      : `High confidence: ${high.right} of ${high.rows} right, at least ${percent(high.atLeast)} with 95 % certainty (exact).`,
  ];
}
