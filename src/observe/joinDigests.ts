import type { DroppedLog, Level, LogDigest, PatternCount } from '../model/logs.ts';

const errorCap = 40;
const lastCap = 12;
const hitCap = 12;
const patternCap = 64;

const severity: Readonly<Record<Level, number>> = { trace: 0, debug: 1, unknown: 2, info: 3, warn: 4, error: 5, fatal: 6 };

export const emptyDigest: LogDigest = { lines: 0, errors: [], errorCount: 0, last: [], from: 0, to: 0 };

export const addDropped = (a: DroppedLog, b: DroppedLog): DroppedLog => ({ lines: a.lines + b.lines, bytes: a.bytes + b.bytes });

const joinPattern = (a: PatternCount, b: PatternCount): PatternCount => ({
  ...b,
  level: severity[a.level] > severity[b.level] ? a.level : b.level,
  count: a.count + b.count,
  first: a.first,
  sample: a.sample,
});

function joinPatterns(a: readonly PatternCount[], b: readonly PatternCount[]): readonly PatternCount[] {
  const all = new Map(a.map(one => [one.id, one]));
  for (const one of b) {
    const before = all.get(one.id);
    all.set(one.id, before === undefined ? one : joinPattern(before, one));
  }
  return [...all.values()].sort((x, y) => severity[y.level] - severity[x.level] || y.count - x.count).slice(0, patternCap);
}

type Hits = NonNullable<LogDigest['hits']>;

const joinHits = (a: Hits, b: Hits): Hits => ({ count: a.count + b.count, lines: [...a.lines, ...b.lines].slice(-hitCap) });

/** What the second stretch knows better stands in for the newest error of the first with that stamp; else it goes on to the caller. */
function joinErrors(a: LogDigest, b: LogDigest): Pick<LogDigest, 'errors' | 'continued'> {
  const errors = [...a.errors];
  const continued = [...(a.continued ?? [])];
  for (const line of b.continued ?? []) {
    const at = errors.findLastIndex(error => error.at === line.at);
    if (at >= 0) errors[at] = line;
    else continued.push(line);
  }
  const all = { errors: [...errors, ...b.errors].slice(-errorCap) };
  return continued.length === 0 ? all : { ...all, continued: continued.slice(-errorCap) };
}

/** The one there is, or both joined. */
const either = <T>(a: T | undefined, b: T | undefined, join: (a: T, b: T) => T): T | undefined =>
  a === undefined || b === undefined ? (a ?? b) : join(a, b);

/** Two stretches of one log, one after the other, as one stretch. */
export function joinDigests(a: LogDigest, b: LogDigest): LogDigest {
  const patterns = either(a.patterns, b.patterns, joinPatterns);
  const hits = either(a.hits, b.hits, joinHits);
  const dropped = either(a.dropped, b.dropped, addDropped);
  const patternTrouble = b.patternTrouble ?? a.patternTrouble;
  return {
    lines: a.lines + b.lines,
    ...joinErrors(a, b),
    errorCount: a.errorCount + b.errorCount,
    last: [...a.last, ...b.last].slice(-lastCap),
    from: a.from || b.from,
    to: b.to || a.to,
    ...(patterns && { patterns }),
    ...(hits && { hits }),
    ...(dropped && { dropped }),
    ...(patternTrouble && { patternTrouble }),
  };
}
