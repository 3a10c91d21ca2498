import { displaySafe } from '../base/safeText.ts';
import type { LeveledLine } from '../model/logs.ts';
import { type Finding, logWhere, type Sighting } from './finding.ts';
import { namesIn, peersOf } from './saidNeeds.ts';
import type { ServiceView, World } from './world.ts';

const recent = 10 * 60_000;

/** An error that names a peer. */
export interface Complaint {
  readonly line: LeveledLine;
  readonly peer: ServiceView;
}

/** The errors of the last 10 min, or of those before it stopped; newest first. */
export function recentErrors({ view, stop, now }: Sighting): readonly LeveledLine[] {
  const end = stop.kind === 'running' || stop.at === 0 ? now : stop.at;
  return (view.logs?.errors ?? []).filter(line => line.at > end - recent && line.at <= now).toReversed();
}

/** Those of them that name a peer of its project, by name or address; newest first. */
export function complaints(s: Sighting, world: World): Complaint[] {
  const errors = recentErrors(s);
  if (errors.length === 0) return [];
  const peers = peersOf(world, s.view);
  return errors.flatMap(line => {
    const id = namesOf(line)
      .map(name => peers.get(name.toLowerCase()))
      .find(found => found !== undefined && found !== s.view.service.id);
    const peer = id === undefined ? undefined : world.services.get(id);
    return peer === undefined ? [] : [{ line, peer }];
  });
}

function namesOf({ known, text }: LeveledLine): readonly string[] {
  const told = [known?.peer, known?.name].filter(name => name !== undefined);
  return told.length > 0 ? told : namesIn(text);
}

export const peerName = (view: ServiceView): string => displaySafe(view.service.name, 60);

/** That an error names the peer tells whose trouble it is. */
export const namedFinding = (s: Sighting, { line, peer }: Complaint, category: 'network' | 'config_error'): Finding => ({
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
