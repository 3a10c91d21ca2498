import type { LeveledLine } from '../model/logs.ts';
import type { Complaint } from '../model/probe.ts';
import type { ServiceId } from '../model/service.ts';
import { loopback, portBehind, saidIn } from './peerNames.ts';
import type { ServiceView, World } from './world.ts';

/** A line that says "cannot reach db" makes a need for this long, ms. */
const holds = 60 * 60_000;
/** Some say where they connect to in one line, and that it failed in the next, ms. */
const nearMs = 5000;

/** An error of a service that names a peer of its project and server. */
export interface NamedPeer {
  readonly peer: ServiceId;
  /** The name or address by which it was called, in lower case. */
  readonly name: string;
  /** 1…65535 */
  readonly port?: number;
  readonly complaint: Complaint;
  readonly http: boolean;
  readonly line: LeveledLine;
}

type Services = World['services'];
type Peers = ReadonlyMap<string, ServiceId>;

interface Known {
  peers?: ReadonlyMap<string, Peers>;
  readonly named: Map<ServiceView, readonly NamedPeer[]>;
}

/** The services of a world never change: what is read from them holds for all that are assessed in one step. */
const knownOf = new WeakMap<Services, Known>();

/**
 * The peers that the kept errors of a service name, in the order of the lines, each once per line. Only services that are known come out: a
 * line chooses among them and brings in no address.
 */
export function namedPeers(view: ServiceView, { services }: World): readonly NamedPeer[] {
  const errors = view.logs?.errors ?? [];
  if (errors.length === 0) return [];
  const known = knownOf.get(services) ?? { named: new Map() };
  knownOf.set(services, known);
  const named = known.named.get(view) ?? errors.flatMap(line => namedBy(line, view, peersOf(view, services, known)));
  known.named.set(view, named);
  return named;
}

/** The same since `from` (ms), each peer once by its newest line. */
export function newestNamed(view: ServiceView, world: World, from: number): readonly NamedPeer[] {
  const recent = namedPeers(view, world).filter(({ line }) => line.at >= from);
  return [...new Map(recent.map(named => [named.peer, named])).values()];
}

/** What the errors of a service say it needs: peers of its project and server by whole name, with the newest such line, ms. */
export type SaidNeeds = (id: ServiceId) => ReadonlyMap<ServiceId, number>;

/** `now` in ms. */
export const saidNeedsIn =
  (world: World, now: number): SaidNeeds =>
  id => {
    const view = world.services.get(id);
    const said = new Map<ServiceId, number>();
    for (const { peer, line } of view === undefined ? [] : namedPeers(view, world)) {
      if (now - line.at <= holds) said.set(peer, Math.max(said.get(peer) ?? 0, line.at));
    }
    return said;
  };

/** The peers that one line names; of two mentions in one line the one with a port counts. */
function namedBy(line: LeveledLine, view: ServiceView, peers: () => Peers): NamedPeer[] {
  const { names, complaint, http } = saidIn(line);
  const found = new Map<ServiceId, NamedPeer>();
  for (const said of names) {
    const { name } = said;
    const peer = peers().get(name) ?? behindLoopback(name, view);
    if (peer === undefined || peer === view.service.id || found.get(peer)?.port !== undefined) continue;
    const port = said.port ?? portNear(name, line, view);
    found.set(peer, { peer, name, ...(port === undefined ? {} : { port }), complaint, http, line });
  }
  return [...found.values()];
}

/** Lines around the error, newest first. */
function portNear(name: string, { at }: LeveledLine, { logs }: ServiceView): number | undefined {
  const around = (logs?.last ?? []).filter(line => Math.abs(line.at - at) <= nearMs).toReversed();
  return around.map(line => portBehind(name, line.text)).find(port => port !== undefined);
}

/** Who listens on the loopback of a machine has no name there: with one declared need alone, that is who is meant. */
const behindLoopback = (name: string, { service: { dependsOn } }: ServiceView): ServiceId | undefined =>
  loopback.has(name) && dependsOn.length === 1 ? dependsOn[0] : undefined;

const place = ({ service }: ServiceView): string => JSON.stringify([service.server, service.project ?? null]);
const nobody: Peers = new Map();

/** Who answers to a name or address in a service's project and server; listed when the first line names somebody. */
const peersOf = (view: ServiceView, services: Services, known: Known) => (): Peers => {
  known.peers ??= namesAmong(services);
  return known.peers.get(place(view)) ?? nobody;
};

/** Names in lower case by project and server. Of several that bear one name the first replica stands for all. */
function namesAmong(services: Services): ReadonlyMap<string, Peers> {
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
