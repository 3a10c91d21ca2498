import { foldBefore, minuteOf, recentMinutes } from '../diagnose/calm.ts';
import { withRestored } from '../diagnose/patternMemory.ts';
import { type LogPatterns, parsePatterns, storedPatterns } from '../model/pattern.ts';
import type { Part } from './partKeeper.ts';

/**
 * What a service's log is like, so that its usual errors stay usual and a new one is still new. It changes with each line, and a minute of it
 * is soon learned again.
 */
export const baselinePart: Part<LogPatterns> = {
  name: 'patterns',
  pace: { after: 60_000, width: 4, pause: 250 },
  of: view => view.patterns,
  restored(json, view) {
    const stored = parsePatterns(json);
    const patterns = stored === undefined ? view.patterns : withRestored(stored, view.patterns);
    return { view: patterns === undefined || patterns === view.patterns ? view : { ...view, patterns }, news: false };
  },
  stored: (patterns, now) => storedPatterns(foldBefore(patterns, minuteOf(now) - recentMinutes)),
};
