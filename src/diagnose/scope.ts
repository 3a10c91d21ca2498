import type { ServiceId } from '../model/service.ts';
import type { Settings } from '../model/settings.ts';
import { strangersIn } from './declared.ts';
import type { Report } from './report.ts';
import { namesOf } from './settingNames.ts';
import type { ServiceView, World } from './world.ts';

export interface Selection {
  /** In the order of the tree: server, group, name. */
  readonly shown: readonly ServiceId[];
  readonly scope: Report['scope'];
}

type Wanted = Pick<Settings, 'services' | 'scope'> & Partial<Pick<Settings, 'dependencies'>>;

/**
 * Which services are shown: the explicit list, else the compose project of a workspace folder, else all.
 * Names in `settings.dependencies` that nothing answers to are told with the others. `folders` are absolute paths. Units are shown in every scope but the explicit one: they have no project.
 */
export function select(world: World, settings: Wanted, folders: readonly string[]): Selection {
  const strangers = strangersIn(world, settings.dependencies ?? []);
  const present = [...world.services.values()].filter(view => view.service.enabled && view.service.state !== 'missing');
  if (settings.services.length > 0) return listed(present, settings.services, strangers);
  const projects = settings.scope === 'all' ? new Set<string>() : projectsIn(present, folders);
  if (projects.size === 0 && settings.scope !== 'workspace')
    return { shown: ordered(present), scope: { by: 'all', detail: 'all services', unmatched: strangers } };
  const inside = present.filter(view => view.service.kind === 'unit' || projects.has(projectKey(view)));
  const names = [...new Set(inside.flatMap(view => view.service.project ?? []))].sort();
  const detail = names.length === 0 ? 'no compose project of this workspace runs' : `project ${names.join(', ')}`;
  return { shown: ordered(inside), scope: { by: 'workspace', detail, unmatched: strangers } };
}

const projectKey = (view: ServiceView): string => `${view.service.server}\n${view.service.project ?? ''}`;

function projectsIn(views: readonly ServiceView[], folders: readonly string[]): Set<string> {
  const own = views.filter(view => view.service.project !== undefined && folders.some(folder => isWithin(view.service.folder, folder)));
  return new Set(own.map(projectKey));
}

/** Path comparison by parts, so that `/src/app` is not within `/src/ap`. */
function isWithin(path: string | undefined, folder: string): boolean {
  if (path === undefined || folder === '') return false;
  const clean = (text: string): string => text.replaceAll('\\', '/').replace(/\/+$/, '');
  return clean(path) === clean(folder) || clean(path).startsWith(`${clean(folder)}/`);
}

function listed(views: readonly ServiceView[], wanted: readonly string[], strangers: readonly string[]): Selection {
  const matches = wanted.map(words => ({ words, found: views.filter(view => isNamed(view, words)) }));
  const found = new Set(matches.flatMap(match => match.found));
  const unmatched = matches.filter(match => match.found.length === 0).map(match => match.words);
  return {
    shown: ordered([...found]),
    scope: { by: 'services', detail: `${wanted.length} listed`, unmatched: [...new Set([...unmatched, ...strangers])] },
  };
}

/** Whole names only: `web` is not `webhook`. */
const isNamed = ({ service }: ServiceView, words: string): boolean => namesOf(service).includes(words);

function ordered(views: readonly ServiceView[]): readonly ServiceId[] {
  const key = ({ service }: ServiceView): string => [service.server, service.group ?? '\uffff', service.name, service.id].join('\u0000');
  return views
    .map(view => ({ id: view.service.id, key: key(view) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ id }) => id);
}
