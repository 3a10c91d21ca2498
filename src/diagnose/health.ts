import type { Attention } from '../model/attention.ts';
import type { Issue, Severity } from '../model/issue.ts';
import type { ServerId, ServiceId } from '../model/service.ts';
import type { ServiceView, World } from './world.ts';

/** How a service is, worst first. `quiet` is what is meant to rest: left out by a person, stopped, or a job that ended. */
export const healths = ['critical', 'degraded', 'warning', 'unknown', 'healthy', 'quiet'] as const;
export type ServiceHealth = (typeof healths)[number];

/** What there is to judge from; the engine's beliefs fit. */
export interface Picture {
  readonly at: number;
  readonly world: World;
  readonly issues: readonly Issue[];
  readonly attention: Attention;
}

const bySeverity: Readonly<Record<Severity, ServiceHealth | undefined>> = {
  critical: 'critical',
  error: 'degraded',
  warning: 'warning',
  info: undefined,
};

/** The worst of some healths: critical > degraded > warning > unknown > healthy > quiet. */
export const worstOf = (some: Iterable<ServiceHealth>): ServiceHealth => {
  const all = new Set(some);
  return healths.find(health => all.has(health)) ?? 'quiet';
};

/** "1 critical, 2 healthy": how many there are of each, worst first. */
export const countsText = (some: readonly ServiceHealth[]): string =>
  healths
    .map(health => [some.filter(each => each === health).length, health] as const)
    .filter(([count]) => count > 0)
    .map(([count, health]) => `${count} ${health}`)
    .join(', ');

/** Gives the health of any service; issues and leases are sorted once, so that asking for all costs little. */
export function healthIn(picture: Picture): (view: ServiceView) => ServiceHealth {
  const { world, at } = picture;
  const left = new Set(picture.attention.leases.filter(lease => lease.until > at).map(lease => lease.scope));
  const ofIssues = new Map<ServiceId, ServiceHealth>();
  for (const { service, severity } of picture.issues) {
    const health = bySeverity[severity];
    if (service !== undefined && health !== undefined) ofIssues.set(service, worstOf([health, ofIssues.get(service) ?? 'quiet']));
  }
  return view => {
    const { id, server } = view.service;
    if (left.has(id)) return 'quiet';
    return ofIssues.get(id) ?? withoutIssue(view, world.servers.get(server)?.sight === 'clear');
  };
}

function withoutIssue(view: ServiceView, seen: boolean): ServiceHealth {
  const { state } = view.service;
  if (!seen || view.unseen !== undefined || state === 'unknown') return 'unknown';
  return state === 'running' || state === 'starting' ? 'healthy' : 'quiet';
}

/** Units of no group of their own stand together, after the containers. */
export const unitGroup = 'systemd units';

/** Services that stand together on one server; those of no group have none. */
export interface Group {
  readonly server: ServerId;
  readonly name: string | undefined;
  readonly members: readonly ServiceView[];
}

const groupOf = ({ service }: ServiceView): string | undefined => service.group ?? (service.kind === 'unit' ? unitGroup : undefined);

/** Groups and their members in the order given; those of no group come last. */
export function groupsOf(views: readonly ServiceView[]): readonly Group[] {
  const groups = new Map<string, { server: ServerId; name: string | undefined; members: ServiceView[] }>();
  for (const view of views) {
    const [server, name] = [view.service.server, groupOf(view)];
    const key = JSON.stringify([server, name ?? null]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { server, name, members: [view] });
    else group.members.push(view);
  }
  return [...groups.values()].sort((a, b) => Number(a.name === undefined) - Number(b.name === undefined));
}
