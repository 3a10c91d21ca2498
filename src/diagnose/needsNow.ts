import type { ServiceId } from '../model/service.ts';
import { saidNeedsIn } from './namedPeers.ts';
import type { ServiceView, World } from './world.ts';

/** A need that died of itself this short a time ago may still be missed; ms. */
const missedFor = 2 * 60_000;

/** What a service needs: as declared, without jobs that it waits for, and as its errors say. */
export function needsNow(view: ServiceView, world: World, now: number): readonly ServiceId[] {
  const declared = view.service.dependsOn.filter(id => !view.service.waitsForEnd.includes(id));
  return [...new Set([...declared, ...saidNeedsIn(world, now)(view.service.id).keys()])];
}

/** Runs, is not known to be unwell, and did not die of itself within the last 2 min. */
export function isThere(view: ServiceView | undefined, now: number): boolean {
  if (view === undefined || view.service.state !== 'running' || view.facts?.health === 'unhealthy') return false;
  return !view.deaths.some(death => !death.intended && now - death.at <= missedFor);
}
