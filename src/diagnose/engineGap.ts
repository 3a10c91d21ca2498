import type { ServerId } from '../model/service.ts';
import { daemonTail, endsRun, lastRun } from './death.ts';
import type { ServerView, ServiceView } from './world.ts';

/** An engine that ends asks all of its containers to end within this time, ms. */
const burst = 1000;
/** It is gone this soon after the last of them, ms. */
const farewell = 3000;
const going = new Set(['running', 'starting', 'restarting', 'paused', 'stopping']);

/** The kills that end the last run of a container, as far as they may belong to a loss of sight at `lossAt`; ms. */
const killsOf = (view: ServiceView, lossAt: number): readonly number[] =>
  lastRun(view)
    .filter(moment => endsRun(moment, lossAt, view.facts))
    .map(moment => moment.at);

/**
 * When an engine that is lost at `lossAt` began to end its containers, ms; undefined where it did not: something still ran that nobody had
 * killed, or the last kill was long before. One that was stopped by hand a while earlier does not belong to it.
 */
export function endedFrom(services: Iterable<ServiceView>, server: ServerId, lossAt: number): number | undefined {
  const killed: (readonly number[])[] = [];
  for (const view of services) {
    if (view.service.server !== server || view.service.kind !== 'container') continue;
    const kills = killsOf(view, lossAt);
    if (kills.length > 0) killed.push(kills);
    else if (going.has(view.service.state)) return undefined;
  }
  const firsts = killed.map(kills => Math.min(...kills));
  const last = Math.max(...killed.flat());
  const newest = Math.max(...firsts);
  return killed.length === 0 || lossAt - last > farewell ? undefined : Math.min(...firsts.filter(at => newest - at <= burst));
}

/** The time that belongs to the absence of an engine: with its end before and its start after, open while it lasts. ms */
export function gapOf(server: ServerView | undefined): readonly [from: number, to: number] | undefined {
  if (server?.sight !== 'lost') return server?.gap;
  const from = server.ending ?? server.lastClear;
  return from === undefined ? undefined : [from, Number.POSITIVE_INFINITY];
}

export const isWithin = (gap: readonly [number, number] | undefined, at: number): boolean =>
  gap !== undefined && at >= gap[0] && at <= gap[1] + daemonTail;
