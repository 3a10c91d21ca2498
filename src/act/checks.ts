import { displaySafe } from '../base/safeText.ts';
import { hours, minutes } from '../base/time.ts';
import { whyStopped } from '../diagnose/death.ts';
import { cycles, needsIn } from '../diagnose/dependencies.ts';
import type { ServiceView, World } from '../diagnose/world.ts';
import type { TimelineEntry } from '../model/incident.ts';
import type { Category } from '../model/issue.ts';
import type { Facts, ServiceId } from '../model/service.ts';
import { ago, clockTime, span } from './ages.ts';
import type { Check, CheckAnswer, CheckName, Found, Subject } from './investigation.ts';
import { logCheck } from './logCheck.ts';
import { nameOf, plural } from './reportDoc.ts';
import { statusLine } from './statusLine.ts';

/** How far back events and changes are told. */
const eventSpan = minutes(30);
const changeSpan = hours(1);
/** Most lines of one kind. */
const most = 8;

const nothing = { interesting: false, findings: [] } as const;
const error = (why: string): CheckAnswer => ({ ...nothing, status: 'error', why: displaySafe(why, 300) });

/** Why this service cannot be judged now; undefined when it was looked at. */
function blindness({ view, world }: Subject): string | undefined {
  const server = world.servers.get(view.service.server);
  if (server?.sight !== 'clear') return server?.loss?.text ?? 'its server was not looked at yet';
  return view.unseen ?? (view.facts === undefined ? 'it was not inspected yet' : undefined);
}

function eventsOf(view: ServiceView, now: number): Found[] {
  const recent = view.moments.filter(({ at }) => now - at <= eventSpan);
  const shown = recent.slice(-most).map(({ event, at, signal }) => `${event}${signal === undefined ? '' : ` ${signal}`} ${clockTime(at)}`);
  return recent.length === 0 ? [] : [{ text: `${plural(recent.length, 'event')} in 30 min, newest last: ${shown.join(', ')}` }];
}

function deathsOf(view: ServiceView, now: number): Found[] {
  const rows = view.deaths.slice(-5).map(({ at, exit, oom, intended, ran }) => {
    const marks = [exit === undefined ? 'exit not known' : `exit ${exit}`, oom ? 'out of memory' : [], intended ? 'intended' : []].flat();
    return `${ago(at, now)} (${marks.join(', ')}${ran === undefined ? '' : `, ran ${span(ran)}`})`;
  });
  return rows.length === 0 ? [] : [{ text: `${plural(view.deaths.length, 'death')} in the ledger, newest last: ${rows.join('; ')}` }];
}

function healthOf({ facts }: ServiceView): Found[] {
  if (facts === undefined || !facts.hasHealthcheck) return [];
  const streak = facts.failingStreak > 0 ? `, failed ${facts.failingStreak} times in a row` : '';
  const last = facts.healthLast;
  const text = `health check: ${facts.health === 'none' ? 'not judged while it does not run' : facts.health}${streak}${last === undefined ? '' : `, last exit ${last.exit}`}`;
  return [{ text, ...(last === undefined || last.output === '' ? {} : { quotes: [last.output] }) }];
}

const meant: ReadonlySet<string> = new Set(['running', 'by-hand', 'finished', 'created', 'paused']);

const stateCheck: Check = subject => {
  const { view, world, now } = subject;
  const blind = blindness(subject);
  if (blind !== undefined) return error(blind);
  const server = world.servers.get(view.service.server);
  const stop = whyStopped(view, server?.gap);
  const because =
    stop.kind === 'running' ? [] : [{ text: `${displaySafe(stop.because, 200)}${stop.inferred ? ' (inferred, not seen)' : ''}` }];
  const failure = view.facts?.error === undefined ? [] : [{ text: 'the engine said when it was started', quotes: [view.facts.error] }];
  const unmeant = view.deaths.some(({ at, intended }) => !intended && now - at <= eventSpan);
  return {
    status: 'ok',
    interesting: !meant.has(stop.kind) || unmeant || (view.facts?.failingStreak ?? 0) > 0,
    findings: [
      { text: statusLine(view, server, now) },
      ...because,
      ...failure,
      ...deathsOf(view, now),
      ...eventsOf(view, now),
      ...healthOf(view),
    ],
  };
};

const isSeen = (id: ServiceId, world: World): boolean => world.servers.get(world.services.get(id)?.service.server ?? '')?.sight === 'clear';

const isUp = (view: ServiceView | undefined): boolean => view?.service.state === 'running' && view.facts?.health !== 'unhealthy';

/** A need is met by running, or by having ended well where its end is what is waited for. */
function isMet(need: ServiceId, { view, world }: Subject): boolean {
  const other = world.services.get(need);
  const ended = other?.service.state === 'exited' && other.facts?.exitCode === 0;
  return view.service.waitsForEnd.includes(need) ? ended : isUp(other) || (other?.awaited === true && ended);
}

function standing(id: ServiceId, world: World, now: number): string {
  const view = world.services.get(id);
  const text = view === undefined ? 'is named and not there' : statusLine(view, world.servers.get(view.service.server), now);
  return `${nameOf(id, world)}: ${text}`;
}

const dependencyCheck: Check = subject => {
  const { view, world, now } = subject;
  const graph = needsIn([...world.services.values()].map(({ service }) => service));
  const { id } = view.service;
  const [needs, users] = [graph.of.get(id) ?? [], graph.dependants.get(id) ?? []];
  if (needs.length + users.length === 0) return { ...nothing, status: 'skipped', why: 'no dependencies are declared, to it or from it' };
  const server = world.servers.get(view.service.server);
  if (server?.sight !== 'clear') return error(server?.loss?.text ?? 'its server was not looked at yet');
  // A need on another server that is out of sight is neither met nor unmet.
  const unmet = needs.filter(need => !isMet(need, subject) && (isSeen(need, world) || !world.services.has(need)));
  const cycle = cycles(graph).find(members => members.includes(id));
  const names = (ids: readonly ServiceId[]): string =>
    ids
      .slice(0, most)
      .map(one => nameOf(one, world))
      .join(', ');
  return {
    status: 'ok',
    interesting: unmet.length > 0 || cycle !== undefined,
    findings: [
      ...[...unmet, ...needs.filter(need => !unmet.includes(need))]
        .slice(0, most)
        .map(one => ({ text: `needs ${standing(one, world, now)}` })),
      ...users.slice(0, most).map(one => ({ text: `needed by ${standing(one, world, now)}` })),
      ...(cycle === undefined ? [] : [{ text: `it is in a cycle of dependencies: ${names(cycle)}` }]),
    ],
    ...(needs.length > 0 && unmet.length === 0 && needs.every(need => isSeen(need, world))
      ? { ruledOut: [`not a dependency: what it needs is there (${names(needs)})`] }
      : {}),
  };
};

const changeEvents: ReadonlySet<string> = new Set(['create', 'restart', 'rename', 'update', 'destroy']);

/** When its container was made and this run began, of which image. */
function runOf({ createdAt, startedAt, startedExact, restartCount, image, imageId }: Facts, again: boolean, now: number): Found[] {
  const of = `image ${displaySafe(image, 120)} (${displaySafe(imageId.replace(/^sha256:/, '').slice(0, 12), 12)})`;
  return [
    ...(createdAt === undefined ? [] : [{ text: `${again ? 'recreated' : 'created'} ${ago(createdAt, now)}, ${of}` }]),
    ...(startedAt === undefined ? [] : [{ text: `its newest run began ${ago(startedAt, now)} (${displaySafe(startedExact, 40)})` }]),
    ...(restartCount > 0 ? [{ text: `restarted ${plural(restartCount, 'time')} by its restart policy` }] : []),
  ];
}

const changeCheck: Check = subject => {
  const { view, now } = subject;
  const { facts } = view;
  const blind = blindness(subject);
  if (blind !== undefined || facts === undefined) return error(blind ?? 'it was not inspected yet');
  const made = facts.createdAt ?? 0;
  const fresh = made > 0 && now - made <= changeSpan;
  const again = view.deaths.some(({ instance }) => instance !== facts.instance) || (fresh && view.known < made);
  const events = view.moments.filter(({ event, at }) => changeEvents.has(event) && now - at <= changeSpan);
  const seen = events.slice(-most).map(({ event, at }) => ({ text: `${event} ${ago(at, now)}` }));
  return {
    status: 'ok',
    interesting: (fresh && again) || events.some(({ event }) => event === 'update'),
    findings: [...runOf(facts, again, now), ...seen],
    ...(made === 0 || fresh ? {} : { ruledOut: [`not a new container: this one was created ${ago(made, now)}`] }),
  };
};

interface Episode {
  readonly category: Category;
  readonly from: number;
  readonly to: number;
}

/** Issues that were opened and resolved again, by category; the one that is still open is not among them. */
function episodes(entries: readonly TimelineEntry[]): Episode[] {
  const open = new Map<Category, number>();
  return entries.flatMap(entry => {
    if (entry.kind !== 'diagnosed') return [];
    const { category, change, at } = entry;
    const from = open.get(category);
    if (change === 'opened') open.set(category, at);
    if (change !== 'resolved' || from === undefined) return [];
    open.delete(category);
    return [{ category, from, to: at }];
  });
}

const memoryCheck: Check = ({ issues, now }, needs) => {
  const entries = needs.history();
  const wanted = new Set(issues.map(({ category }) => category));
  const found = episodes(entries).filter(({ category }) => wanted.size === 0 || wanted.has(category));
  const kinds = wanted.size === 0 ? '' : ` of ${[...wanted].join(', ')}`;
  if (found.length === 0)
    return {
      ...nothing,
      status: 'no-data',
      why: `no earlier incident${kinds} in ${plural(entries.length, 'remembered entry', 'remembered entries')}`,
    };
  const rows = found.slice(-5).map(({ category, from, to }) => ({ text: `${category} ${ago(from, now)}, for ${span(to - from)}` }));
  return {
    status: 'ok',
    interesting: wanted.size > 0,
    findings: [{ text: `${plural(found.length, 'earlier incident')}${kinds}, newest last` }, ...rows],
  };
};

export const checks: Readonly<Record<CheckName, Check>> = {
  state: stateCheck,
  logs: logCheck,
  dependencies: dependencyCheck,
  changes: changeCheck,
  memory: memoryCheck,
};
