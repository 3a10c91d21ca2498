import { type InstanceId, type ServerId, type ServiceId, type ServiceState, serviceId, shortInstance } from '../model/service.ts';
import type { Seen } from './dockerSeen.ts';

/** Which service an instance belongs to, and what was odd about it. */
export interface Identity {
  readonly service: ServiceId;
  readonly notes: readonly string[];
  /** Another container has the better right to the name, and this one never ran: there is nothing to show of it yet. */
  readonly hidden?: true;
}

/** What the container claims to be, before anybody else's claim is looked at. */
function claimOf(server: ServerId, seen: Seen): Identity {
  const { labels } = seen;
  const short = shortInstance(seen.id);
  if (labels.project !== undefined && labels.composeService !== undefined) {
    const suffix = labels.oneOff ? `@${short}` : labels.replica > 1 ? `#${labels.replica}` : '';
    return { service: serviceId(server, `${labels.composeService}${suffix}`, labels.project), notes: [] };
  }
  if (seen.name !== '') return { service: serviceId(server, seen.name), notes: [] };
  return { service: serviceId(server, short), notes: ['the container has no name; it is shown by its id'] };
}

/** One that runs has the better right, and one that never ran the least: compose makes the new container before it stops the old. */
const ranks: Partial<Record<ServiceState, number>> = { running: 2, paused: 2, restarting: 2, created: 0 };
const rank = (seen: Seen): number => ranks[seen.state] ?? 1;

/** By rank, then the newer; the id decides between twins, so that the order never depends on the list's. */
const byRight = (a: Seen, b: Seen): number => rank(b) - rank(a) || b.created - a.created || (a.id < b.id ? -1 : 1);

/**
 * Identities of all containers of one server. Two that claim the same service (a recreate under way, or forged labels) are told
 * apart: the running or newer one keeps it, the other is named by its id.
 */
export function identities(
  server: ServerId,
  all: Iterable<Seen>,
): { who: ReadonlyMap<InstanceId, Identity>; contested: boolean; services: ReadonlySet<ServiceId> } {
  const claims = new Map<ServiceId, { seen: Seen; claim: Identity }[]>();
  for (const seen of all) {
    const claim = claimOf(server, seen);
    const same = claims.get(claim.service);
    if (same === undefined) claims.set(claim.service, [{ seen, claim }]);
    else same.push({ seen, claim });
  }
  const out = new Map<InstanceId, Identity>();
  for (const group of claims.values()) {
    const [first, ...others] = group.length === 1 ? group : group.toSorted((a, b) => byRight(a.seen, b.seen));
    if (first !== undefined) out.set(first.seen.id, first.claim);
    for (const { seen, claim } of others) out.set(seen.id, standAside(seen, claim));
  }
  return { who: out, contested: out.size > claims.size, services: new Set(claims.keys()) };
}

const standAside = (seen: Seen, claim: Identity): Identity => ({
  service: `${claim.service}@${shortInstance(seen.id)}`,
  notes: [...claim.notes, 'another container claims to be the same service; this one is shown by its id'],
  ...(seen.state === 'created' ? { hidden: true as const } : {}),
});
