import type { Observation } from '../model/observation.ts';
import type { ServerId, Service, ServiceId, ServiceKind } from '../model/service.ts';
import type { DeclaredNeed } from '../model/settings.ts';
import { ofNextRun, withAdditions } from './additions.ts';
import { withChannelNote } from './channel.ts';
import { withDeclared } from './declared.ts';
import { withCycleNotes } from './dependencies.ts';
import type { Moment, ServerView, ServiceView } from './world.ts';

export type Of<K extends Observation['kind']> = Extract<Observation, { kind: K }>;

/** The next world while it is being made. */
export interface Draft {
  servers: Map<ServerId, ServerView>;
  services: Map<ServiceId, ServiceView>;
  changed: Set<ServiceId>;
  readonly declared: readonly DeclaredNeed[];
}

/** A removed service keeps its history this long, so that a recreated one continues it. */
const forgetAfter = 24 * 3_600_000;

/** Brings the services of one server up to a whole list of them; what is no longer listed is missing. */
export function takeInventory(draft: Draft, seen: Of<'inventory'>): void {
  const covered = coverage(draft, seen);
  const listed = new Set(seen.services.map(service => service.id));
  const needed = new Set(seen.services.flatMap(service => service.dependsOn));
  const awaited = new Set(seen.services.flatMap(service => service.waitsForEnd));
  for (const service of withCycleNotes(seen.services).map(withChannelNote)) {
    const before = draft.services.get(service.id);
    const next = listedView(before, service, seen.at, needed.has(service.id), awaited.has(service.id));
    if (next === before) continue;
    draft.services.set(service.id, next);
    draft.changed.add(service.id);
  }
  for (const [id, view] of draft.services) {
    if (view.service.server === seen.server && covered(view.service.kind) && !listed.has(id)) markMissing(draft, id, view, seen.at);
  }
  declare(draft);
}

/** Adds what the settings declare, now that other services are there, or another server is in sight. */
export function declare(draft: Draft): void {
  for (const [id, view] of withDeclared(draft, draft.declared)) {
    draft.services.set(id, view);
    draft.changed.add(id);
  }
}

/** Which kinds a list speaks for: those it holds; an empty one for containers, or for units where only those are watched. */
function coverage(draft: Draft, seen: Of<'inventory'>): (kind: ServiceKind) => boolean {
  const watches = draft.servers.get(seen.server)?.server.watches ?? [];
  const empty: ServiceKind = watches.includes('systemd') && !watches.includes('docker') ? 'unit' : 'container';
  const kinds = new Set<ServiceKind>(seen.services.length === 0 ? [empty] : seen.services.map(service => service.kind));
  return kind => kinds.has(kind);
}

function markMissing(draft: Draft, id: ServiceId, view: ServiceView, at: number): void {
  if (view.service.state === 'missing') {
    if (at - view.service.since <= forgetAfter) return;
    draft.services.delete(id);
    draft.changed.add(id);
    return;
  }
  draft.services.set(id, { ...view, service: { ...view.service, state: 'missing', since: at } });
  draft.changed.add(id);
}

function listedView(before: ServiceView | undefined, service: Service, at: number, asked: boolean, awaited: boolean): ServiceView {
  if (before === undefined) return { service, moments: [], deaths: [], known: at, needed: asked, awaited };
  const sameRun = before.service.instance === service.instance;
  const added = sameRun ? before.added : ofNextRun(before.added);
  const needed = asked || added?.needed === true;
  const next = { ...withAdditions(addressed(before.service, service), added), ...listedState(before, service, at, sameRun) };
  if (sameRun && needed === before.needed && awaited === before.awaited && sameService(before.service, next)) return before;
  if (sameRun) return { ...before, service: next, needed, awaited };
  const { facts: _facts, unseen: _unseen, logsUnreadable: _why, added: _added, ...history } = before;
  return { ...history, service: next, ...(added === undefined ? {} : { added }), needed, awaited };
}

/** A container that stopped has no address; who called it names the last one. */
const addressed = (before: Service, now: Service): Service =>
  now.addresses !== undefined || before.addresses === undefined || before.instance !== now.instance
    ? now
    : { ...now, addresses: before.addresses };

/** An event that came after the list was asked for knows the state better. */
function listedState(before: ServiceView, service: Service, at: number, sameRun: boolean): Pick<Service, 'state' | 'since'> {
  if (!sameRun) return { state: service.state, since: service.since || at };
  const newest = newestMoment(before);
  const state = newest !== undefined && newest.at > at ? before.service.state : service.state;
  return { state, since: state === before.service.state ? before.service.since : service.since || at };
}

const sameService = (a: Service, b: Service): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);
export const newestMoment = (view: ServiceView): Moment | undefined =>
  view.moments.findLast(moment => moment.instance === view.service.instance);
