import { displaySafe } from '../base/safeText.ts';
import type { LeveledLine } from '../model/logs.ts';
import { type Finding, logWhere, type Sighting } from './finding.ts';
import { type NamedPeer, namedPeers } from './namedPeers.ts';
import { loopback } from './peerNames.ts';
import type { ServiceView, World } from './world.ts';

const recent = 10 * 60_000;

/** An error that names a peer, with all that is known of it. */
export interface PeerComplaint extends Omit<NamedPeer, 'peer'> {
  readonly peer: ServiceView;
}

/** The errors of the last 10 min, or of those before it stopped; newest first. */
export function recentErrors({ view, stop, now }: Sighting): readonly LeveledLine[] {
  const end = stop.kind === 'running' || stop.at === 0 ? now : stop.at;
  return (view.logs?.errors ?? []).filter(line => line.at > end - recent && line.at <= now).toReversed();
}

/** Those of them that name a peer of its project, by name or address; newest first. Behind loopback may as well be the service itself. */
export function complaints(s: Sighting, world: World): PeerComplaint[] {
  const recentOnes = new Set(recentErrors(s));
  if (recentOnes.size === 0) return [];
  const named = namedPeers(s.view, world).filter(({ line, name }) => recentOnes.has(line) && !loopback.has(name));
  return named.toReversed().flatMap(each => {
    const peer = world.services.get(each.peer);
    return peer === undefined ? [] : [{ ...each, peer }];
  });
}

export const peerName = (view: ServiceView): string => displaySafe(view.service.name, 60);

/** That an error names the peer tells whose trouble it is. */
export const namedFinding = (s: Sighting, { line, peer }: PeerComplaint, category: 'network' | 'config_error'): Finding => ({
  kind: 'peer.named',
  categories: [category],
  what: `its errors name ${peerName(peer)}`,
  from: 'log',
  at: line.at,
  lasting: s.stop.kind !== 'running',
  quote: displaySafe(line.text, 300),
  where: logWhere(s),
  ...(line.known === undefined ? {} : { known: line.known }),
});
