import { displaySafe, forMarkdown } from '../base/safeText.ts';
import type { ServiceView, World } from '../diagnose/world.ts';
import type { Issue } from '../model/issue.ts';
import type { Port, ServiceId } from '../model/service.ts';
import { clockTime, span } from './ages.ts';
import type { GroupIncident, GroupPicture, Member } from './groupPicture.ts';
import { drawn, issueSummary } from './message.ts';
import { type Block, gradeOf, nameOf, plural, section } from './reportDoc.ts';
import { serviceLabel } from './statusLine.ts';

const serverOf = ({ serverView, server }: GroupPicture): string => displaySafe(serverView?.server.label ?? server, 80);
const nameOfGroup = ({ name }: GroupPicture): string => (name === undefined ? 'without a group' : displaySafe(name, 80));

/** Why nothing is known of the group now; undefined while its server is in sight. */
function blindness({ serverView }: GroupPicture): string | undefined {
  if (serverView?.sight === 'clear') return undefined;
  return displaySafe(serverView?.loss?.text ?? 'its server was not looked at yet', 200);
}

const isDown = ({ service }: ServiceView): boolean => service.state !== 'running' && service.state !== 'starting';

/** "down" of what does not run, else what is wrong with it: "unhealthy", "app error". */
function troubleOf({ category }: Issue, view: ServiceView | undefined): string {
  return view === undefined || isDown(view) ? 'down' : category.replaceAll('_', ' ');
}

/**
 * "db down since 14:02": where the worst of a group's incidents began; undefined where there is none, or no root is known.
 * `clock` writes a time.
 */
export function rootWords(incidents: readonly GroupIncident[], world: World, clock: (at: number) => string): string | undefined {
  const rank = ['critical', 'error', 'warning', 'info'];
  const [worst] = incidents
    .filter(({ root }) => root !== undefined)
    .toSorted((a, b) => rank.indexOf(a.incident.severity) - rank.indexOf(b.incident.severity));
  if (worst?.root?.service === undefined) return undefined;
  const view = world.services.get(worst.root.service);
  const name = view === undefined || worst.outside ? nameOf(worst.root.service, world) : displaySafe(view.service.name, 60);
  const more = incidents.length > 1 ? ` and ${plural(incidents.length - 1, 'more incident')}` : '';
  return `${name} ${troubleOf(worst.root, view)} since ${clock(worst.root.firstSeen)}${more}`;
}

/** "critical: 1 critical, 2 healthy on local; db down since 14:02:07 UTC" */
function verdictOf(picture: GroupPicture): string {
  const blind = blindness(picture);
  if (blind !== undefined) return `Unknown: ${serverOf(picture)} cannot be seen (${blind}).`;
  const root = rootWords(picture.incidents, picture.world, clockTime);
  return `${picture.health}: ${picture.counts} on ${serverOf(picture)}${root === undefined ? '' : `; ${root}`}.`;
}

const portText = ({ host, container, protocol }: Port): string => `${host === undefined ? '' : `${host}:`}${container}/${protocol}`;
const portsOf = ({ view }: Member): string => view.service.ports.slice(0, 6).map(portText).join(', ');

const columns: readonly (readonly [title: string, of: (member: Member) => string])[] = [
  ['Service', ({ view }) => displaySafe(view.service.name, 60)],
  ['Health', ({ health }) => health],
  ['State', ({ status }) => status],
  ['Up', ({ up }) => (up === undefined ? '' : span(up))],
  ['Deaths in 24 h', ({ deaths }) => (deaths === 0 ? '' : String(deaths))],
  ['Ports', portsOf],
  ['Alert channel', ({ view }) => view.service.alertChannel ?? ''],
];

const cells = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;

/** A table of Markdown; columns that are empty for all are left out. */
function table(rows: readonly Member[]): string {
  const filled = columns.filter(([title, of]) => title === 'Service' || rows.some(row => of(row) !== ''));
  const head = [cells(filled.map(([title]) => title)), cells(filled.map(() => '---'))];
  return [...head, ...rows.map(row => cells(filled.map(([, of]) => forMarkdown(of(row), 160))))].join('\n');
}

/** One member on one line, for terminals and models. */
function memberLine(member: Member): string {
  const { view, status, health, deaths, needs } = member;
  const ports = portsOf(member);
  const parts = [
    `health ${health}`,
    deaths === 0 ? [] : `${plural(deaths, 'death')} in 24 h`,
    ports === '' ? [] : `ports ${ports}`,
    needs.length === 0 ? [] : `needs ${needs.join(', ')}`,
    view.service.alertChannel === undefined ? [] : `channel ${view.service.alertChannel}`,
  ].flat();
  return `${view.service.id}: ${status}; ${parts.join('; ')}`;
}

/** Where an incident began, and what that explains: the words of a block each. */
function incidentWords({ incident, root, outside, symptoms, others }: GroupIncident, world: World, now: number): string[] {
  const began = incident.root;
  const where = outside ? ', which is of another group' : '';
  const head =
    began === undefined
      ? `${incident.severity} since ${clockTime(incident.opened)}: where it began is not known`
      : `${incident.severity} since ${clockTime(root?.firstSeen ?? incident.opened)}, root ${nameOf(began.service, world)}${where}: ${displaySafe(began.because, 300)}`;
  return [
    head,
    ...(root === undefined ? [] : [`${issueSummary(root, world, now)} (${gradeOf(root, [incident])})`]),
    ...symptoms.map(issue => `symptom: ${issueSummary(issue, world, now)}`),
    ...others.map(issue => `also: ${issueSummary(issue, world, now)} (${gradeOf(issue, [incident])})`),
  ];
}

const incidentBlocks = ({ incidents, world, at }: GroupPicture): Block[] =>
  incidents.length === 0
    ? []
    : [
        { kind: 'heading', text: plural(incidents.length, 'open incident') },
        ...incidents.flatMap(one => incidentWords(one, world, at).map((text, i) => ({ kind: i === 0 ? 'item' : 'detail', text }) as const)),
      ];

/** Deepest nesting and most lines of the list of needs. */
const deepest = 6;
const mostLines = 200;

interface Need {
  readonly text: string;
  readonly depth: number;
}

/** Who needs whom, as lines of a nested list: on top what nobody of the group needs. What was told above is named and not told again. */
function needLines({ rows, world }: GroupPicture): readonly Need[] {
  const own = new Map(rows.map(({ view, needs }) => [view.service.id, needs]));
  const asked = new Set([...own].flatMap(([id, needs]) => needs.filter(need => need !== id)));
  const linked = [...own].filter(([id, needs]) => needs.length > 0 || asked.has(id)).map(([id]) => id);
  const lines: Need[] = [];
  const told = new Set<ServiceId>();
  const walk = (id: ServiceId, depth: number): void => {
    if (lines.length >= mostLines) return;
    const needs = own.get(id) ?? [];
    const again = told.has(id) && needs.length > 0;
    lines.push({ text: `${nameOf(id, world)}${again ? ' (see above)' : ''}`, depth });
    if (again || depth >= deepest) return;
    told.add(id);
    for (const need of needs) walk(need, depth + 1);
  };
  for (const id of linked) if (!asked.has(id)) walk(id, 0);
  // A cycle has no top: it begins where its first name is.
  for (const id of linked) if (!told.has(id) && (own.get(id)?.length ?? 0) > 0) walk(id, 0);
  return lines;
}

function orderBlocks(picture: GroupPicture): Block[] {
  const names = (ids: readonly ServiceId[]): string => ids.map(id => nameOf(id, picture.world)).join(', ');
  const { order, unordered } = picture;
  return [
    ...(order.length > 1 ? [{ kind: 'line', text: `Starts in this order: ${names(order)}` } as const] : []),
    ...(unordered.length > 0 ? [{ kind: 'line', text: `In a cycle of needs, or behind one: ${names(unordered)}` } as const] : []),
  ];
}

const noteBlocks = ({ rows }: GroupPicture): Block[] =>
  section(
    'Wrong with labels or settings',
    rows.flatMap(({ view }) => view.service.diagnostics.map(note => `${serviceLabel(view.service)}: ${displaySafe(note, 240)}`)),
  );

/** The dashboard of a group as a Markdown document: health, members, open incidents, who needs whom, what is wrong with labels. */
export function groupMarkdown(picture: GroupPicture): string {
  const needs = needLines(picture);
  const graph = needs.map(({ text, depth }) => `${'  '.repeat(depth)}- ${forMarkdown(text, 160)}`);
  const rest = [...incidentBlocks(picture)];
  const parts = [
    `# Group ${forMarkdown(nameOfGroup(picture), 80)}`,
    `**${forMarkdown(verdictOf(picture), 600)}**`,
    table(picture.rows),
    ...(rest.length === 0 ? [] : [drawn(rest, 'markdown').trimEnd()]),
    ...(graph.length === 0 ? [] : [`### Who needs whom\n\n${graph.join('\n')}`, drawn(orderBlocks(picture), 'markdown').trimEnd()]),
    ...(noteBlocks(picture).length === 0 ? [] : [drawn(noteBlocks(picture), 'markdown').trimEnd()]),
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

/** A group for terminals and models: our words first, then what has outside text in it. */
export function groupLines(picture: GroupPicture): string[] {
  const { rows, server, health, counts, world, at, incidents, order, unordered } = picture;
  return [
    `${nameOfGroup(picture)} on ${server}: ${health}, ${plural(rows.length, 'service')} (${counts})`,
    ...incidents.flatMap(one => incidentWords(one, world, at).map((text, i) => `${i === 0 ? '  incident ' : '    '}${text}`)),
    ...(order.length > 1 ? [`  starts in this order: ${order.join(', ')}`] : []),
    ...(unordered.length > 0 ? [`  in a cycle of needs, or behind one: ${unordered.join(', ')}`] : []),
    ...rows.map(row => `  ${memberLine(row)}`),
    ...rows.flatMap(({ view }) => view.service.diagnostics.map(note => `  ${serviceLabel(view.service)}: ${displaySafe(note, 240)}`)),
  ];
}
