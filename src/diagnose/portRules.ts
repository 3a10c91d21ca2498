import { displaySafe } from '../base/safeText.ts';
import type { LeveledLine } from '../model/logs.ts';
import { complaints, namedFinding, peerName } from './complaints.ts';
import { type Finding, logWhere, type Rule, type Sighting } from './finding.ts';
import { isThere } from './needsNow.ts';
import type { ServiceView } from './world.ts';

/** A program that has just begun to run may not listen yet; ms. */
const settled = 10_000;

/** Where a service is known to listen: exposed, published, or asked by its own health check. */
const portsOf = ({ service, facts }: ServiceView): ReadonlySet<number> =>
  new Set([
    ...service.ports.filter(port => port.protocol === 'tcp').flatMap(port => [port.container, port.host ?? port.container]),
    ...(facts?.health === 'healthy' ? (facts.checkedPorts ?? []) : []),
  ]);

/** It is refused by a peer that is well and listens elsewhere: the port in its own settings is wrong, and the peer is cleared. */
function portFinding(s: Sighting): readonly Finding[] {
  if (s.world === undefined) return [];
  const refused = complaints(s, s.world).find(({ line, peer }) => isWrongPort(line, peer, s.now));
  if (refused === undefined) return [];
  const { line, peer } = refused;
  const ports = [...portsOf(peer)].sort((a, b) => a - b).slice(0, 5);
  return [
    {
      kind: 'config.port',
      categories: ['config_error'],
      what: `it asks ${peerName(peer)} at port ${line.known?.port}, and ${peerName(peer)} is up and listens on ${ports.join(', ')}`,
      from: 'inspect',
      at: line.at,
      lasting: s.stop.kind !== 'running',
      quote: displaySafe(line.text, 300),
      where: logWhere(s),
    },
    namedFinding(s, refused, 'config_error'),
  ];
}

function isWrongPort({ known, at }: LeveledLine, peer: ServiceView, now: number): boolean {
  const port = Number(known?.port);
  if (known?.row !== 'refused/connect' || !Number.isInteger(port) || peer.facts?.health === 'starting') return false;
  const ports = portsOf(peer);
  return isThere(peer, now) && at - peer.service.since >= settled && ports.size > 0 && !ports.has(port);
}

export const portRules: readonly Rule[] = [portFinding];
