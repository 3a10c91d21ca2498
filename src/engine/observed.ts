import { eventText } from '../act/eventText.ts';
import { displaySafe } from '../base/safeText.ts';
import type { World } from '../diagnose/world.ts';
import type { TimelineEntry } from '../model/incident.ts';
import type { Observation } from '../model/observation.ts';
import type { Health, ServerId, ServiceId } from '../model/service.ts';

type Of<K extends Observation['kind']> = Extract<Observation, { kind: K }>;
type Observed = Extract<TimelineEntry, { kind: 'observed' }>;

/** Two worlds and what came between them, in order: changes are told apart within a batch too. */
interface Span {
  readonly before: World;
  readonly after: World;
  readonly health: Map<ServiceId, Health>;
  readonly clear: Map<ServerId, boolean>;
}

/** Lifecycle events, changes of health and of sight stand in the timeline; other observations only feed beliefs. */
export function observedEntries(batch: readonly Observation[], before: World, after: World): readonly TimelineEntry[] {
  const span: Span = { before, after, health: new Map(), clear: new Map() };
  return batch.flatMap(seen => entryOf(seen, span) ?? []);
}

function entryOf(seen: Observation, span: Span): TimelineEntry | undefined {
  if (seen.kind === 'lifecycle') return lifecycleEntry(seen, span);
  if (seen.kind === 'inspected') return healthEntry(seen, span);
  return seen.kind === 'sight' || seen.kind === 'synced' ? sightEntry(seen, span) : undefined;
}

const base = (seen: Observation): Pick<Observed, 'at' | 'plusMinus' | 'actor' | 'server' | 'kind' | 'how'> => ({
  at: seen.at,
  plusMinus: seen.plusMinus,
  actor: 'system',
  server: seen.server,
  kind: 'observed',
  how: seen.how,
});

function lifecycleEntry(seen: Of<'lifecycle'>, { before, after }: Span): TimelineEntry | undefined {
  const name = (after.services.get(seen.service) ?? before.services.get(seen.service))?.service.name;
  // Health is told by inspect, which also says which way it went.
  if (name === undefined || seen.event === 'health') return undefined;
  const id = `${seen.server}:${seen.instance.slice(0, 16)}:${seen.event}:${seen.nano}`;
  return { ...base(seen), id, service: seen.service, event: seen.event, detail: eventText(name, seen.event, seen) };
}

function healthEntry(seen: Of<'inspected'>, { before, after, health }: Span): TimelineEntry | undefined {
  const { service, facts: is } = seen;
  const known = before.services.get(service)?.facts;
  const was = health.get(service) ?? (known?.instance === is.instance ? known.health : undefined);
  const view = after.services.get(service);
  // A look at an instance that is gone says nothing about the one that is there.
  if (view === undefined || view.service.instance !== is.instance) return undefined;
  health.set(service, is.health);
  if (was === undefined || was === is.health || (is.health !== 'healthy' && is.health !== 'unhealthy')) return undefined;
  const id = `${seen.server}:${is.instance.slice(0, 16)}:${is.health}:${Math.floor(seen.at / 1000)}`;
  return { ...base(seen), id, service, event: is.health, detail: `${displaySafe(view.service.name, 80)} is ${is.health}` };
}

function sightEntry(seen: Of<'sight'> | Of<'synced'>, { before, clear }: Span): TimelineEntry | undefined {
  const view = before.servers.get(seen.server);
  if (view === undefined) return undefined;
  const loss = seen.kind === 'sight' && !seen.clear ? seen : undefined;
  const was = clear.get(seen.server) ?? (view.sight === 'waiting' ? undefined : view.sight === 'clear');
  const is = loss === undefined;
  clear.set(seen.server, is);
  if (was === is) return undefined;
  const event = is ? 'sight-back' : 'sight-lost';
  const detail = is ? `${view.server.label} is in sight` : (loss.why?.text ?? `${view.server.label} is out of sight`);
  return { ...base(seen), id: `${seen.server}:${event}:${Math.round(seen.at)}`, event, detail };
}
