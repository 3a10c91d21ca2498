import { runStart } from './calm.ts';
import { whyStopped } from './death.ts';
import type { Sighting } from './finding.ts';
import { isThere, needsNow } from './needsNow.ts';
import type { ServiceView } from './world.ts';

/** A peer that starts opens its port a while later, ms. */
const opening = 15_000;
/** It ran this long without a complaint, ms: longer than it ran when it died for want of a peer. */
const proven = 20_000;

/** Something that nobody stopped by hand needs it. A whole project that is stopped misses none of its parts. */
export function isMissed({ view, world, server }: Sighting): boolean {
  if (!view.needed || world === undefined) return view.needed;
  const needers = [...world.services.values()].filter(({ service }) => service.dependsOn.includes(view.service.id));
  return needers.length === 0 || needers.some(needer => whyStopped(needer, server?.gap).kind !== 'by-hand');
}

/** All that it needs is there, and something of it came up between its death and its present run, or little before or after. */
function wasEarly(view: ServiceView, died: number, began: number, { world, now }: Sighting): boolean {
  if (world === undefined) return false;
  const peers = needsNow(view, world, now).map(id => world.services.get(id));
  const late = peers.some(peer => {
    const up = peer?.service.instance === undefined ? 0 : runStart(peer, peer.service.instance);
    return up >= died - opening && up <= began + opening;
  });
  return late && peers.every(peer => isThere(peer, now));
}

/** It died only while what it needs was starting, and has run without a complaint since that is there. */
export function settled(s: Sighting): boolean {
  const { view, now } = s;
  const last = view.deaths.findLast(death => !death.intended && death.instance === view.service.instance);
  if (view.service.instance === undefined || last === undefined) return false;
  const began = runStart(view, view.service.instance);
  const complained = (view.logs?.errors ?? []).some(({ at }) => at > began);
  return began >= last.at && now - began >= proven && !complained && wasEarly(view, last.at, began, s);
}
