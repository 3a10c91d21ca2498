import { eventText } from '../act/eventText.ts';
import { displaySafe } from '../base/safeText.ts';
import type { World } from '../diagnose/world.ts';
import type { TimelineEntry } from '../model/incident.ts';
import type { Observation } from '../model/observation.ts';

type Of<K extends Observation['kind']> = Extract<Observation, { kind: K }>;
type Observed = Extract<TimelineEntry, { kind: 'observed' }>;

/** Lifecycle events, changes of health and of sight stand in the timeline; other observations only feed beliefs. */
export function observedEntry(seen: Observation, before: World, after: World): TimelineEntry | undefined {
  if (seen.kind === 'lifecycle') return lifecycleEntry(seen, before, after);
  if (seen.kind === 'inspected') return healthEntry(seen, before, after);
  return seen.kind === 'sight' || seen.kind === 'synced' ? sightEntry(seen, before, after) : undefined;
}

const base = (seen: Observation): Pick<Observed, 'at' | 'plusMinus' | 'actor' | 'server' | 'kind' | 'how'> => ({
  at: seen.at,
  plusMinus: seen.plusMinus,
  actor: 'system',
  server: seen.server,
  kind: 'observed',
  how: seen.how,
});

function lifecycleEntry(seen: Of<'lifecycle'>, before: World, after: World): TimelineEntry | undefined {
  const name = (after.services.get(seen.service) ?? before.services.get(seen.service))?.service.name;
  // Health is told by inspect, which also says which way it went.
  if (name === undefined || seen.event === 'health') return undefined;
  const id = `${seen.server}:${seen.instance.slice(0, 16)}:${seen.event}:${seen.nano}`;
  return { ...base(seen), id, service: seen.service, event: seen.event, detail: eventText(name, seen.event, seen) };
}

function healthEntry(seen: Of<'inspected'>, before: World, after: World): TimelineEntry | undefined {
  const [was, is] = [before.services.get(seen.service)?.facts, seen.facts];
  if (was === undefined || was.health === is.health || (is.health !== 'healthy' && is.health !== 'unhealthy')) return undefined;
  const name = after.services.get(seen.service)?.service.name ?? seen.service;
  const id = `${seen.server}:${is.instance.slice(0, 16)}:${is.health}:${Math.floor(seen.at / 1000)}`;
  return { ...base(seen), id, service: seen.service, event: is.health, detail: `${displaySafe(name, 80)} is ${is.health}` };
}

function sightEntry(seen: Of<'sight'> | Of<'synced'>, before: World, after: World): TimelineEntry | undefined {
  const [was, is] = [before.servers.get(seen.server), after.servers.get(seen.server)];
  if (was === undefined || is === undefined || was.sight === is.sight) return undefined;
  const event = is.sight === 'lost' ? 'sight-lost' : 'sight-back';
  return {
    ...base(seen),
    id: `${seen.server}:${event}:${Math.round(seen.at)}`,
    event,
    detail: is.loss?.text ?? `${is.server.label} is in sight`,
  };
}
