import type { LeveledLine, LogDigest, LogLine } from '../model/logs.ts';
import { digest } from './readLogs.ts';

/** What `dozor.logs.pattern` was made into. */
export interface LinePattern {
  test(text: string): boolean;
}

/** Reads the log of one service, stretch by stretch. */
export interface LogReader {
  read(lines: readonly LogLine[]): LogDigest;
}

const keepHits = 12;

export function createLogReader(options: { readonly pattern?: LinePattern } = {}): LogReader {
  return {
    read(lines) {
      const hits = lines.filter(line => options.pattern?.test(line.text));
      const kept = hits.slice(-keepHits).map(({ at, text }): LeveledLine => ({ at, level: 'error', text }));
      return { ...digest(lines), ...(hits.length === 0 ? {} : { hits: { count: hits.length, lines: kept } }) };
    },
  };
}
