import { displaySafe } from '../base/safeText.ts';
import type { LeveledLine } from '../model/logs.ts';
import type { ServiceId } from '../model/service.ts';
import { type Finding, inspectWhere, logWhere, type Rule, type Sighting } from './finding.ts';
import { isThere } from './needsNow.ts';
import { namesIn, peersOf } from './saidNeeds.ts';
import type { ServiceView, World } from './world.ts';

const recent = 10 * 60_000;
/** A program that has just begun to run may not listen yet; ms. */
const settled = 10_000;

/** An error that names a peer. */
interface Complaint {
  readonly line: LeveledLine;
  readonly peer: ServiceView;
}

/** The errors of the last 10 min, or of those before it stopped, that name a peer of its project; newest first. */
function complaints(s: Sighting, world: World): Complaint[] {
  const errors = (s.view.logs?.errors ?? []).filter(line => line.at > endOf(s) - recent && line.at <= s.now).toReversed();
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

const endOf = ({ stop, now }: Sighting): number => (stop.kind === 'running' || stop.at === 0 ? now : stop.at);

function namesOf({ known, text }: LeveledLine): readonly string[] {
  const told = [known?.peer, known?.name].filter(name => name !== undefined);
  return told.length > 0 ? told : namesIn(text);
}

const nameOf = (view: ServiceView): string => displaySafe(view.service.name, 60);

/** That an error names the peer tells whose trouble it is. */
const namedFinding = (s: Sighting, { line, peer }: Complaint, category: 'network' | 'config_error'): Finding => ({
  kind: 'peer.named',
  categories: [category],
  what: `its errors name ${nameOf(peer)}`,
  from: 'log',
  at: line.at,
  lasting: s.stop.kind !== 'running',
  quote: displaySafe(line.text, 300),
  where: logWhere(s),
  ...(line.known === undefined ? {} : { known: line.known }),
});

// ---- a port that nobody listens on

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
      what: `it asks ${nameOf(peer)} at port ${line.known?.port}, and ${nameOf(peer)} is up and listens on ${ports.join(', ')}`,
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

// ---- a network that is not shared

/** Undefined where it cannot be told: it lives in the network of the machine, or of another container. */
function networksOf(view: ServiceView): readonly string[] | undefined {
  const networks = view.facts?.make?.networks;
  if (networks === undefined || networks.some(name => name === 'host' || name.startsWith('container:'))) return undefined;
  return networks.filter(name => name !== 'none');
}

/** Networks of the peer when the two share none; else undefined. */
function unshared(view: ServiceView, peer: ServiceView): { missing: string; who: ServiceView } | undefined {
  const [own, other] = [networksOf(view), networksOf(peer)];
  if (own === undefined || other === undefined || own.some(name => other.includes(name))) return undefined;
  // The one that is in fewer networks was taken out, or never put in.
  const [out, within] = other.length < own.length ? [peer, own] : [view, other];
  return { missing: within.slice(0, 3).join(', '), who: out };
}

const isNetworkLine = (line: LeveledLine): boolean => /^(?:refused|route|dns|reset|timeout)\//.test(line.known?.row ?? '');

function detachedFinding(s: Sighting): readonly Finding[] {
  const { world, view } = s;
  if (world === undefined) return [];
  const named = complaints(s, world);
  const complains = named.length > 0 || (view.logs?.errors ?? []).some(line => line.at > endOf(s) - recent && isNetworkLine(line));
  if (!complains) return [];
  const declared = view.service.dependsOn.flatMap((id: ServiceId) => world.services.get(id) ?? []);
  for (const peer of new Set([...named.map(each => each.peer), ...declared])) {
    const found = unshared(view, peer);
    if (found === undefined || found.missing === '') continue;
    const complaint = named.find(each => each.peer === peer);
    return [detached(s, peer, found), ...(complaint === undefined ? [] : [namedFinding(s, complaint, 'network')])];
  }
  return [];
}

const detached = (s: Sighting, peer: ServiceView, { missing, who }: { missing: string; who: ServiceView }): Finding => ({
  kind: 'net.detached',
  categories: ['network'],
  what: `it shares no network with ${nameOf(peer)}: ${nameOf(who)} is not in ${displaySafe(missing, 120)}`,
  from: 'inspect',
  at: s.now,
  began: complaintSince(s),
  lasting: true,
  quote: `${nameOf(who)} is not in ${displaySafe(missing, 120)}`,
  where: inspectWhere(s),
});

const complaintSince = ({ view, now }: Sighting): number => view.logs?.errors.find(isNetworkLine)?.at ?? now;

export const wiringRules: readonly Rule[] = [portFinding, detachedFinding];
