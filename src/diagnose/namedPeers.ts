import type { LeveledLine } from '../model/logs.ts';
import type { Complaint } from '../model/probe.ts';
import type { ServiceId } from '../model/service.ts';
import { loopback, namesIn } from './saidNeeds.ts';
import type { ServiceView, World } from './world.ts';

/** A peer that the errors of a service name, by the newest line that does. */
export interface NamedPeer {
  readonly peer: ServiceId;
  /** 1…65535 */
  readonly port?: number;
  readonly complaint: Complaint;
  readonly http: boolean;
  readonly line: LeveledLine;
}

const lineCap = 2000;
/** ms */
const nearMs = 5000;
const refused = /\bECONNREFUSED\b|\brefused\b/i;
const timeout = /\bE?TIMEDOUT\b|\btimed? ?out\b|\btimeout\b|\bdeadline exceeded\b/i;
const http = /\bhttps?:\/\/|\b(?:GET|HEAD|POST|PUT|PATCH|DELETE) \/|\bupstream\b/i;

const portOf = (text: string | undefined): number | undefined => {
  const port = Number(text);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
};

/** The port behind a name: `db:5432`, `db port 5432`, `"db" (10.0.0.3), port 5432`. */
function portBehind(name: string, text: string): number | undefined {
  const at = text.toLowerCase().indexOf(name);
  if (at < 0) return undefined;
  const rest = text.slice(at + name.length, at + name.length + 80);
  return portOf(/^(?:\]?:|["')]?,?(?: \([\da-f.:]{2,39}\),?)? (?:on )?port[ :=]{1,2})(\d{1,5})(?!\d)/i.exec(rest)?.[1]);
}

/** Some say where they connect to in one line, and that it failed in the next: lines around the error, newest first. */
function portNear(name: string, { at }: LeveledLine, { logs }: ServiceView): number | undefined {
  const around = (logs?.last ?? []).filter(line => Math.abs(line.at - at) <= nearMs).toReversed();
  return around.map(line => portBehind(name, line.text.slice(0, lineCap))).find(port => port !== undefined);
}

function complaintOf(text: string): Complaint {
  if (refused.test(text)) return 'refused';
  return timeout.test(text) ? 'timeout' : 'none';
}

interface Said {
  readonly name: string;
  readonly port: number | undefined;
}

/** Names and ports in an error line: what the catalogue drew out of it, else what stands where a peer stands. */
function saidIn(line: LeveledLine, text: string): Said[] {
  const { known } = line;
  const byRow = known?.peer === undefined ? [] : [{ name: known.peer.toLowerCase(), port: portOf(known.port) }];
  const byPlace = namesIn(text).map(name => ({ name, port: portBehind(name, text) }));
  return [...byRow, ...byPlace];
}

/** Who bears a name or an address, among the services of the same project and server. */
function bearers(view: ServiceView, world: World): ReadonlyMap<string, ServiceId> {
  const found = new Map<string, ServiceId>();
  for (const { service } of world.services.values()) {
    if (service.server !== view.service.server || service.project !== view.service.project || service.id === view.service.id) continue;
    for (const name of [service.composeService, service.containerName, ...(service.addresses ?? [])]) {
      if (name !== undefined && name !== '' && !found.has(name.toLowerCase())) found.set(name.toLowerCase(), service.id);
    }
  }
  return found;
}

/** Who listens on the loopback of a machine has no name there: with one declared need alone, that is who is meant. */
const meantBy = (name: string, { service }: ServiceView, peers: ReadonlyMap<string, ServiceId>): ServiceId | undefined =>
  peers.get(name) ?? (loopback.has(name) && service.dependsOn.length === 1 ? service.dependsOn[0] : undefined);

/**
 * The peers that a service complains of in error lines since `from` (ms), each once by its newest line. Only services that are known
 * come out: a line chooses among them and brings in no address.
 */
export function namedPeers(view: ServiceView, world: World, from: number): readonly NamedPeer[] {
  const lines = (view.logs?.errors ?? []).filter(({ at }) => at >= from);
  if (lines.length === 0) return [];
  const peers = bearers(view, world);
  const found = new Map<ServiceId, NamedPeer>();
  for (const line of lines) for (const named of namedBy(line, view, peers)) found.set(named.peer, named);
  return [...found.values()];
}

/** The peers that one line names; of two mentions in one line the one with a port counts. */
function namedBy(line: LeveledLine, view: ServiceView, peers: ReadonlyMap<string, ServiceId>): NamedPeer[] {
  const text = line.text.slice(0, lineCap);
  const found = new Map<ServiceId, number | undefined>();
  for (const { name, port } of saidIn(line, text)) {
    const peer = meantBy(name, view, peers);
    if (peer !== undefined && peer !== view.service.id) found.set(peer, found.get(peer) ?? port ?? portNear(name, line, view));
  }
  const about = { complaint: complaintOf(text), http: http.test(text), line };
  return [...found].map(([peer, port]) => ({ peer, ...(port === undefined ? {} : { port }), ...about }));
}
