import type { LeveledLine } from '../model/logs.ts';
import type { ServiceId } from '../model/service.ts';
import type { ServiceView, World } from './world.ts';

/** A line that says "cannot reach db" makes a need for this long, ms. */
const holds = 60 * 60_000;
const lineCap = 2000;
const namesPerLine = 8;

/** What programs say when a peer cannot be reached. */
const unreachable =
  /\bE(?:CONNREFUSED|CONNRESET|CONNABORTED|TIMEDOUT|HOSTUNREACH|NETUNREACH|NOTFOUND|AI_AGAIN|PIPE)\b|\bconnect(?:ion|ing|)\b|\b(?:lookup|dial|getaddrinfo|unreachable|timed out|timeout|deadline exceeded|no such host|could not (?:translate|resolve)|name resolution|host not found)\b/i;

/** Where a peer's name stands in such a line: before a port, behind a word that takes a name, in an address, before the complaint. */
const places: readonly RegExp[] = [
  /(?<![\w.-])([a-z0-9][\w.-]{0,127}):\d{2,5}(?!\d)/gi,
  /\b(?:E[A-Z]{4,12}|EAI_AGAIN|lookup|getaddrinfo(?: [A-Z_]+)?|host(?: ?name)?|connect(?:ing|ion)? to|reach|resolve|dial|server (?:at|on)) {1,3}["'`([]?(?=([a-z0-9][\w.-]{0,127}))/gi,
  /:\/\/(?:[^\s/@]{0,128}@)?([a-z0-9][\w.-]{0,127})/gi,
  /(?<![\w.-])([a-z0-9][\w.-]{0,127})["'`]?:? {1,3}(?:connection (?:refused|reset|timed out)|is unreachable|no such host|not known|temporary failure)/gi,
];

/** Names of peers in the errors of a log, with the newest time each was named, ms. Lower case, whole names. */
type Named = ReadonlyMap<string, number>;

/** A line never changes, so that what was read from it stays true. */
const read = new WeakMap<LeveledLine, readonly string[]>();

function namedIn(lines: readonly LeveledLine[]): Named {
  const named = new Map<string, number>();
  for (const line of lines) {
    const names = read.get(line) ?? namesIn(line.text);
    read.set(line, names);
    for (const name of names) named.set(name, Math.max(named.get(name) ?? 0, line.at));
  }
  return named;
}

/** The peers that an error line cannot reach: `connect ECONNREFUSED db:5432` names db. */
export function namesIn(text: string): readonly string[] {
  const line = text.slice(0, lineCap);
  if (!unreachable.test(line)) return [];
  const found = places.flatMap(place => [...line.matchAll(place)].slice(0, namesPerLine).map(match => match[1] ?? ''));
  return [...new Set(found.map(name => name.toLowerCase().replace(/[.-]+$/, '')))];
}

/** What the errors of a service say it needs: peers of its project and server by whole name, with the newest such line, ms. */
export type SaidNeeds = (id: ServiceId) => ReadonlyMap<ServiceId, number>;

const place = ({ service }: ServiceView): string => JSON.stringify([service.server, service.project ?? null]);
const none: readonly LeveledLine[] = [];
const nothing: ReadonlyMap<ServiceId, number> = new Map();

/** `now` in ms. Names are looked up only for services that are asked for. */
export function saidNeedsIn(world: World, now: number): SaidNeeds {
  let peers: Peers | undefined;
  return id => {
    const view = world.services.get(id);
    const named = namedIn(view?.logs?.errors ?? none);
    if (view === undefined || named.size === 0) return nothing;
    peers ??= peersIn(world);
    return needsAmong(withLoopback(peers.get(place(view)) ?? new Map(), view), named, id, now);
  };
}

/** On the network of the machine every peer is behind loopback: with one declared need alone, that is who is meant. */
export const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1', '0.0.0.0']);

function withLoopback(peers: ReadonlyMap<string, ServiceId>, { service: { dependsOn } }: ServiceView): ReadonlyMap<string, ServiceId> {
  const [only, ...more] = dependsOn;
  return only === undefined || more.length > 0 ? peers : new Map([...peers, ...[...loopback].map(name => [name, only] as const)]);
}

function needsAmong(peers: ReadonlyMap<string, ServiceId>, named: Named, self: ServiceId, now: number): ReadonlyMap<ServiceId, number> {
  const said = new Map<ServiceId, number>();
  for (const [name, at] of named) {
    const peer = peers.get(name);
    if (peer !== undefined && peer !== self && now - at <= holds) said.set(peer, Math.max(said.get(peer) ?? 0, at));
  }
  return said;
}

/** Who answers to a name or address in a service's project and server, in any case of letters. */
export function peersOf(world: World, view: ServiceView): ReadonlyMap<string, ServiceId> {
  return peersIn(world).get(place(view)) ?? new Map();
}

type Peers = ReadonlyMap<string, ReadonlyMap<string, ServiceId>>;
/** The services of a world never change: they are listed once for all that are assessed in one step. */
const peersKnown = new WeakMap<World['services'], Peers>();

/** Names by project and server. Of several that bear one name the first replica stands for all. */
function peersIn({ services }: World): Peers {
  const known = peersKnown.get(services) ?? namesAmong(services);
  peersKnown.set(services, known);
  return known;
}

function namesAmong(services: World['services']): Peers {
  const all = new Map<string, Map<string, ServiceId>>();
  for (const view of [...services.values()].sort((a, b) => (a.service.id < b.service.id ? -1 : 1))) {
    const near = all.get(place(view)) ?? new Map<string, ServiceId>();
    all.set(place(view), near);
    for (const name of [view.service.composeService, view.service.containerName, ...(view.service.addresses ?? [])]) {
      const key = name?.toLowerCase() ?? '';
      if (key !== '' && !near.has(key)) near.set(key, view.service.id);
    }
  }
  return all;
}
