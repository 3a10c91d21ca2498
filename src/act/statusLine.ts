import { displaySafe } from '../base/safeText.ts';
import { type Stop, whyStopped } from '../diagnose/death.ts';
import { isLooping, recentDeaths } from '../diagnose/deathRules.ts';
import { freshProbes } from '../diagnose/probes.ts';
import type { ServerView, ServiceView } from '../diagnose/world.ts';
import type { SightLoss } from '../model/observation.ts';
import { probeWords } from '../model/probe.ts';
import type { Service } from '../model/service.ts';
import { ago, span } from './ages.ts';

const blind: Record<SightLoss['code'], string> = {
  'no-engine': 'no engine found',
  down: 'engine down',
  permission: 'no permission to ask the engine',
  timeout: 'engine does not answer',
  tls: 'TLS to the engine failed',
  'not-docker': 'not a Docker engine',
  config: 'address not usable',
  lost: 'connection to the engine lost',
};

/** "web (shop)": the name for people, and the project that tells two of the same name apart. */
export function serviceLabel(service: Service): string {
  const name = displaySafe(service.name, 80);
  const project = service.project ?? service.group;
  return project === undefined ? name : `${name} (${displaySafe(project, 60)})`;
}

/** Why a server is not seen, in a few words; undefined while it is. */
function blindness(server: ServerView | undefined): string | undefined {
  if (server === undefined || server.sight === 'clear') return undefined;
  if (server.sight === 'waiting') return 'not looked at yet';
  return server.loss === undefined ? blind.lost : blind[server.loss.code];
}

/** The newest exit of a service that restarts: a running one has lost its code, then our ledger knows. */
function lastExit(view: ServiceView): string {
  const death = view.deaths.findLast(one => !one.intended);
  const exit = death?.exit ?? (view.facts?.state === 'running' ? undefined : view.facts?.exitCode);
  return exit === undefined ? '' : `exit ${exit}${death?.oom ? ' OOM' : ''}, `;
}

/** "exit 2, 7 deaths in 5 min", or empty where the deaths make no loop. */
export function loopText(view: ServiceView, now: number): string {
  const { count, exact } = recentDeaths(view, now);
  const waiting = view.service.state === 'restarting' && count > 0;
  if (!isLooping(view, now) && !waiting) return '';
  return `${lastExit(view)}${exact ? '' : 'about '}${count} ${count === 1 ? 'death' : 'deaths'} in 5 min`;
}

function healthText(view: ServiceView): string {
  const facts = view.facts;
  if (facts === undefined || facts.health === 'none') return '';
  if (facts.health === 'starting') return ', health check starting';
  if (facts.health === 'healthy') return ', healthy';
  return facts.failingStreak > 1 ? `, unhealthy, ${facts.failingStreak} checks failed` : ', unhealthy';
}

/** ", health check URL answers 503" while the newest answer is a bad one. */
function probeText(view: ServiceView, now: number): string {
  const last = freshProbes(view, now).at(-1);
  return last === undefined || last.ok ? '' : `, health check URL ${probeWords(last)}`;
}

/** ", 20 errors in 10 min" of what its log told; empty when calm. */
function errorText(view: ServiceView, now: number): string {
  const recent = [...(view.logs?.errorMinutes ?? [])].filter(([minute]) => now - minute * 60_000 <= 10 * 60_000);
  const count = recent.reduce((sum, [, each]) => sum + each, 0);
  return count === 0 ? '' : `, ${count} ${count === 1 ? 'error' : 'errors'} in 10 min`;
}

function upText(view: ServiceView, now: number): string {
  const began = view.facts?.startedAt ?? view.service.since;
  const up = began > 0 ? `up ${span(now - began)}` : 'up';
  const loop = loopText(view, now);
  return `${up}${healthText(view)}${probeText(view, now)}${errorText(view, now)}${loop === '' ? '' : `, before: ${loop}`}`;
}

const exitText = (stop: Stop): string => (stop.exit === undefined ? 'exited' : `exited ${stop.exit}`);

/** One row per way to stop, so that a new one cannot be forgotten. */
const lines: Record<Stop['kind'], (view: ServiceView, stop: Stop, now: number) => string> = {
  running: (view, _stop, now) => upText(view, now),
  'by-hand': (_view, stop, now) => `stopped by hand, ${ago(stop.at, now)}`,
  'by-daemon': (_view, stop, now) => `stopped with the engine, ${ago(stop.at, now)}`,
  finished: (_view, stop, now) => `completed, ${ago(stop.at, now)}`,
  crash: (_view, stop, now) => `${exitText(stop)}, ${ago(stop.at, now)}`,
  oom: (_view, stop, now) => `${exitText(stop)} OOM, ${ago(stop.at, now)}`,
  'start-error': view => `could not start${view.facts?.error ? `: ${view.facts.error}` : ''}`,
  created: () => 'created, never started',
  paused: (view, _stop, now) => (view.service.since > 0 ? `paused, ${span(now - view.service.since)}` : 'paused'),
  gone: (_view, stop, now) => `removed, ${ago(stop.at, now)}`,
  unknown: (_view, stop) => `unknown: ${stop.because}`,
};

/**
 * What a service is doing, on one line: "exited 137 OOM, 2 min ago". `now` in ms.
 * Free of control characters, not yet escaped for any sink; where we could not look it says "unknown", never what it was.
 */
export function statusLine(view: ServiceView, server: ServerView | undefined, now: number): string {
  const hidden = blindness(server);
  if (hidden !== undefined) return `unknown: ${hidden}`;
  if (view.unseen !== undefined) return displaySafe(`unknown: ${view.unseen}`, 160);
  if (view.service.state === 'restarting') {
    const loop = loopText(view, now);
    return loop === '' ? 'restarting' : `restarting, ${loop}`;
  }
  const stop = whyStopped(view, server?.gap);
  return displaySafe(lines[stop.kind](view, stop, now), 160);
}
