import { ago, bytes, clockTime, left } from '../act/ages.ts';
import { groupPictures } from '../act/groupPicture.ts';
import { rootWords } from '../act/groupText.ts';
import { issueSummary } from '../act/message.ts';
import { noiseText } from '../act/reportDoc.ts';
import { statusLine } from '../act/statusLine.ts';
import { standings } from '../act/symptoms.ts';
import { unread } from '../act/unread.ts';
import { forMarkdown, type Safe } from '../base/safeText.ts';
import { noiseOf } from '../diagnose/noise.ts';
import type { ServiceView } from '../diagnose/world.ts';
import type { Beliefs } from '../engine/port.ts';
import type { Facts, Port, ServiceId } from '../model/service.ts';
import { shortInstance } from '../model/service.ts';
import { acknowledgedKeys, leaseOf } from './glance.ts';
import { groupId } from './treeRows.ts';

type Line = Safe<'markdown'>;

const fact = (name: string, value: string | undefined): Line[] =>
  value === undefined || value === '' ? [] : [`${name}: ${forMarkdown(value, 160)}` as Line];

const portText = (port: Port): string =>
  port.host === undefined ? `${port.container}/${port.protocol}` : `${port.host} → ${port.container}/${port.protocol}`;

function factLines(facts: Facts, now: number): Line[] {
  const health = facts.healthLast;
  return [
    ...fact('Started', facts.startedAt === undefined ? undefined : ago(facts.startedAt, now)),
    ...fact('Restarts', facts.restartCount > 0 ? String(facts.restartCount) : undefined),
    ...fact('Restart policy', facts.restartPolicy.name === 'no' ? undefined : facts.restartPolicy.name),
    ...fact('Memory limit', facts.memoryLimit === undefined ? undefined : bytes(facts.memoryLimit)),
    ...fact('Last health check', health === undefined ? undefined : `exit ${health.exit}, ${health.output}`),
    ...fact('Error', facts.error),
  ];
}

function serviceLines(view: ServiceView): Line[] {
  const { service } = view;
  return [
    ...fact(service.kind === 'unit' ? 'Unit' : 'Container', service.containerName),
    ...fact('Id', service.instance === undefined ? undefined : shortInstance(service.instance)),
    ...fact('Image', service.image),
    ...fact('Project', service.project),
    ...fact('Log pattern', service.logPattern),
    ...fact('Alert channel', service.alertChannel),
    ...fact('Log', unread(view)),
    ...fact('Ports', service.ports.slice(0, 12).map(portText).join(', ')),
  ];
}

/** Markdown for the hover of a service; every character from outside is escaped. Undefined when it is gone. */
export function serviceTooltip(beliefs: Beliefs, id: ServiceId, now: number): string | undefined {
  const view = beliefs.world.services.get(id);
  if (view === undefined) return undefined;
  const server = beliefs.world.servers.get(view.service.server);
  const lease = leaseOf(beliefs, id, now);
  const issues = beliefs.issues.filter(issue => issue.service === id);
  const noise = view.service.state === 'running' ? noiseOf(view, now) : undefined;
  const found = standings(beliefs.incidents, beliefs.world);
  const seen = acknowledgedKeys(beliefs);
  const head = `**${forMarkdown(view.service.name, 80)}**: ${forMarkdown(statusLine(view, server, now))}`;
  const paragraphs = [
    head,
    ...issues.map(issue => {
      const symptom = found.get(issue.key);
      const grade = [
        issue.severity,
        ...(symptom === undefined ? [] : [symptom.text]),
        ...(seen.has(issue.key) ? ['acknowledged'] : []),
      ].join(', ');
      return `${forMarkdown(`${grade}: ${issueSummary(issue, beliefs.world, now)}`, 400)}`;
    }),
    ...(noise === undefined ? [] : [forMarkdown(noiseText(noise))]),
    ...(lease === undefined ? [] : [forMarkdown(`Excluded, ${left(lease.until, now)} left: ${lease.reason}`)]),
    [...serviceLines(view), ...(view.facts === undefined ? [] : factLines(view.facts, now))].join('  \n'),
    ...view.service.diagnostics.slice(0, 5).map(text => forMarkdown(text)),
  ];
  return paragraphs.filter(Boolean).join('\n\n');
}

const mostMembers = 20;

/** Markdown for the hover of a group, by the id of its row: how it is, where its trouble began, each member in a line. */
function groupTooltip(beliefs: Beliefs, row: string): string | undefined {
  const picture = groupPictures(beliefs).find(({ server, name }) => name !== undefined && groupId(server, name) === row);
  if (picture === undefined) return undefined;
  const { name = '', health, counts, rows, incidents, world } = picture;
  const root = rootWords(incidents, world, clockTime);
  const members = rows.slice(0, mostMembers).map(({ view, status }) => `- ${forMarkdown(`${view.service.name}: ${status}`, 200)}`);
  const more = rows.length > mostMembers ? [`- and ${rows.length - mostMembers} more`] : [];
  return [
    `**${forMarkdown(name, 80)}**: ${forMarkdown(`${health}, ${counts}`)}`,
    ...(root === undefined ? [] : [forMarkdown(root)]),
    [...members, ...more].join('\n'),
  ].join('\n\n');
}

/** Markdown for the hover of any row. */
export function rowTooltip(
  beliefs: Beliefs,
  row: { readonly id: string; readonly service?: ServiceId; readonly server?: string },
  now: number,
) {
  if (row.service !== undefined) return serviceTooltip(beliefs, row.service, now);
  return row.server === undefined ? groupTooltip(beliefs, row.id) : serverTooltip(beliefs, row.server);
}

/** Markdown for the hover of a server: where it is, where that was found, and what to do when it cannot be seen. */
function serverTooltip(beliefs: Beliefs, id: string): string | undefined {
  const view = beliefs.world.servers.get(id);
  if (view === undefined) return undefined;
  const loss = view.sight === 'lost' ? view.loss : undefined;
  const parts = [
    `**${forMarkdown(view.server.label, 80)}**`,
    ...fact('Found through', view.server.origin),
    ...fact('Trouble', loss?.text),
    ...fact('What to do', loss?.next),
  ];
  return parts.join('\n\n');
}
