import { displaySafe } from '../base/safeText.ts';
import { filled } from '../diagnose/knownPatterns.ts';
import { isSuspect } from '../diagnose/suspect.ts';
import type { ServiceView, World } from '../diagnose/world.ts';
import type { Death } from '../model/death.ts';
import type { Category, Evidence, Issue } from '../model/issue.ts';
import { bytes, span } from './ages.ts';
import { changed } from './changeText.ts';
import { aboutPeer, knownOf } from './nextStep.ts';
import { loopText, serviceLabel } from './statusLine.ts';

/** What an issue says, in two parts: our words, and what an outside text said (never mixed for a model). */
export interface Summary {
  readonly subject: string;
  readonly claim: string;
  readonly quote?: string;
}

type Say = (view: ServiceView, issue: Issue, now: number) => string;

const lastDeath = (view: ServiceView): Death | undefined => view.deaths.findLast(death => !death.intended);

/** Inspect is the authority for the code, but a container that runs again has lost it: then the ledger knows. */
function exitOf(view: ServiceView): number | undefined {
  const facts = view.facts;
  return facts?.state === 'exited' ? facts.exitCode : (lastDeath(view)?.exit ?? facts?.exitCode);
}

/** The engine notes the start of a run after it began: a very short one seems to end before it started. */
const startLag = 2000;
const atOnce = 50;

function ranFor(view: ServiceView): number | undefined {
  const facts = view.facts;
  const ran = lastDeath(view)?.ran;
  if (ran !== undefined) return ran;
  if (facts?.state !== 'exited' || facts.startedAt === undefined || facts.finishedAt === undefined) return undefined;
  const length = facts.finishedAt - facts.startedAt;
  return length >= -startLag ? Math.max(0, length) : undefined;
}

function exited(view: ServiceView): string {
  const code = exitOf(view);
  const ran = ranFor(view);
  const after = ran === undefined ? '' : ran < atOnce ? ' as soon as it started' : ` ${span(ran)} after it started`;
  return `exited${code === undefined ? '' : ` with code ${code}`}${after}`;
}

const crashed: Say = (view, _issue, now) => {
  const loop = loopText(view, now);
  if (loop !== '') return `keeps restarting: ${loop}`;
  const dead = view.service.state === 'exited' || view.facts?.state === 'exited' || view.service.state === 'missing';
  return dead ? exited(view) : `died${exitOf(view) === undefined ? '' : ` with code ${exitOf(view)}`} and runs again`;
};

/** A cause, and what became of the service where it did not survive it. */
const withDeath =
  (cause: string): Say =>
  (view, issue, now) => {
    const alive = view.service.state === 'running' && loopText(view, now) === '';
    return alive ? cause : `${cause} and ${crashed(view, issue, now)}`;
  };

/** In the words of what was found out about a peer, of the line that the catalogue knows, or in general ones. */
const told =
  (cause: string): Say =>
  (view, issue, now) => {
    const peer = aboutPeer(issue);
    if (peer !== undefined) return withDeath(peer.what.replace(/^it /, ''))(view, issue, now);
    const known = knownOf(issue, issue.category);
    return withDeath(known === undefined ? cause : displaySafe(filled(known.row.meaning, known.values), 200))(view, issue, now);
  };

const notStarted: Say = (view, issue, now) =>
  view.service.state === 'created' || knownOf(issue, issue.category) === undefined ? 'could not start' : told('')(view, issue, now);

const outOfMemory: Say = (view, issue) => {
  const code = exitOf(view);
  const near = issue.evidence.find(piece => piece.kind === 'mem.limit');
  if (near !== undefined && !issue.evidence.some(piece => piece.kind.startsWith('oom.')) && view.service.state === 'running')
    return `runs at its memory limit: ${near.ref.quote}`;
  const limit = view.facts?.memoryLimit === undefined ? '' : `; its limit is ${bytes(view.facts.memoryLimit)}`;
  return view.service.state === 'running' && !view.facts?.oomKilled
    ? `had a process killed for memory and runs on${limit}`
    : `was killed for memory${code === undefined ? '' : ` (exit ${code})`}${limit}`;
};

const unhealthy: Say = (view, issue) => {
  const probe = issue.evidence.find(piece => piece.kind === 'probe.fail');
  if (view.facts?.health !== 'unhealthy' && probe !== undefined) return `runs, but its health check URL ${probe.ref.quote}`;
  const streak = view.facts?.failingStreak ?? 0;
  return `runs but fails its health check${streak > 1 ? `, ${streak} times in a row` : ''}`;
};

const flapping: Say = (_view, issue) => {
  const found = issue.evidence.find(piece => piece.kind === 'flap.percent');
  return `goes up and down again and again${found === undefined ? '' : `: ${found.what.replace(/^it went up and down: /, '')}`}`;
};

const logging: Say = (view, issue, now) => {
  const since = issue.firstSeen > 0 ? ` for ${span(now - issue.firstSeen)}` : '';
  const counted = [...(view.logs?.errorMinutes.values() ?? [])].reduce((sum, count) => sum + count, 0);
  return `logs errors${since}${counted > 1 ? `, ${counted} lines in the last hour` : ''}`;
};

/** What a probe of a peer saw says more than the line that led to it. */
const probed =
  (kind: string, words: (piece: Evidence) => string, otherwise: Say): Say =>
  (view, issue, now) => {
    const piece = issue.evidence.find(each => each.kind === kind);
    return piece === undefined ? otherwise(view, issue, now) : withDeath(displaySafe(words(piece), 200))(view, issue, now);
  };

const claims: Record<Category, Say> = {
  app_crash: crashed,
  app_error: logging,
  oom: outOfMemory,
  bad_change: (view, issue, now) =>
    withDeath(`fails since ${view.deploy === undefined ? 'it was changed' : changed(view.deploy, now)}`)(view, issue, now),
  config_error: probed('config.port', ({ what }) => what.replace(/^it /, ''), told('has a wrong or missing setting')),
  start_error: notStarted,
  disk_full: told('ran out of disk space'),
  resource_limit: told('reached a limit of ports, files or processes'),
  hang: () => 'runs but does not answer its health check in time',
  unhealthy,
  latency: probed('slow.probe', ({ ref }) => `answers too slowly: ${ref.quote}`, told('answers too slowly')),
  network: told('cannot reach a peer'),
  dependency: probed(
    'peer.down',
    () => 'calls a peer that runs and takes no connection',
    withDeath('fails because something it needs is down'),
  ),
  operator_action: () => 'was stopped by hand',
  daemon_restart: () => 'went down with the engine',
  flapping,
  unreachable: () => 'cannot be reached',
  unknown: withDeath('is in trouble, and the cause is not known'),
};

/** What the engine or a check said tells these better than the log does. */
const inspectFirst: ReadonlySet<Category> = new Set(['unhealthy', 'hang', 'start_error']);

/** The strongest piece that quotes an outside text, of the source that knows best: that is the line people look for. */
function decisive(issue: Issue): Evidence | undefined {
  const best = inspectFirst.has(issue.category) ? 'inspect' : 'log';
  const rank = (piece: Evidence): number => (piece.from === best ? 1 : 0);
  return issue.evidence
    .filter(piece => quotesOutside(piece) && piece.suspect !== true)
    .toSorted((a, b) => rank(b) - rank(a) || b.weight - a.weight || b.at - a.at)[0];
}

/** Kinds of inspect evidence whose quote is somebody's text and not a number of ours. */
const outside = /^(?:start|health|hang)\b/;

/** True where the quote is what a program said, and not our own wording of a number. */
export const quotesOutside = (piece: Evidence): boolean =>
  piece.ref.quote.trim() !== '' && (piece.from === 'log' || (piece.from === 'inspect' && outside.test(piece.kind)));

/** Stands before a quote that is no evidence. */
export const suspectMark = (piece: Evidence): string => (piece.suspect === true ? '[suspect: speaks to its reader, weighs nothing] ' : '');

const isWitness = (line: { readonly text: string }): boolean => !isSuspect(line.text);

function quoteOf(view: ServiceView | undefined, issue: Issue): string | undefined {
  const found = decisive(issue)?.ref.quote ?? view?.logs?.errors.findLast(isWitness)?.text ?? fallback(view, issue);
  const shown = displaySafe(found ?? '', 160);
  return shown === '' ? undefined : shown;
}

function fallback(view: ServiceView | undefined, issue: Issue): string | undefined {
  if (issue.category === 'unhealthy' || issue.category === 'hang') return view?.facts?.healthLast?.output;
  if (issue.category === 'start_error') return view?.facts?.error;
  return view?.logs?.last.findLast(isWitness)?.text;
}

/** The parts of an issue's one line; `now` in ms. A service that is no longer known is named by its id. */
export function summaryOf(issue: Issue, world: World, now: number): Summary {
  const view = issue.service === undefined ? undefined : world.services.get(issue.service);
  if (view === undefined) return serverSummary(issue, world);
  const quote = quoteOf(view, issue);
  return {
    subject: serviceLabel(view.service),
    claim: claims[issue.category](view, issue, now),
    ...(quote === undefined ? {} : { quote }),
  };
}

function serverSummary(issue: Issue, world: World): Summary {
  if (issue.service !== undefined) {
    return { subject: displaySafe(issue.service, 120), claim: `has the issue ${issue.category}; it is no longer there` };
  }
  const server = world.servers.get(issue.server);
  const subject = `server ${displaySafe(server?.server.label ?? issue.server, 80)}`;
  const why = server?.loss === undefined ? '' : `: ${displaySafe(server.loss.text, 160)}`;
  return { subject, claim: `${issue.category === 'unreachable' ? 'cannot be reached' : issue.category}${why}` };
}
