import type { LogDigest, LogLine } from '../model/logs.ts';
import { createLogReader } from './logReader.ts';

/** What one stretch of log tells by itself: counts, the error lines (a stack trace counts once), the last lines, its patterns. Pure; linear. */
export const digest = (lines: readonly LogLine[]): LogDigest => createLogReader().read(lines);
