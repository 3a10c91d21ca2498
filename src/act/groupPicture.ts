import { hours } from '../base/time.ts';
import { whyStopped } from '../diagnose/death.ts';
import { needsIn, startOrder } from '../diagnose/dependencies.ts';
import { countsText, type Group, groupsOf, healthIn, type Picture, type ServiceHealth, worstOf } from '../diagnose/health.ts';
import type { ServerView, ServiceView, World } from '../diagnose/world.ts';
import type { KnownIncident } from '../model/incident.ts';
import type { Issue } from '../model/issue.ts';
import type { ServiceId } from '../model/service.ts';
import { statusLine } from './statusLine.ts';

/** What pictures of groups are made of; the engine's beliefs fit. */
export interface GroupNeeds extends Picture {
  readonly incidents: readonly KnownIncident[];
  /** In the order of the tree. */
  readonly shown: readonly ServiceId[];
}

export interface Member {
  readonly view: ServiceView;
  readonly status: string;
  readonly health: ServiceHealth;
  /** How long its present run lasts, ms; absent while it does not run or cannot be seen. */
  readonly up?: number;
  /** Deaths of the last 24 hours that nobody meant. */
  readonly deaths: number;
  /** By name; services of other groups and servers too. */
  readonly needs: readonly ServiceId[];
  readonly issues: readonly Issue[];
}

/** An incident that touches a group. */
export interface GroupIncident {
  readonly incident: KnownIncident;
  /** The issue at its root, where that is known and shown. */
  readonly root?: Issue;
  /** Whether the root's service is of another group. */
  readonly outside: boolean;
  /** What its root explains within the group, and the other issues that belong to it. */
  readonly symptoms: readonly Issue[];
  readonly others: readonly Issue[];
}

/** A group as its dashboard shows it. */
export interface GroupPicture extends Group {
  readonly at: number;
  readonly world: World;
  readonly serverView: ServerView | undefined;
  readonly health: ServiceHealth;
  /** "1 critical, 2 healthy" */
  readonly counts: string;
  readonly rows: readonly Member[];
  /** Ids, each after what it needs of the group; what is in a cycle, or behind one, has no order. */
  readonly order: readonly ServiceId[];
  readonly unordered: readonly ServiceId[];
  /** Earliest first. */
  readonly incidents: readonly GroupIncident[];
}

const deathSpan = hours(24);
const seen = (server: ServerView | undefined): boolean => server?.sight === 'clear';

function upOf({ service, facts, unseen }: ServiceView, server: ServerView | undefined, now: number): { readonly up?: number } {
  const began = facts?.startedAt ?? service.since;
  const runs = service.state === 'running' || service.state === 'starting' || service.state === 'paused';
  return runs && began > 0 && unseen === undefined && seen(server) ? { up: Math.max(0, now - began) } : {};
}

function memberOf(view: ServiceView, needs: GroupNeeds, health: ServiceHealth): Member {
  const { at, world, issues } = needs;
  const server = world.servers.get(view.service.server);
  // The end of a job is what it is for.
  const isDone = whyStopped(view, server?.gap).kind === 'finished';
  const unmeant = view.deaths.filter(death => !death.intended && at - death.at <= deathSpan);
  return {
    view,
    status: statusLine(view, server, at),
    health,
    ...upOf(view, server, at),
    deaths: unmeant.filter(death => !isDone || death.exit !== 0).length,
    needs: [...new Set(view.service.dependsOn)].sort(),
    issues: issues.filter(issue => issue.service === view.service.id),
  };
}

/** The incidents that touch some services, earliest first. */
export function incidentsOf(
  own: ReadonlySet<ServiceId>,
  { incidents, issues }: Pick<GroupNeeds, 'incidents' | 'issues'>,
): readonly GroupIncident[] {
  if (incidents.length === 0) return [];
  const byKey = new Map(issues.map(issue => [issue.key, issue]));
  const touches = (issue: Issue): boolean => issue.service !== undefined && own.has(issue.service);
  return incidents.flatMap(incident => {
    const inside = incident.issues.flatMap(key => byKey.get(key) ?? []).filter(touches);
    if (inside.length === 0) return [];
    const root = byKey.get(incident.root?.issue ?? '');
    const symptoms = inside.filter(({ key }) => incident.symptoms.includes(key));
    return {
      incident,
      ...(root === undefined ? {} : { root }),
      outside: incident.root !== undefined && !own.has(incident.root.service),
      symptoms,
      others: inside.filter(issue => issue !== root && !symptoms.includes(issue)),
    };
  });
}

function pictureOf(group: Group, needs: GroupNeeds, healthOf: (view: ServiceView) => ServiceHealth): GroupPicture {
  const rows = group.members.map(view => memberOf(view, needs, healthOf(view)));
  const found = rows.map(({ health }) => health);
  return {
    ...group,
    at: needs.at,
    world: needs.world,
    serverView: needs.world.servers.get(group.server),
    health: worstOf(found),
    counts: countsText(found),
    rows,
    ...startOrder(needsIn(group.members.map(({ service }) => service))),
    incidents: incidentsOf(new Set(group.members.map(({ service }) => service.id)), needs),
  };
}

/** Every group of what is shown, in the order of the tree; services of no group come last, together. */
export function groupPictures(needs: GroupNeeds): readonly GroupPicture[] {
  const views = needs.shown.flatMap(id => needs.world.services.get(id) ?? []);
  const healthOf = healthIn(needs);
  return groupsOf(views).map(group => pictureOf(group, needs, healthOf));
}
