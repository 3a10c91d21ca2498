import { type GroupPicture, groupPictures, type Member } from '../act/groupPicture.ts';
import { issueSummary } from '../act/message.ts';
import { nextStep } from '../act/nextStep.ts';
import { statusLine } from '../act/statusLine.ts';
import { healthIn, type ServiceHealth } from '../diagnose/health.ts';
import { calibratedOf, type Suspecting } from '../diagnose/incidentView.ts';
import type { Report } from '../diagnose/report.ts';
import type { ServiceView, World } from '../diagnose/world.ts';
import type { Beliefs } from '../engine/port.ts';
import type { Issue } from '../model/issue.ts';
import type { Port } from '../model/service.ts';
import type { GroupsJson, InspectJson, IssueJson, ServerJson, ServiceJson, ServicesJson, TriageJson } from './cliShapes.ts';
import { incidentJson } from './incidentJson.ts';

export function issueJson(issue: Issue, world: World, now: number, incidents: readonly Suspecting[]): IssueJson {
  const calibrated = calibratedOf(issue, incidents);
  const next = nextStep(issue, world);
  const { key, server, category, severity, confidence, band, status, firstSeen, lastSeen } = issue;
  return {
    key,
    server,
    service: issue.service ?? null,
    category,
    severity,
    confidence,
    ...(calibrated === undefined ? {} : { calibrated }),
    band,
    summary: issueSummary(issue, world, now),
    ...(next === undefined ? {} : { next }),
    ...(issue.channel === undefined ? {} : { channel: issue.channel }),
    evidence: issue.evidence.map(({ known, ...piece }) => ({ ...piece, ref: { ...piece.ref }, ...(known === undefined ? {} : { known }) })),
    status,
    firstSeen,
    lastSeen,
  };
}

/** The report as programs read it; docs/cli.md tells what each field means. */
export function triageJson(report: Report, world: World): TriageJson {
  const lease = report.devMode;
  return {
    at: report.at,
    health: report.health,
    servers: report.servers.map(server => ({ ...server })),
    issues: report.issues.map(issue => issueJson(issue, world, report.at, report.incidents)),
    incidents: report.incidents.map(incidentJson),
    healthy: [...report.healthy],
    excluded: report.excluded.map(entry => ({ ...entry })),
    unknown: report.unknown.map(entry => ({ ...entry })),
    quiet: report.quiet.map(entry => ({ ...entry })),
    noise: (report.noise ?? []).map(entry => ({ ...entry })),
    scope: { ...report.scope, unmatched: [...report.scope.unmatched] },
    devMode: lease === undefined ? null : { by: lease.by, reason: lease.reason, since: lease.since, until: lease.until },
  };
}

const portJson = ({ container, protocol, host }: Port) => ({ container, protocol, host: host ?? null });

function serviceJson(view: ServiceView, beliefs: Beliefs): ServiceJson {
  const { service, facts } = view;
  const lease = beliefs.attention.leases.find(one => one.scope === service.id && one.until > beliefs.at);
  return {
    id: service.id,
    server: service.server,
    name: service.name,
    container: service.containerName,
    kind: service.kind,
    project: service.project ?? null,
    service: service.composeService ?? null,
    group: service.group ?? null,
    channel: service.alertChannel ?? null,
    instance: service.instance ?? null,
    image: service.image ?? null,
    state: service.state,
    status: statusLine(view, beliefs.world.servers.get(service.server), beliefs.at),
    since: service.since,
    health: facts?.health ?? null,
    exitCode: facts?.exitCode ?? null,
    oomKilled: facts?.oomKilled ?? null,
    restarts: facts?.restartCount ?? null,
    ports: service.ports.map(portJson),
    issues: beliefs.issues.filter(issue => issue.service === service.id).map(issue => issue.key),
    excludedUntil: lease?.until ?? null,
    diagnostics: [...service.diagnostics],
  };
}

export const shownViews = (beliefs: Beliefs): ServiceView[] => beliefs.shown.flatMap(id => beliefs.world.services.get(id) ?? []);

function serversJson(beliefs: Beliefs): ServerJson[] {
  const views = shownViews(beliefs);
  return [...beliefs.world.servers.values()].map(({ server, sight, loss }) => ({
    id: server.id,
    label: server.label,
    sight,
    ...(loss === undefined || sight === 'clear' ? {} : { why: loss.text, next: loss.next }),
    services: views.filter(view => view.service.server === server.id).length,
  }));
}

export const servicesJson = (beliefs: Beliefs): ServicesJson => ({
  at: beliefs.at,
  servers: serversJson(beliefs),
  services: shownViews(beliefs).map(view => serviceJson(view, beliefs)),
});

export function inspectJson(view: ServiceView, beliefs: Beliefs, inspect: unknown): InspectJson {
  const { facts } = view;
  const check = facts?.hasHealthcheck
    ? { streak: facts.failingStreak, exit: facts.healthLast?.exit ?? null, output: facts.healthLast?.output ?? null }
    : null;
  return {
    at: beliefs.at,
    service: serviceJson(view, beliefs),
    deaths: view.deaths.map(({ at, exit, oom, intended, inferred, ran }) => ({
      at,
      exit: exit ?? null,
      oom,
      intended,
      inferred,
      ran: ran ?? null,
    })),
    check,
    errors: (view.logs?.errors ?? []).map(line => ({ ...line })),
    issues: beliefs.issues
      .filter(issue => issue.service === view.service.id)
      .map(issue => issueJson(issue, beliefs.world, beliefs.at, beliefs.incidents)),
    inspect: inspect ?? null,
  };
}

/** Of one service, as its group counts it: excluded ones and ended jobs are quiet. */
export const healthOf = (view: ServiceView, beliefs: Beliefs): ServiceHealth => healthIn(beliefs)(view);

function groupJson(picture: GroupPicture): GroupsJson['groups'][number] {
  const { server, name, health, counts, rows, order, unordered, incidents } = picture;
  return {
    server,
    group: name ?? null,
    health,
    counts,
    services: rows.length,
    order: [...order],
    unordered: [...unordered],
    members: rows.map(memberJson),
    incidents: incidents.map(({ incident, outside }) => ({ ...incidentJson(incident), outside })),
  };
}

function memberJson({ view, status, health, up, deaths, needs, issues }: Member): GroupsJson['groups'][number]['members'][number] {
  const { id, state, ports, alertChannel, diagnostics } = view.service;
  return {
    service: id,
    status,
    state,
    health,
    up: up ?? null,
    deaths,
    channel: alertChannel ?? null,
    ports: ports.map(portJson),
    needs: [...needs],
    issues: issues.map(({ key }) => key),
    diagnostics: [...diagnostics],
  };
}

/** Groups with the health of their worst member; those without a group come last. `name`: only groups of that name. */
export const groupsJson = (beliefs: Beliefs, name?: string): GroupsJson => ({
  at: beliefs.at,
  groups: groupsNamed(beliefs, name).map(groupJson),
});

/** The groups of a name, or all. */
export const groupsNamed = (beliefs: Beliefs, name?: string): readonly GroupPicture[] =>
  groupPictures(beliefs).filter(group => name === undefined || group.name === name);
