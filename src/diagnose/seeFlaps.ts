import type { FlapState } from '../model/flaps.ts';
import type { ServerId } from '../model/service.ts';
import { type StopKind, whyStopped } from './death.ts';
import { feed, newFlaps } from './flapping.ts';
import { failedProbes } from './probes.ts';
import type { Draft } from './seeInventory.ts';
import type { ServerView, ServiceView } from './world.ts';

/** What a service that fails does. One that was stopped, paused or has finished rests, and that is no trouble. */
const failures: ReadonlySet<StopKind> = new Set(['crash', 'oom', 'start-error']);
/** Facts of an earlier run than the present one say nothing of its health, ms. */
const startLag = 2000;

/** How a service is at `at` (ms); undefined where it cannot be seen, or rests. */
function stateOf(view: ServiceView, server: ServerView | undefined, at: number): FlapState | undefined {
  const { service, facts } = view;
  if (server?.sight === 'lost' || view.unseen !== undefined || service.state === 'unknown') return undefined;
  if (service.state === 'restarting') return 'down';
  if (service.state !== 'running' && service.state !== 'starting') {
    return failures.has(whyStopped(view, server?.gap).kind) ? 'down' : undefined;
  }
  const ofThisRun = service.since - (facts?.startedAt ?? service.since) <= startLag;
  const sick = (ofThisRun && facts?.health === 'unhealthy') || failedProbes(view, at).length > 0;
  return sick ? 'degraded' : 'ok';
}

/** Takes down how the service is at `at` (ms). */
export function withFlaps(view: ServiceView, server: ServerView | undefined, at: number): ServiceView {
  const before = view.flaps ?? newFlaps(view.known);
  const flaps = feed(before, stateOf(view, server, at), at);
  return flaps === before ? view : { ...view, flaps };
}

/** Takes down how all services of a server are, after a whole look at it or where its sight changed. */
export function feedAll(draft: Draft, id: ServerId, at: number): void {
  const server = draft.servers.get(id);
  for (const [service, view] of draft.services) {
    if (view.service.server !== id) continue;
    const next = withFlaps(view, server, at);
    if (next === view) continue;
    draft.services.set(service, next);
    draft.changed.add(service);
  }
}
