import { displaySafe } from '../base/safeText.ts';
import type { Root } from '../model/incident.ts';
import type { Issue } from '../model/issue.ts';
import type { ServiceId } from '../model/service.ts';
import type { World } from './world.ts';

/**
 * Where an incident began: the issue that explains most of its symptoms, then the surest. Undefined where several services are in
 * trouble and none of them explains anything: then it is not known.
 */
export function rootOf(
  causes: readonly Issue[],
  symptoms: readonly Issue[],
  roots: ReadonlyMap<string, Issue>,
  world: World,
): Root | undefined {
  const explained = (cause: Issue): readonly Issue[] => symptoms.filter(issue => roots.get(issue.key)?.key === cause.key);
  const [best] = causes.toSorted(
    (a, b) =>
      explained(b).length - explained(a).length || b.confidence - a.confidence || a.firstSeen - b.firstSeen || (a.key < b.key ? -1 : 1),
  );
  if (best?.service === undefined) return undefined;
  const alone = causes.every(issue => issue.service === best.service);
  const below = explained(best);
  if (below.length === 0 && !alone) return undefined;
  return { service: best.service, issue: best.key, because: because(best.service, below, world) };
}

function because(service: ServiceId, symptoms: readonly Issue[], world: World): string {
  const names = [...new Set(symptoms.flatMap(issue => issue.service ?? []))].map(id => nameOf(id, world));
  if (names.length > 0) {
    const shown = names.slice(0, 4).join(', ');
    const more = names.length > 4 ? ` and ${names.length - 4} more` : '';
    return `${shown}${more} ${names.length === 1 ? 'needs' : 'need'} it, and it failed first`;
  }
  const needs = world.services.get(service)?.service.dependsOn.length ?? 0;
  return needs === 0 ? 'no other service of the incident is in trouble' : 'nothing that it needs explains it';
}

const nameOf = (id: ServiceId, world: World): string => displaySafe(world.services.get(id)?.service.name ?? id, 60);
