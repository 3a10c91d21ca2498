import { displaySafe } from '../base/safeText.ts';
import type { Incident } from '../model/incident.ts';
import type { Issue } from '../model/issue.ts';
import type { Service, ServiceId } from '../model/service.ts';
import { waysIn } from './inhibit.ts';
import { isVeiled } from './veiled.ts';
import type { ServiceView, World } from './world.ts';

/** A change this long before the onset, ms, is what people suspect first. */
const news = 15 * 60_000;
const most = 6;

export interface Aside {
  readonly ruledOut: readonly string[];
  readonly notChecked: readonly string[];
}

const label = ({ name, project }: Service): string =>
  project === undefined ? displaySafe(name, 80) : `${displaySafe(name, 80)} (${displaySafe(project, 60)})`;
const minutes = (ms: number): string => (ms < 60_000 ? `${Math.max(0, Math.round(ms / 1000))} s` : `${Math.round(ms / 60_000)} min`);

/**
 * What is not the cause of an incident, by name and with the reason, and what nobody could look at. A change of a service that is in
 * no trouble itself explains nothing; neither does a dependency that is fine. `issues` are all that are open, `now` in ms.
 */
export function setAside(incident: Incident, issues: readonly Issue[], world: World, now: number): Aside {
  const members = new Set(incident.issues);
  const own = new Set(issues.filter(({ key }) => members.has(key)).flatMap(({ service }) => service ?? []));
  const troubled = new Set(issues.flatMap(({ service }) => service ?? []));
  const ways = waysIn(world, now);
  const needs = [...new Set([...own].flatMap(id => [...ways.near(id).keys()]))].filter(id => !own.has(id)).sort();
  const views = needs.flatMap(id => world.services.get(id) ?? []);
  const blind = (view: ServiceView): boolean => isVeiled(`${view.service.id}/unknown`, world, now);
  const calm = (view: ServiceView): boolean => !troubled.has(view.service.id) && !blind(view);
  const fine = views.filter(view => calm(view) && view.service.state === 'running');
  const changed = near(own, world).flatMap(view => (calm(view) ? changeText(view, incident.opened) : []));
  return {
    ruledOut: [
      ...changed.slice(0, most),
      ...fine.map(view => `${label(view.service)}: it is needed, runs and has no issue`).slice(0, most),
    ],
    notChecked: [
      ...views.filter(blind).map(view => `${label(view.service)}: it is needed and could not be looked at`),
      ...[...own].sort().flatMap(id => unreadable(world.services.get(id))),
    ].slice(0, most),
  };
}

/**
 * Who stands near an incident: its own projects first, and those of which a change is known. On the rest of its servers something is
 * always being made for the first time, and that is no change.
 */
function near(own: ReadonlySet<ServiceId>, world: World): ServiceView[] {
  const members = [...own].flatMap(id => world.services.get(id)?.service ?? []);
  const [servers, projects] = [new Set(members.map(({ server }) => server)), new Set(members.map(({ project }) => project))];
  const far = (view: ServiceView): number => Number(!projects.has(view.service.project)) * 2 + Number(view.deploy === undefined);
  return [...world.services.values()]
    .filter(view => servers.has(view.service.server) && !own.has(view.service.id) && far(view) < 3)
    .sort((a, b) => far(a) - far(b) || (a.service.id < b.service.id ? -1 : 1));
}

/** A change just before the onset of a service that is fine. */
function changeText(view: ServiceView, onset: number): string[] {
  const at = view.deploy?.at ?? view.moments.findLast(({ event }) => event === 'create' || event === 'update')?.at;
  if (at === undefined || at > onset || onset - at > news) return [];
  return [`${label(view.service)}: it was changed ${minutes(onset - at)} before, and is in no trouble itself`];
}

const unreadable = (view: ServiceView | undefined): string[] =>
  view?.logsUnreadable === undefined ? [] : [`log of ${label(view.service)}: ${displaySafe(view.logsUnreadable, 160)}`];
