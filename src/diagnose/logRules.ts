import { displaySafe } from '../base/safeText.ts';
import type { KnownLine, LeveledLine } from '../model/logs.ts';
import { minuteMs, recentMinutes } from './calm.ts';
import { isLooping } from './deathRules.ts';
import { type Finding, logWhere, type Rule, type Sighting } from './finding.ts';
import { comparison, type Judged, judgedErrors } from './judged.ts';
import { isSuspect } from './suspect.ts';

const recentError = recentMinutes * minuteMs;
/** Errors that it takes for a rate, and how many times its calm rate is a raised one. */
const fewest = 3;
const raised = 3;

const isRunning = (s: Sighting): boolean => s.stop.kind === 'running';
const isFresh = (each: Judged): boolean => each.verdict !== 'usual';

/** What is not usual, the surest first; a line that speaks to its reader goes behind all others. */
function fresh(s: Sighting): readonly Judged[] {
  const order = (each: Judged): number => Number(each.verdict === 'new') - 2 * Number(isSuspect(each.pattern.sample));
  return judgedErrors(s)
    .filter(isFresh)
    .sort((a, b) => order(b) - order(a));
}

/** The catalogue's row for a kept line. */
const knownOf = (s: Sighting, text: string): { readonly known?: KnownLine } => {
  const line = s.view.logs?.errors.findLast(error => error.known !== undefined && error.text.startsWith(text));
  return line?.known === undefined ? {} : { known: line.known };
};

const lineCount = (lines: number): string => `${lines} error ${lines === 1 ? 'line' : 'lines'}`;

function errorFinding(s: Sighting): Finding | undefined {
  const found = fresh(s);
  const [first] = found;
  if (first === undefined || !isRunning(s)) return undefined;
  const lines = found.reduce((sum, each) => sum + each.lines, 0);
  const patterns = found.length === 1 ? 'of one pattern' : `of ${found.length} patterns`;
  return {
    kind: 'errs.new',
    categories: ['app_error'],
    what: `${lineCount(lines)} ${patterns} in the last 10 min, ${comparison(first)}`,
    from: 'log',
    at: Math.max(...found.map(each => each.pattern.last)),
    began: Math.min(...found.map(each => each.began)),
    lasting: false,
    quote: displaySafe(first.pattern.sample, 300),
    where: logWhere(s),
    ...knownOf(s, first.pattern.sample),
  };
}

/** Errors came at three times the calm rate or more, or after a calm time of their own. */
function rateFinding(s: Sighting): Finding | undefined {
  if (!isRunning(s)) return undefined;
  const found = judgedErrors(s).filter(each => each.verdict === 'new');
  const [first] = found;
  const lines = found.reduce((sum, each) => sum + each.lines, 0);
  if (first === undefined || lines < fewest) return undefined;
  const [now, calm] = [sumOf(found, each => each.novelty.now), sumOf(found, each => each.novelty.calm)];
  if (first.by === 'window' ? now < raised * calm : first.by === 'own' && !first.calmBefore) return undefined;
  return {
    kind: 'rate.up',
    categories: ['app_error'],
    what: `${lineCount(lines)} where there were few or none before`,
    from: 'log',
    at: Math.max(...found.map(each => each.pattern.last)),
    lasting: false,
    quote: displaySafe(first.pattern.sample, 300),
    where: logWhere(s),
  };
}

const sumOf = (all: readonly Judged[], read: (each: Judged) => number): number => all.reduce((sum, each) => sum + read(each), 0);

/** All its errors are as they were in the calm window: what its log tells is no news. */
function noiseFinding(s: Sighting): Finding | undefined {
  const found = judgedErrors(s);
  const usual = found.find(each => each.verdict === 'usual' && each.by === 'window');
  if (usual === undefined || found.some(isFresh) || recentHits(s).length > 0 || !isRunning(s) || isLooping(s.view, s.now)) return undefined;
  return {
    kind: 'noise.baseline',
    categories: ['app_error'],
    what: `its errors are its usual ones: ${comparison(usual)}`,
    from: 'log',
    at: usual.pattern.last,
    lasting: true,
    quote: displaySafe(usual.pattern.sample, 300),
    where: logWhere(s),
  };
}

const recentHits = (s: Sighting): readonly LeveledLine[] => (s.view.logs?.hits?.lines ?? []).filter(line => s.now - line.at <= recentError);

/** Lines that its label's pattern matches: somebody said that these are errors, so each is an issue by itself. */
function hitFinding(s: Sighting): Finding | undefined {
  const hits = recentHits(s);
  const newest = hits.findLast(line => !isSuspect(line.text)) ?? hits.at(-1);
  if (newest === undefined || !isRunning(s)) return undefined;
  const minutes = [...(s.view.logs?.hits?.minutes ?? [])].filter(([minute]) => s.now - minute * minuteMs <= recentError + minuteMs);
  const count = Math.max(
    hits.length,
    minutes.reduce((sum, [, lines]) => sum + lines, 0),
  );
  return {
    kind: 'pattern.hit',
    categories: ['app_error'],
    what: `${count} ${count === 1 ? 'line matches' : 'lines match'} the pattern of its label dozor.logs.pattern`,
    from: 'log',
    at: newest.at,
    began: hits[0]?.at ?? newest.at,
    lasting: false,
    quote: displaySafe(newest.text, 300),
    where: logWhere(s),
    ...(newest.known === undefined ? {} : { known: newest.known }),
  };
}

/** True while all that speaks for an error may yet turn out to be the service's usual noise: its run has just begun. */
export function isEarly(s: Sighting): boolean {
  const found = fresh(s);
  return found.length > 0 && found.every(each => each.early) && recentHits(s).length === 0;
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

export const logRules: readonly Rule[] = [errorFinding, rateFinding, noiseFinding, hitFinding, quoteFinding];
