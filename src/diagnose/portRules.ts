import { displaySafe } from '../base/safeText.ts';
import { complaints, namedFinding, type PeerComplaint, peerName } from './complaints.ts';
import { type Finding, logWhere, type Rule, type Sighting } from './finding.ts';
import { isThere } from './needsNow.ts';
import { wasAsked } from './peerRounds.ts';
import type { ServiceView } from './world.ts';

/** A program that has just begun to run may not listen yet; ms. */
const settled = 10_000;

/** Where a service is known to listen: exposed, published, or asked by its own health check. */
const portsOf = ({ service, facts }: ServiceView): ReadonlySet<number> =>
  new Set([
    ...service.ports.filter(port => port.protocol === 'tcp').flatMap(port => [port.container, port.host ?? port.container]),
    ...(facts?.health === 'healthy' ? (facts.checkedPorts ?? []) : []),
  ]);

/**
 * It is refused by a peer that is well and listens elsewhere, by its own declarations: the port in its own settings is wrong, and the peer is
 * cleared. Where the port was asked, the answer tells, and not this.
 */
function portFinding(s: Sighting): readonly Finding[] {
  if (s.world === undefined) return [];
  const refused = complaints(s, s.world).find(each => isWrongPort(each, s));
  if (refused === undefined) return [];
  const { line, peer, port } = refused;
  const ports = [...portsOf(peer)].sort((a, b) => a - b).slice(0, 5);
  return [
    {
      kind: 'config.port',
      categories: ['config_error'],
      what: `it asks ${peerName(peer)} at port ${port}, and ${peerName(peer)} is up and listens on ${ports.join(', ')}`,
      from: 'inspect',
      at: line.at,
      lasting: s.stop.kind !== 'running',
      quote: displaySafe(line.text, 300),
      where: logWhere(s),
    },
    namedFinding(s, refused, 'config_error'),
  ];
}

function isWrongPort({ name, port, peer, line: { known, at } }: PeerComplaint, s: Sighting): boolean {
  // A refused line may name others besides the one that refused.
  if (known?.row !== 'refused/connect' || known.peer?.toLowerCase() !== name || port === undefined || wasAsked(s, peer, port)) return false;
  const ports = portsOf(peer);
  return (
    isThere(peer, s.now) && peer.facts?.health !== 'starting' && at - peer.service.since >= settled && ports.size > 0 && !ports.has(port)
  );
}

export const portRules: readonly Rule[] = [portFinding];
