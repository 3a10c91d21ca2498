import { displaySafe } from '../base/safeText.ts';
import type { LeveledLine } from '../model/logs.ts';
import { complaints, namedFinding, peerName, recentErrors } from './complaints.ts';
import { type Finding, inspectWhere, type Rule, type Sighting } from './finding.ts';
import type { ServiceView } from './world.ts';

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
  const complains = named.length > 0 || recentErrors(s).some(isNetworkLine);
  if (!complains) return [];
  const declared = view.service.dependsOn.flatMap(id => world.services.get(id) ?? []);
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
  what: `it shares no network with ${peerName(peer)}: ${peerName(who)} is not in ${displaySafe(missing, 120)}`,
  from: 'inspect',
  at: s.now,
  began: complaintSince(s),
  lasting: true,
  quote: `${peerName(who)} is not in ${displaySafe(missing, 120)}`,
  where: inspectWhere(s),
});

const complaintSince = ({ view, now }: Sighting): number => view.logs?.errors.find(isNetworkLine)?.at ?? now;

export const networkRules: readonly Rule[] = [detachedFinding];
