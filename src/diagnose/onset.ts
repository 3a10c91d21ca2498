import type { Issue } from '../model/issue.ts';

/** A check that fails may have been bad since the one before, ms. */
const checkPause = 30_000;

/** When an issue began: after the last moment that was good for certain, and at the latest when it was first seen bad; ms. */
export function onsetOf({ category, firstSeen }: Issue): readonly [lastGood: number, firstBad: number] {
  return category === 'unhealthy' || category === 'hang' ? [firstSeen - checkPause, firstSeen] : [firstSeen, firstSeen];
}

/** Whether one issue began before another for certain: the first lies wholly before the second. */
export const beganBefore = (a: Issue, b: Issue): boolean => onsetOf(a)[1] < onsetOf(b)[0];
