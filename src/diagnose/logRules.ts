import { displaySafe } from '../base/safeText.ts';
import type { LeveledLine } from '../model/logs.ts';
import { type Finding, logWhere, type Rule, type Sighting } from './finding.ts';

const recentError = 10 * 60_000;

function errorFinding(s: Sighting): Finding | undefined {
  const recent = recentErrors(s);
  const newest = recent.at(-1);
  if (newest === undefined || s.stop.kind !== 'running') return undefined;
  return {
    kind: 'errs.new',
    categories: ['app_error'],
    what: `${recent.length} error lines in the last 10 min`,
    from: 'log',
    at: newest.at,
    began: recent[0]?.at ?? newest.at,
    lasting: false,
    quote: displaySafe(newest.text, 300),
    where: logWhere(s),
    ...(newest.known === undefined ? {} : { known: newest.known }),
  };
}

/** Calm before, and errors now: at least three times the rate of the minutes before. */
function rateFinding(s: Sighting): Finding | undefined {
  const memory = s.view.logs;
  const newest = recentErrors(s).at(-1);
  if (memory === undefined || newest === undefined || s.stop.kind !== 'running') return undefined;
  const counts = [...memory.errorMinutes].filter(([minute]) => minute * 60_000 > s.now - recentError);
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const calm = counts.length > 0 && Math.min(...counts.map(([minute]) => minute * 60_000)) - memory.from > 30_000;
  if (total < 3 || !calm) return undefined;
  return {
    kind: 'rate.up',
    categories: ['app_error'],
    what: `${total} errors in 10 min after a time without any`,
    from: 'log',
    at: newest.at,
    lasting: false,
    quote: displaySafe(newest.text, 300),
    where: logWhere(s),
  };
}

/** The same errors since its log began: it may always be so. */
function noiseFinding(s: Sighting): Finding | undefined {
  const memory = s.view.logs;
  const minutes = memory?.errorMinutes.size ?? 0;
  const newest = recentErrors(s).at(-1);
  if (memory === undefined || newest === undefined || minutes < 10 || s.stop.kind !== 'running') return undefined;
  const counts = [...memory.errorMinutes.values()];
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const even = counts.slice(0, -1).every(count => count > mean / 3 && count < mean * 3);
  if (!even) return undefined;
  return {
    kind: 'noise.baseline',
    categories: ['app_error'],
    what: 'it has been printing errors at this rate all along',
    from: 'log',
    at: newest.at,
    lasting: true,
    quote: displaySafe(newest.text, 300),
    where: logWhere(s),
  };
}

function recentErrors(s: Sighting): readonly LeveledLine[] {
  return (s.view.logs?.errors ?? []).filter(line => s.now - line.at <= recentError);
}

/** What it said last, as context for any death; weighs nothing. */
function quoteFinding(s: Sighting): Finding | undefined {
  const memory = s.view.logs;
  const line = memory?.errors.findLast(error => error.at <= s.now) ?? memory?.last.at(-1);
  if (line === undefined || s.stop.kind === 'by-hand' || s.stop.kind === 'finished') return undefined;
  return {
    kind: 'log.quote',
    categories: ['app_crash', 'oom', 'start_error', 'unhealthy', 'hang'],
    what: 'the last it said',
    from: 'log',
    at: line.at,
    lasting: true,
    quote: displaySafe(line.text, 300),
    where: logWhere(s),
    ...(line.known === undefined ? {} : { known: line.known }),
  };
}

export const logRules: readonly Rule[] = [errorFinding, rateFinding, noiseFinding, quoteFinding];
