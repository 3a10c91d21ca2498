import type { ServerId, Service } from '../model/service.ts';
import type { World } from './world.ts';

/** The ways a setting may name a service. Whole names only: `web` is not `webhook`. */
export function namesOf(service: Service): readonly string[] {
  const { id, containerName, composeService, project } = service;
  const within = project === undefined ? [] : [`${project}/${composeService ?? containerName}`];
  return [...new Set([id, containerName, ...(composeService === undefined ? [] : [composeService]), ...within])];
}

export type Known = Pick<World, 'servers' | 'services'>;

/** Services as a setting calls them. */
export interface Names {
  /** All of a name; of one server where the words are `server:name`. Those that are there hide removed ones. */
  find(words: string): readonly Service[];
  /** What `from` calls so: of its own server unless the words name one, and of its own project where that has one of the name. */
  findFor(from: Service, words: string): readonly Service[];
  /** The server that the words name; absent where they name none. */
  serverOf(words: string): ServerId | undefined;
}

export function settingNames({ servers, services }: Known): Names {
  const byName = new Map<string, Service[]>();
  for (const { service } of services.values()) {
    for (const name of namesOf(service)) {
      const list = byName.get(name);
      if (list === undefined) byName.set(name, [service]);
      else list.push(service);
    }
  }
  const serverOf = (words: string): ServerId | undefined => {
    const server = words.slice(0, Math.max(0, words.indexOf(':')));
    return servers.has(server) ? server : undefined;
  };
  const all = (words: string): readonly Service[] => {
    const server = serverOf(words);
    const named = byName.get(server === undefined ? words : words.slice(server.length + 1)) ?? [];
    return server === undefined ? named : named.filter(service => service.server === server);
  };
  const findFor = (from: Service, words: string): readonly Service[] => {
    const near = all(words).filter(({ id, server }) => server === (serverOf(words) ?? from.server) || id === words);
    const own = near.filter(({ project }) => project !== undefined && project === from.project);
    return there((own.length > 0 ? own : near).filter(({ id }) => id !== from.id));
  };
  return { find: words => there(all(words)), findFor, serverOf };
}

/** What was removed counts only where nothing else has its name. */
function there(found: readonly Service[]): readonly Service[] {
  const present = found.filter(({ state }) => state !== 'missing');
  return present.length > 0 ? present : found;
}

const whole = ({ server, project, composeService, containerName }: Service): string =>
  JSON.stringify([server, project, composeService ?? containerName]);

/** Whether all are replicas of one service; two projects have two of one name. */
export const isOne = (found: readonly Service[]): boolean => new Set(found.map(whole)).size === 1;
