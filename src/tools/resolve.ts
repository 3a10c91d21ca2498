import { serviceLabel } from '../act/statusLine.ts';
import { displaySafe } from '../base/safeText.ts';
import type { Beliefs } from '../engine/port.ts';
import type { Service, ServiceId } from '../model/service.ts';
import { nearest } from './nearest.ts';

export type Resolved = { readonly ok: true; readonly id: ServiceId } | { readonly ok: false; readonly because: string };

type Names = (service: Service) => readonly (string | undefined)[];

const within = (service: Service, name: string | undefined): string | undefined =>
  service.project === undefined || name === undefined ? undefined : `${service.project}/${name}`;

/** The ways to name a service, the surest first; a way that finds several ends the search, because the next ones are vaguer. */
const ways: readonly Names[] = [
  service => [service.id],
  service => [within(service, service.composeService), within(service, service.containerName), within(service, service.name)],
  service => [service.containerName, service.composeService, service.name],
];

/** A container id, whole or its first 12 or more digits: shorter ones could be names. */
const isContainerId = (words: string): boolean => /^[0-9a-f]{12,64}$/.test(words);

/**
 * The one shown service that `words` name: its id, project/service, a name that only it has, or a container id. Never part of a name,
 * because `web` must not become `webhook`. `because` says what to do and is free of control characters.
 */
export function resolveService(beliefs: Beliefs, words: string): Resolved {
  const wanted = words.trim();
  const services = beliefs.shown.flatMap(id => beliefs.world.services.get(id)?.service ?? []);
  if (wanted === '') return { ok: false, because: `Name a service. ${someNames(services)}` };
  for (const names of ways) {
    const found = services.filter(service => names(service).includes(wanted));
    if (found.length > 0) return oneOf(wanted, found);
  }
  const byInstance = isContainerId(wanted) ? services.filter(service => service.instance?.startsWith(wanted)) : [];
  return byInstance.length > 0 ? oneOf(wanted, byInstance) : unknownName(wanted, services);
}

function oneOf(wanted: string, found: readonly Service[]): Resolved {
  const [first] = found;
  if (first !== undefined && found.length === 1) return { ok: true, id: first.id };
  const candidates = found.slice(0, 6).map(service => `"${displaySafe(service.id, 120)}"`);
  const more = found.length > 6 ? ` and ${found.length - 6} more` : '';
  return { ok: false, because: `"${displaySafe(wanted, 80)}" names ${found.length} services. Use one of ${candidates.join(', ')}${more}.` };
}

function unknownName(wanted: string, services: readonly Service[]): Resolved {
  const names = services.flatMap(service => [service.composeService ?? service.containerName, within(service, service.composeService)]);
  const close = nearest(
    wanted,
    names.filter(name => name !== undefined),
  );
  if (close.length === 0) return { ok: false, because: `There is no service "${displaySafe(wanted, 80)}": no services are seen at all.` };
  const offered = close.map(name => `"${displaySafe(name, 80)}"`).join(', ');
  return { ok: false, because: `There is no service "${displaySafe(wanted, 80)}". Did you mean ${offered}?` };
}

function someNames(services: readonly Service[]): string {
  if (services.length === 0) return 'No services are seen at all.';
  return `For example ${services.slice(0, 3).map(serviceLabel).join(', ')}.`;
}
