import { displaySafe } from '../base/safeText.ts';
import { calibratedOf, type Suspecting } from '../diagnose/incidentView.ts';
import type { Noise } from '../diagnose/noise.ts';
import type { Overall, Report } from '../diagnose/report.ts';
import type { World } from '../diagnose/world.ts';
import type { Lease } from '../model/attention.ts';
import type { Issue } from '../model/issue.ts';
import type { ServiceId } from '../model/service.ts';
import { clockTime, left } from './ages.ts';
import { serviceLabel } from './statusLine.ts';
import { unread } from './unread.ts';

/** A report as blocks of plain text; each form escapes and draws them in its own way. */
export type Block =
  | { readonly kind: 'verdict' | 'banner' | 'heading' | 'line' | 'item' | 'detail'; readonly text: string }
  | { readonly kind: 'quotes'; readonly lines: readonly string[] };

const words: Record<Overall, string> = { healthy: 'Healthy', degraded: 'Degraded', critical: 'Critical', unknown: 'Unknown' };

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** The name for people of any service id, known or not. */
export function nameOf(id: ServiceId, world: World): string {
  const view = world.services.get(id);
  return view === undefined ? displaySafe(id, 120) : serviceLabel(view.service);
}

/** The whole report in one line: "Critical: 2 issues (2 critical); 6 healthy, 1 quiet". */
export function verdict(report: Report): string {
  const counts = (
    [
      [report.healthy.length, 'healthy'],
      [report.quiet.length, 'quiet'],
      [report.excluded.length, 'excluded'],
      [report.unknown.length, 'unknown'],
    ] as const
  ).filter(([count]) => count > 0);
  const rest = counts.map(([count, word]) => `${count} ${word}`).join(', ');
  return `${words[report.health]}: ${issueCount(report)}${rest === '' ? '' : `; ${rest}`}.`;
}

/** Symptoms are no problems of their own, and what was acknowledged is known: both are counted apart. */
function issueCount(report: Report): string {
  const under = new Set(report.incidents.flatMap(incident => incident.symptoms));
  const seen = new Set(report.incidents.flatMap(({ state, issues }) => (state === 'acknowledged' ? issues : [])));
  const apart = report.issues.filter(issue => !under.has(issue.key));
  const issues = apart.filter(issue => !seen.has(issue.key));
  const symptoms = report.issues.length - apart.length;
  const known = apart.length === issues.length ? '' : `, ${apart.length - issues.length} acknowledged`;
  const more = `${symptoms === 0 ? '' : ` with ${plural(symptoms, 'symptom')}`}${known}`;
  if (issues.length === 0) return `no issues${more}`;
  const severities = (['critical', 'error', 'warning', 'info'] as const)
    .map(severity => [issues.filter(issue => issue.severity === severity).length, severity] as const)
    .filter(([count]) => count > 0)
    .map(([count, severity]) => `${count} ${severity}`);
  return `${plural(issues.length, 'issue')} (${severities.join(', ')})${more}`;
}

/** "DEV MODE is on for 3 h 12 min more, until 14:02:07 UTC: …; Dozor watches and does nothing by itself." */
export function devModeBanner(lease: Lease, now: number): string {
  const reason = displaySafe(lease.reason, 120);
  return (
    `DEV MODE is on for ${left(lease.until, now)} more, until ${clockTime(lease.until)}${reason === '' ? '' : ` (${reason})`}: ` +
    'Dozor watches and does nothing by itself.'
  );
}

function excludedLine(entry: Report['excluded'][number], world: World, now: number): string {
  const reason = displaySafe(entry.reason, 120);
  const critical = entry.critical === undefined ? '' : `; critical all the same: ${entry.critical}`;
  return `${nameOf(entry.service, world)}: ${left(entry.until, now)} left${reason === '' ? '' : ` (${reason})`}${critical}`;
}

function unknownLine(entry: Report['unknown'][number], world: World): string {
  const subject =
    entry.service === undefined
      ? `server ${displaySafe(world.servers.get(entry.server)?.server.label ?? entry.server, 80)}`
      : nameOf(entry.service, world);
  return `${subject}: unknown, ${displaySafe(entry.why, 200)}`;
}

/** "120 error lines of 2 patterns in 10 min are not counted, …": what is held back is told, and what would change that. */
export function noiseText({ patterns, count, why, wouldBeReal }: Noise): string {
  const lines = `${plural(count, 'error line')} of ${plural(patterns, 'pattern')} in 10 min`;
  return `${lines} held to be noise (${why}). Real would be: ${wouldBeReal}.`;
}

/** "error, 97 % sure (high; 72 % as the cause), confirmed, channel ops": the weights behind it are in the evidence. */
export function gradeOf(issue: Issue, incidents: readonly Suspecting[]): string {
  const calibrated = calibratedOf(issue, incidents);
  const cause = calibrated === undefined ? '' : `; ${Math.round(calibrated * 100)} % as the cause`;
  const channel = issue.channel === undefined ? '' : `, channel ${displaySafe(issue.channel, 64)}`;
  return `${issue.severity}, ${Math.round(issue.confidence * 100)} % sure (${issue.band}${cause}), ${issue.status}${channel}`;
}

/** What was looked at, and names from the settings that nothing answers to. */
function scopeLine(report: Report): string {
  const { by } = report.scope;
  const what = { services: 'the services of the settings', workspace: 'the project of this workspace', all: 'all services' }[by];
  const detail = by === 'all' ? '' : displaySafe(report.scope.detail, 200);
  const missing = report.scope.unmatched.map(name => displaySafe(name, 60)).join(', ');
  return `Looked at ${what}${detail === '' ? '' : `: ${detail}`}${missing === '' ? '' : `; not found: ${missing}`}.`;
}

export const section = (heading: string, items: readonly string[]): Block[] =>
  items.length === 0 ? [] : [{ kind: 'heading', text: heading }, ...items.map(text => ({ kind: 'item', text }) as const)];

/** The sections after the issues, the same in every form. */
export function tail(report: Report, world: World): Block[] {
  return [
    ...section('Could not look', blindItems(report, world)),
    ...section('Logs read in part', unreadItems(report, world)),
    ...section(
      'Excluded',
      report.excluded.map(entry => excludedLine(entry, world, report.at)),
    ),
    ...section(
      'Quiet',
      report.quiet.map(entry => `${nameOf(entry.service, world)}: ${displaySafe(entry.why, 160)}`),
    ),
    ...section(
      'Noise',
      (report.noise ?? []).map(noise => `${nameOf(noise.service, world)}: ${noiseText(noise)}`),
    ),
    ...section('Healthy', report.healthy.length === 0 ? [] : [report.healthy.map(id => nameOf(id, world)).join(', ')]),
    { kind: 'line', text: scopeLine(report) },
  ];
}

const mostNotes = 12;

/** What is wrong with labels and settings of services that are told here. */
export function diagnosticItems({ issues, healthy, quiet, excluded }: Report, world: World): string[] {
  const ids = new Set([
    ...issues.flatMap(({ service }) => service ?? []),
    ...healthy,
    ...[...quiet, ...excluded].map(entry => entry.service),
  ]);
  const notes = [...ids].flatMap(id =>
    (world.services.get(id)?.service.diagnostics ?? []).map(note => `${nameOf(id, world)}: ${displaySafe(note, 240)}`),
  );
  return notes.length <= mostNotes ? notes : [...notes.slice(0, mostNotes), `and ${notes.length - mostNotes} more`];
}

/** A server out of sight stands once, with its reason and what to do; its services only where they have a reason of their own. */
function blindItems(report: Report, world: World): string[] {
  const lost = report.servers.filter(server => server.sight === 'lost');
  const told = new Set(lost.map(server => server.why));
  return [...lost.map(lostServer), ...report.unknown.filter(entry => !told.has(entry.why)).map(entry => unknownLine(entry, world))];
}

/** Of the services that the report names. */
function unreadItems(report: Report, world: World): string[] {
  const named = [...report.healthy, ...report.issues.map(issue => issue.service), ...report.quiet.map(entry => entry.service)];
  return [...new Set(named)].flatMap(id => {
    const view = id === undefined ? undefined : world.services.get(id);
    const text = view && unread(view);
    return view === undefined || text === undefined ? [] : [`${serviceLabel(view.service)}: ${text}`];
  });
}

function lostServer(server: Report['servers'][number]): string {
  const services = server.services === 0 ? '' : ` (${plural(server.services, 'service')})`;
  const why = displaySafe(server.why ?? 'no reason known', 200);
  const next = server.next === undefined ? '' : ` Next: ${displaySafe(server.next, 200)}`;
  return `server ${displaySafe(server.label, 80)}${services}: unknown, ${why}${next}`;
}
