import { type ServiceId, serviceId } from '../model/service.ts';
import type { World } from './world.ts';

/** After a server came into sight its services arrive one by one: for this long, ms, one that is missing is only late. */
const arrival = 15_000;

/** When the next server's services that are still missing are gone for certain, ms; undefined when that is past for all. */
export function nextArrival(world: World, now: number): number | undefined {
  const ends = [...world.servers.values()].flatMap(({ sight, since }) =>
    sight === 'clear' && since + arrival > now ? [since + arrival] : [],
  );
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/**
 * Whether nobody can see now if an issue is still there: its service was not looked at yet, or its server is out of sight.
 * `key` is the issue's, `now` in ms.
 */
export function isVeiled(key: string, world: World, now: number): boolean {
  const id: ServiceId = key.slice(0, key.lastIndexOf('/'));
  const whole = world.servers.get(id);
  // An issue of a whole server is the loss of sight itself.
  if (whole !== undefined) return whole.sight === 'waiting';
  const view = world.services.get(id);
  const server = [...world.servers.values()].find(each => id.startsWith(serviceId(each.server.id, '')));
  if (server?.sight !== 'clear') return true;
  if (view === undefined) return now - server.since < arrival;
  const blind = view.unseen !== undefined || view.service.state === 'unknown';
  return blind || (view.facts === undefined && view.service.kind === 'container' && view.service.state !== 'missing');
}
