import type { Death } from '../model/death.ts';
import { type Finding, inspectWhere, type Rule, type Sighting } from './finding.ts';
import type { ServiceView } from './world.ts';

export const loopWindow = 5 * 60_000;
export const loopDeaths = 3;
/** A run shorter than this says that it cannot start properly. */
const quick = 5000;

/** A container that was replaced took its deaths along: somebody has acted since. Each run of a unit is an instance of its own. */
const isHistory = (death: Death, { service }: ServiceView): boolean => service.kind === 'container' && death.instance !== service.instance;

/** Unintended deaths within the last 5 min, at least as many as the engine's own count implies for a container that we met late. */
export function recentDeaths(view: ServiceView, now: number): { count: number; exact: boolean } {
  const seen = view.deaths.filter(
    death => !death.intended && now - death.at <= loopWindow && death.at <= now && !isHistory(death, view),
  ).length;
  const { facts } = view;
  if (facts === undefined || facts.restartCount <= seen || facts.finishedAt === undefined || now - facts.finishedAt > loopWindow)
    return { count: seen, exact: true };
  // Restarts are spread over at most the container's life; what falls into the window follows.
  const life = Math.max(1, facts.finishedAt - (facts.createdAt ?? facts.finishedAt));
  const inWindow = Math.min(facts.restartCount, Math.round((facts.restartCount * Math.min(loopWindow, life)) / life));
  return inWindow > seen ? { count: inWindow, exact: false } : { count: seen, exact: true };
}

export const isLooping = (view: ServiceView, now: number): boolean =>
  recentDeaths(view, now).count >= loopDeaths && view.service.state !== 'paused';

const crashed = (s: Sighting): boolean => s.stop.kind === 'crash';
const lastDeath = (s: Sighting): Death | undefined => s.view.deaths.findLast(death => !death.intended);

function exitFinding(s: Sighting): Finding | undefined {
  const unit = s.view.facts?.unitResult;
  if (!crashed(s) || s.stop.exit === 0) return undefined;
  const ran = lastDeath(s)?.ran;
  const quote = `exit ${s.stop.exit ?? 'code not known yet'}${unit === undefined ? '' : `, result ${unit}`}`;
  const after = ran === undefined ? '' : ` after ${Math.round(ran / 1000)} s`;
  return {
    kind: 'death.unexpected',
    categories: ['app_crash'],
    what: `it ended with ${quote}${after}, and nobody stopped it`,
    from: 'inspect',
    at: s.stop.at,
    lasting: true,
    quote,
    where: inspectWhere(s),
  };
}

/** A policy has started it again since; the death itself is still news. Of a container that was replaced since it is history. */
function revivedFinding(s: Sighting): Finding | undefined {
  const death = lastDeath(s);
  if (death !== undefined && isHistory(death, s.view)) return undefined;
  const running = s.stop.kind === 'running';
  if (!running || death === undefined || death.oom || death.exit === 0 || s.now - death.at > 15 * 60_000) return undefined;
  const quote = death.exit === undefined ? 'exit code not seen' : `exit ${death.exit}`;
  return {
    kind: 'death.unexpected',
    categories: ['app_crash'],
    what: `it died (${quote}) and was started again`,
    from: 'event',
    at: death.at,
    lasting: false,
    quote,
    where: inspectWhere(s),
  };
}

const cannotRun = new Set([126, 127]);
/** A program that ran for longer did start: then the code is its own. */
const startTime = 60_000;

/** The codes of a shell for a command that cannot be run or is not there. */
function startExitFinding(s: Sighting): Finding | undefined {
  const death = lastDeath(s);
  const exit = crashed(s) ? s.stop.exit : isLooping(s.view, s.now) ? death?.exit : undefined;
  if (exit === undefined || !cannotRun.has(exit) || (death?.ran ?? 0) > startTime) return undefined;
  return {
    kind: 'start.exit',
    categories: ['start_error'],
    what: exit === 127 ? 'exit 127: its command was not found' : 'exit 126: its command could not be run',
    from: 'event',
    at: s.stop.at,
    lasting: true,
    quote: `exit ${exit}`,
    where: inspectWhere(s),
  };
}

function loopFinding(s: Sighting): Finding | undefined {
  if (!isLooping(s.view, s.now) || s.stop.kind === 'by-hand' || s.stop.kind === 'unknown') return undefined;
  const { count, exact } = recentDeaths(s.view, s.now);
  const quote = `${exact ? '' : 'about '}${count} deaths in 5 min, ${s.view.facts?.restartCount ?? 0} restarts by its policy`;
  return {
    kind: 'death.loop',
    categories: ['app_crash'],
    what: quote,
    from: 'event',
    at: lastDeath(s)?.at ?? s.now,
    lasting: true,
    quote,
    where: inspectWhere(s),
  };
}

function endedFinding(s: Sighting): Finding | undefined {
  if (!crashed(s) || s.stop.exit !== 0) return undefined;
  return {
    kind: 'death.ended',
    categories: ['app_crash'],
    what: s.stop.because,
    from: 'inspect',
    at: s.stop.at,
    lasting: true,
    quote: 'exit 0',
    where: inspectWhere(s),
  };
}

function sameExitFinding(s: Sighting): Finding | undefined {
  const codes = s.view.deaths
    .filter(death => !death.intended && death.exit !== undefined)
    .slice(-4)
    .map(death => death.exit);
  const restarts = s.view.facts?.restartCount ?? 0;
  if (codes.length === 0 || codes[0] === 0 || new Set(codes).size > 1 || codes.length + restarts < 3 || !isLooping(s.view, s.now))
    return undefined;
  return {
    kind: 'same.exit',
    categories: ['app_crash'],
    what: `the same exit code ${codes[0]} each time`,
    from: 'inspect',
    at: s.now,
    lasting: true,
    quote: `exit ${codes[0]}`,
    where: inspectWhere(s),
  };
}

function quickFinding(s: Sighting): Finding | undefined {
  const death = lastDeath(s);
  if (death?.ran === undefined || death.ran >= quick || !(crashed(s) || isLooping(s.view, s.now))) return undefined;
  return {
    kind: 'same.quick',
    categories: ['app_crash', 'config_error'],
    what: `it died ${(death.ran / 1000).toFixed(1)} s after its start`,
    from: 'inspect',
    at: death.at,
    lasting: true,
    quote: `ran ${Math.round(death.ran)} ms`,
    where: inspectWhere(s),
  };
}

function handFinding(s: Sighting): Finding | undefined {
  if (s.stop.kind !== 'by-hand') return undefined;
  const kind = s.stop.inferred ? 'intent.silent' : 'intent.stop';
  return {
    kind,
    categories: ['operator_action'],
    what: `stopped by hand: ${s.stop.because}`,
    from: 'event',
    at: s.stop.at,
    lasting: true,
    quote: s.stop.because,
    where: 'engine events',
  };
}

function daemonFinding(s: Sighting): Finding | undefined {
  if (s.stop.kind !== 'by-daemon') return undefined;
  return {
    kind: 'intent.daemon',
    categories: ['daemon_restart'],
    what: s.stop.because,
    from: 'event',
    at: s.stop.at,
    lasting: true,
    quote: s.stop.because,
    where: 'engine events',
  };
}

function softFinding(s: Sighting): Finding | undefined {
  if (s.stop.kind !== 'unknown' || s.view.service.state !== 'exited' || s.stop.exit === undefined || s.stop.exit === 0) return undefined;
  return {
    kind: 'soft.137',
    categories: ['app_crash'],
    what: `exit ${s.stop.exit} before Dozor watched: killed or stopped, nobody saw`,
    from: 'inspect',
    at: s.stop.at,
    lasting: true,
    quote: `exit ${s.stop.exit}`,
    where: inspectWhere(s),
  };
}

export const deathRules: readonly Rule[] = [
  exitFinding,
  revivedFinding,
  startExitFinding,
  loopFinding,
  endedFinding,
  sameExitFinding,
  quickFinding,
  handFinding,
  daemonFinding,
  softFinding,
];
