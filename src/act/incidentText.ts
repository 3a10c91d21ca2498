import { redact } from '../base/redact.ts';
import { displaySafe } from '../base/safeText.ts';
import { calibratedOf, servicesOf } from '../diagnose/incidentView.ts';
import type { Report } from '../diagnose/report.ts';
import type { World } from '../diagnose/world.ts';
import type { Escalation, KnownIncident, TimelineEntry } from '../model/incident.ts';
import type { Issue } from '../model/issue.ts';
import type { Label, Prediction } from '../model/prediction.ts';
import type { ServerId, ServiceId } from '../model/service.ts';
import { span } from './ages.ts';
import { nameOf } from './reportDoc.ts';

type Told = Extract<TimelineEntry, { kind: 'incident' }>;

/** The service, or the server, that an incident is called after: its root, else the one whose issue came first. */
function subjectOf(incident: KnownIncident): ServiceId | ServerId {
  const key = incident.issues[0] ?? incident.id.slice(0, incident.id.lastIndexOf('@'));
  return incident.root?.service ?? key.slice(0, key.lastIndexOf('/'));
}

/** "db (shop) and 2 more". */
export function incidentName(incident: KnownIncident, world: World): string {
  const subject = subjectOf(incident);
  const server = world.servers.get(subject)?.server.label;
  const name = server === undefined ? nameOf(subject, world) : `server ${displaySafe(server, 80)}`;
  const others = servicesOf(incident).filter(id => id !== subject).length;
  return others === 0 ? name : `${name} and ${others} more`;
}

/** "Root cause: db (shop) (oom, 97 %) · explains api (shop)": of the incident that an issue is the root of, where it is not alone in it. */
export function rootLines({ incidents, issues }: Pick<Report, 'incidents' | 'issues'>, issue: Issue, world: World): string[] {
  const incident = incidents.find(({ root }) => root?.issue === issue.key);
  if (incident === undefined || incident.issues.length < 2) return [];
  const confidence = calibratedOf(issue, incidents) ?? issue.confidence;
  const sure = `${issue.category}, ${Math.round(confidence * 100)} %`;
  const below = issues.filter(({ key }) => incident.symptoms.includes(key)).map(({ service, server }) => service ?? server);
  const names = [...new Set(below)].map(id => nameOf(id, world));
  const more = names.length > 6 ? ` and ${names.length - 6} more` : '';
  const explains = names.length === 0 ? '' : ` · explains ${names.slice(0, 6).join(', ')}${more}`;
  return [`Root cause: ${nameOf(subjectOf(incident), world)} (${sure})${explains}`];
}

/** Where a person has to say what is true: what is suspected, what would refute each, and the three answers. Beside the first suspect. */
export function askLines({ incidents }: Pick<Report, 'incidents'>, issue: Issue, world: World): string[] {
  const incident = incidents.find(({ hypotheses }) => hypotheses[0]?.issue === issue.key);
  const [top] = incident?.hypotheses ?? [];
  if (incident?.escalation?.to !== 'ask' || top === undefined || top.band === 'high' || incident.state !== 'open') return [];
  const suspects = incident.hypotheses.map(
    ({ service, category, confidence, whatWouldRefute }, i) =>
      `${i + 1}. ${nameOf(service, world)} (${category}, ${Math.round(confidence * 100)} %); refuted if ${whatWouldRefute}`,
  );
  return [
    `not sure (${incident.escalation.because}); suspected:`,
    ...suspects,
    'right, wrong cause, or not an issue? Say so with "Dozor: Judge the Cause of an Incident"',
  ];
}

const words: Record<Told['change'], (incident: KnownIncident, name: string, now: number) => string> = {
  opened: (_incident, name) => `incident opened: ${name}`,
  acknowledged: ({ acknowledged }, name) => `incident acknowledged by a ${acknowledged?.by ?? 'person'}: ${name}`,
  unacknowledged: (_incident, name) => `incident counts again: ${name}`,
  merged: (_incident, name) => `two incidents turned out to be one: ${name}`,
  reopened: (_incident, name) => `incident is back: ${name}`,
  resolved: ({ opened }, name, now) => `incident resolved after ${span(now - opened)}: ${name}`,
};

/** What a change of an incident reads like in the timeline; `other` is the incident that was merged. `now` in ms. */
export function incidentEntry(change: Told['change'], incident: KnownIncident, world: World, now: number, other = ''): TimelineEntry {
  const subject = subjectOf(incident);
  const view = world.services.get(subject);
  const turn = { merged: other, acknowledged: String(now), unacknowledged: String(now) }[change as string] ?? String(incident.reopened);
  return {
    id: `${incident.id}:incident:${change}:${turn}`,
    at: change === 'opened' ? incident.opened : now,
    plusMinus: 0,
    actor: change === 'acknowledged' ? (incident.acknowledged?.by ?? 'person') : change === 'unacknowledged' ? 'person' : 'dozor',
    server: view?.service.server ?? serverIn(subject, world),
    ...(view === undefined ? {} : { service: subject }),
    kind: 'incident',
    incident: incident.id,
    change,
    severity: incident.severity,
    detail: words[change](incident, incidentName(incident, world), now),
  };
}

const labelWords: Record<Label, string> = {
  right: 'the cause was right',
  'wrong-cause': 'the cause was another one',
  'not-an-issue': 'it was no issue',
};

/** That somebody said whether a cause was right. `now` in ms. */
export function labelEntry(incident: KnownIncident, told: Prediction, world: World, now: number): TimelineEntry {
  const subject = subjectOf(incident);
  return {
    id: `${told.id}:label:${now}`,
    at: now,
    plusMinus: 0,
    actor: told.labelledBy === 'person' ? 'person' : 'dozor',
    server: world.services.get(subject)?.service.server ?? serverIn(subject, world),
    ...(world.services.has(subject) ? { service: subject } : {}),
    kind: 'decided',
    detail: `${incidentName(incident, world)}: ${told.label === undefined ? 'no label' : labelWords[told.label]}`,
    because: `${told.category} was predicted with ${Math.round(told.calibrated * 100)} %`,
  };
}

const escalationWords: Record<Escalation['to'], string> = {
  fixable: 'sure enough for a fix',
  deeper: 'worth another look',
  ask: 'a person has to say',
};

/** What a deeper look that Dozor took by itself came to. `now` in ms. */
export function deeperEntry(
  before: KnownIncident,
  after: KnownIncident,
  notSeen: readonly string[],
  world: World,
  now: number,
): TimelineEntry {
  const { to = 'ask', because = 'no cause is known' } = after.escalation ?? {};
  const blind =
    notSeen.length === 0
      ? ''
      : `; not seen: ${notSeen
          .slice(0, 3)
          .map(text => displaySafe(redact(text), 120))
          .join(', ')}`;
  const subject = subjectOf(after);
  return {
    id: `${after.id}:deeper:${now}`,
    at: now,
    plusMinus: 0,
    actor: 'dozor',
    server: world.services.get(subject)?.service.server ?? serverIn(subject, world),
    ...(world.services.has(subject) ? { service: subject } : {}),
    kind: 'decided',
    detail: `looked deeper into ${incidentName(after, world)}: ${escalationWords[to]}`,
    because: `before: ${before.escalation?.because ?? 'no cause was known'}; now: ${because}${blind}`,
  };
}

const serverIn = (subject: string, world: World): ServerId => (world.servers.has(subject) ? subject : (subject.split('/')[0] ?? subject));
