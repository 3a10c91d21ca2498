import { issueSummary } from '../act/message.ts';
import { nextStep } from '../act/nextStep.ts';
import { statusLine } from '../act/statusLine.ts';
import { needsIn, startOrder } from '../diagnose/dependencies.ts';
import { countsText, groupsOf, healthIn, type ServiceHealth, worstOf } from '../diagnose/health.ts';
import type { Report } from '../diagnose/report.ts';
import type { ServiceView, World } from '../diagnose/world.ts';
import type { Beliefs } from '../engine/port.ts';
import type { Incident } from '../model/incident.ts';
import type { Issue } from '../model/issue.ts';
import type { GroupsJson, InspectJson, IssueJson, ServerJson, ServiceJson, ServicesJson, TriageJson } from './cliShapes.ts';

export function issueJson(issue: Issue, world: World, now: number): IssueJson {
  const next = nextStep(issue, world);
  const { key, server, category, severity, confidence, band, status, firstSeen, lastSeen } = issue;
  return {
    key,
    server,
    service: issue.service ?? null,
    category,
    severity,
    confidence,
    band,
    summary: issueSummary(issue, world, now),
    ...(next === undefined ? {} : { next }),
    evidence: issue.evidence.map(({ known, ...piece }) => ({ ...piece, ref: { ...piece.ref }, ...(known === undefined ? {} : { known }) })),
    status,
    firstSeen,
    lastSeen,
  };
}

function incidentJson({ id, opened, issues, severity, root, symptoms }: Incident): TriageJson['incidents'][number] {
  return { id, opened, issues: [...issues], severity, root: root === undefined ? null : { ...root }, symptoms: [...symptoms] };
}

/** The report as programs read it; docs/cli.md tells what each field means. */
export function triageJson(report: Report, world: World): TriageJson {
  const lease = report.devMode;
  return {
    at: report.at,
    health: report.health,
    servers: report.servers.map(server => ({ ...server })),
    issues: report.issues.map(issue => issueJson(issue, world, report.at)),
    incidents: report.incidents.map(incidentJson),
    healthy: [...report.healthy],
    excluded: report.excluded.map(entry => ({ ...entry })),
    unknown: report.unknown.map(entry => ({ ...entry })),
    quiet: report.quiet.map(entry => ({ ...entry })),
    scope: { ...report.scope, unmatched: [...report.scope.unmatched] },
    devMode: lease === undefined ? null : { by: lease.by, reason: lease.reason, since: lease.since, until: lease.until },
  };
}

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
    instance: service.instance ?? null,
    image: service.image ?? null,
    state: service.state,
    status: statusLine(view, beliefs.world.servers.get(service.server), beliefs.at),
    since: service.since,
    health: facts?.health ?? null,
    exitCode: facts?.exitCode ?? null,
    oomKilled: facts?.oomKilled ?? null,
    restarts: facts?.restartCount ?? null,
    ports: service.ports.map(port => ({ container: port.container, protocol: port.protocol, host: port.host ?? null })),
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
    issues: beliefs.issues.filter(issue => issue.service === view.service.id).map(issue => issueJson(issue, beliefs.world, beliefs.at)),
    inspect: inspect ?? null,
  };
}

/** Of one service, as its group counts it: excluded ones and ended jobs are quiet. */
export const healthOf = (view: ServiceView, beliefs: Beliefs): ServiceHealth => healthIn(beliefs)(view);

/** Groups with the health of their worst member; those without a group come last. */
export function groupsJson(beliefs: Beliefs): GroupsJson {
  const healthOfMember = healthIn(beliefs);
  const groups = groupsOf(shownViews(beliefs)).map(({ server, name, members }) => {
    const found = members.map(healthOfMember);
    return {
      server,
      group: name ?? null,
      health: worstOf(found),
      counts: countsText(found),
      services: members.length,
      order: [...startOrder(needsIn(members.map(view => view.service))).order],
      members: members.map(view => ({ service: view.service.id, status: serviceJson(view, beliefs).status })),
    };
  });
  return { at: beliefs.at, groups };
}
