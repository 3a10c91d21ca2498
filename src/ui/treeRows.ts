import { left } from '../act/ages.ts';
import { incidentsOf } from '../act/groupPicture.ts';
import { rootWords } from '../act/groupText.ts';
import { serviceLabel, statusLine } from '../act/statusLine.ts';
import { displaySafe, forTree } from '../base/safeText.ts';
import { countsText, groupsOf, healthIn, type ServiceHealth, unitGroup, worstOf } from '../diagnose/health.ts';
import type { ServerView, ServiceView } from '../diagnose/world.ts';
import type { Beliefs } from '../engine/port.ts';
import type { Lease } from '../model/attention.ts';
import type { Issue } from '../model/issue.ts';
import type { ServerId, ServiceId } from '../model/service.ts';
import { appearance, type Look } from './appearance.ts';
import { count, exclusions, openIssues, worst } from './glance.ts';
import { publishedPages } from './published.ts';
import { shortClock } from './shortClock.ts';

/** One row of the tree, ready to be shown: all text has passed the tree's escaper. */
export interface Row {
  readonly id: string;
  readonly kind: 'server' | 'group' | 'service';
  readonly server: ServerId;
  readonly service?: ServiceId;
  readonly label: string;
  readonly description: string;
  readonly look: Look;
  /** Flags for `when` clauses: `container;running;unhealthy;published;excluded`. */
  readonly flags: string;
  /** What a screen reader says. */
  readonly says: string;
  readonly children: readonly string[];
}

export interface Rows {
  readonly roots: readonly string[];
  readonly byId: ReadonlyMap<string, Row>;
  /** Services shown, and those that the filter hides. */
  readonly shown: number;
  readonly hidden: number;
}

interface Scene {
  readonly beliefs: Beliefs;
  readonly now: number;
  readonly excluded: ReadonlyMap<string, Lease>;
  readonly issues: ReturnType<typeof openIssues>;
  readonly healthOf: (view: ServiceView) => ServiceHealth;
}

function flagsOf(view: ServiceView, look: Look, server: ServerView | undefined, marks: readonly string[]): string {
  const { service, facts } = view;
  const seen = server?.sight === 'clear';
  const pages = server === undefined ? [] : publishedPages(service.ports, server.server.reach);
  return [
    'service',
    service.kind,
    seen ? service.state : 'unknown',
    ...(facts?.health !== undefined && facts.health !== 'none' && service.state === 'running' ? [facts.health] : []),
    ...(look.word === 'crashed' || look.word === 'out of memory' ? ['failed'] : []),
    ...(pages.length > 0 && service.state === 'running' ? ['published'] : []),
    ...marks,
    ...(service.enabled ? [] : ['locked']),
  ].join(';');
}

/** Whether an issue of a service stands in an incident that waits for a person, or in one that somebody has seen. */
function incidentMark({ beliefs }: Scene, own: readonly Issue[]): readonly ('incident' | 'acknowledged')[] {
  const states = beliefs.incidents.filter(({ issues }) => own.some(({ key }) => issues.includes(key))).map(({ state }) => state);
  if (states.includes('open')) return ['incident'];
  return states.includes('acknowledged') ? ['acknowledged'] : [];
}

/** Status, issues beside it, that somebody has seen them, and what is left of an exclusion. */
function tellService(scene: Scene, view: ServiceView, own: readonly Issue[]): { readonly status: string; readonly description: string } {
  const lease = scene.excluded.get(view.service.id);
  const status = statusLine(view, scene.beliefs.world.servers.get(view.service.server), scene.now);
  const quiet = lease === undefined ? '' : `excluded, ${left(lease.until, scene.now)} left: `;
  const seen = incidentMark(scene, own).includes('acknowledged') ? ', acknowledged' : '';
  const counted = own.length > 0 ? `, ${count(own.length, 'issue')}` : '';
  return { status: `${status}${counted}${seen}`, description: `${quiet}${status}${seen}` };
}

function serviceRow(scene: Scene, view: ServiceView): Row {
  const { service } = view;
  const server = scene.beliefs.world.servers.get(service.server);
  const own = scene.beliefs.issues.filter(issue => issue.service === service.id && issue.severity !== 'info');
  const excluded = scene.excluded.has(service.id);
  const look = appearance(view, server, worst(own), excluded);
  const { status, description } = tellService(scene, view, own);
  return {
    id: `service:${service.id}`,
    kind: 'service',
    server: service.server,
    service: service.id,
    label: forTree(service.name, 80) || 'unnamed',
    description: forTree(description, 160),
    look,
    flags: flagsOf(view, look, server, [...(excluded ? ['excluded'] : []), ...incidentMark(scene, own)]),
    says: forTree(`${serviceLabel(service)}, ${look.word}, ${status}, server ${service.server}`, 300),
    children: [],
  };
}

const isUp = (scene: Scene, id: string): boolean => {
  const state = scene.beliefs.world.services.get(id)?.service.state;
  return state === 'running' || state === 'starting' || state === 'paused';
};

/** "2 of 3 up, 1 issue" of some services. */
function summary(scene: Scene, members: readonly ServiceId[]): string {
  const inside = new Set(members);
  const issues = scene.issues.filter(issue => issue.service !== undefined && inside.has(issue.service)).length;
  const up = members.filter(id => isUp(scene, id)).length;
  return `${up} of ${members.length} up${issues > 0 ? `, ${count(issues, 'issue')}` : ''}`;
}

const groupColours: Partial<Record<ServiceHealth, string>> = {
  critical: 'problemsErrorIcon.foreground',
  degraded: 'problemsWarningIcon.foreground',
  warning: 'problemsWarningIcon.foreground',
};

/** Id of the row of a group; the server has no slash. */
export const groupId = (server: ServerId, group: string): string => `group:${server}/${encodeURIComponent(group.toWellFormed())}`;

/** "2 of 3 up, 1 issue · db down since 14:02" */
function groupText(scene: Scene, members: readonly ServiceId[]): string {
  const root = rootWords(incidentsOf(new Set(members), scene.beliefs), scene.beliefs.world, shortClock);
  return forTree(`${summary(scene, members)}${root === undefined ? '' : ` · ${root}`}`, 160);
}

/** A group is as its worst member is. */
function groupRow(scene: Scene, server: ServerId, group: string, views: readonly ServiceView[]): Row {
  const members = views.map(view => view.service.id);
  const text = groupText(scene, members);
  const found = views.map(scene.healthOf);
  const health = worstOf(found);
  const color = groupColours[health];
  return {
    id: groupId(server, group),
    kind: 'group',
    server,
    label: forTree(group, 80) || 'unnamed',
    description: text,
    look: {
      icon: group === unitGroup ? 'gear' : 'layers',
      ...(color === undefined ? {} : { color }),
      word: health,
    },
    flags: 'group',
    says: forTree(`group ${group}, ${health}, ${text}, ${countsText(found)}, server ${server}`, 300),
    children: members.map(id => `service:${id}`),
  };
}

function serverText(scene: Scene, view: ServerView, members: readonly ServiceId[]): string {
  if (view.sight === 'waiting') return 'connecting…';
  if (view.sight === 'lost') return displaySafe(view.loss?.text ?? 'out of sight', 120);
  return summary(scene, members);
}

const serverLooks: Record<ServerView['sight'], Look> = {
  waiting: { icon: 'sync', word: 'connecting' },
  clear: { icon: 'server', word: 'watched' },
  lost: { icon: 'debug-disconnect', color: 'problemsWarningIcon.foreground', word: 'out of sight' },
};

function serverRow(scene: Scene, view: ServerView, members: readonly ServiceId[], children: readonly string[]): Row {
  const text = serverText(scene, view, members);
  const id = view.server.id;
  return {
    id: `server:${id}`,
    kind: 'server',
    server: id,
    label: forTree(view.server.label, 80),
    description: forTree(text, 160),
    look: serverLooks[view.sight],
    flags: `server;${view.sight}`,
    says: forTree(`server ${view.server.label}, ${serverLooks[view.sight].word}, ${text}`, 300),
    children,
  };
}

function matches(row: Row, view: ServiceView, words: readonly string[]): boolean {
  const { service } = view;
  const text = [row.label, row.description, row.look.word, service.containerName, service.project, service.group, service.image, row.server]
    .join(' ')
    .toLowerCase();
  return words.every(word => text.includes(word));
}

/**
 * The whole tree as values: server, group, service. Services of no group hang on the server itself.
 * `filter` holds words that all have to occur in a service's row; servers and groups that show nothing are then left out.
 */
export function treeRows(beliefs: Beliefs, now: number, filter: string): Rows {
  const scene: Scene = {
    beliefs,
    now,
    excluded: new Map(exclusions(beliefs, now).map(lease => [lease.scope, lease])),
    issues: openIssues(beliefs, now),
    healthOf: healthIn({ ...beliefs, at: now }),
  };
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const byId = new Map<string, Row>();
  const kept: ServiceView[] = [];
  for (const id of beliefs.shown) {
    const view = beliefs.world.services.get(id);
    if (view === undefined) continue;
    const row = serviceRow(scene, view);
    if (!matches(row, view, words)) continue;
    byId.set(row.id, row);
    kept.push(view);
  }
  const roots = [...beliefs.world.servers.values()].flatMap(server => {
    const id = hangServer(scene, server, kept, byId);
    return words.length > 0 && byId.get(id)?.children.length === 0 ? [] : [id];
  });
  return { roots, byId, shown: kept.length, hidden: beliefs.shown.length - kept.length };
}

function hangServer(scene: Scene, server: ServerView, kept: readonly ServiceView[], byId: Map<string, Row>): string {
  const views = kept.filter(view => view.service.server === server.server.id);
  const children: string[] = [];
  const loose: string[] = [];
  for (const { name, members } of groupsOf(views)) {
    if (name === undefined) {
      loose.push(...members.map(view => `service:${view.service.id}`));
      continue;
    }
    const row = groupRow(scene, server.server.id, name, members);
    byId.set(row.id, row);
    children.push(row.id);
  }
  const row = serverRow(
    scene,
    server,
    views.map(view => view.service.id),
    [...children, ...loose],
  );
  byId.set(row.id, row);
  return row.id;
}
