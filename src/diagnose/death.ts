import { displaySafe } from '../base/safeText.ts';
import type { Facts } from '../model/service.ts';
import type { Moment, ServiceView } from './world.ts';

export type StopKind =
  | 'running'
  | 'by-hand'
  | 'by-daemon'
  | 'finished'
  | 'crash'
  | 'oom'
  | 'start-error'
  | 'created'
  | 'paused'
  | 'gone'
  | 'unknown';

/** Why a service does not run. `at` in ms, 0 when not known; `inferred` when no event told it. */
export interface Stop {
  readonly kind: StopKind;
  readonly at: number;
  readonly exit?: number;
  readonly inferred: boolean;
  readonly because: string;
}

/** SIGINT, SIGKILL, SIGTERM: what a person sends to end something. HUP and USR are no stop. */
const endingSignals = new Set([2, 9, 15]);
const signalNumbers: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGTERM: 15,
};
/** The engine's own kill and stop at its start belong to the gap before it. */
export const daemonTail = 30_000;

/** The events of the last run: from its latest `start`, oldest first. */
export function lastRun(view: ServiceView): readonly Moment[] {
  const own = view.moments.filter(moment => moment.instance === view.service.instance);
  const begin = own.findLastIndex(moment => moment.event === 'start');
  return begin < 0 ? own : own.slice(begin);
}

/** Whether a `kill` was meant to end the run that died at `diedAt`. An unreadable signal counts as one that ends. */
export function endsRun(kill: Moment, diedAt: number, facts?: Facts): boolean {
  const patience = ((facts?.stopTimeout ?? 10) + 5) * 1000;
  const own = signalNumbers[facts?.stopSignal ?? 'SIGTERM'];
  const ending = kill.signal === undefined || endingSignals.has(kill.signal) || kill.signal === own;
  return kill.event === 'kill' && ending && diedAt - kill.at >= -50 && diedAt - kill.at <= patience;
}

/** Has a health check or a published port, or something needs it: it is meant to keep running. */
export function serviceLike(view: ServiceView): boolean {
  return view.needed || view.facts?.hasHealthcheck === true || view.service.ports.some(port => port.host !== undefined);
}

const stateKinds: Partial<Record<ServiceView['service']['state'], StopKind>> = {
  running: 'running',
  starting: 'running',
  restarting: 'running',
  paused: 'paused',
  missing: 'gone',
  unknown: 'unknown',
};

/** Why it stopped, from the order of events and from inspect; labels and event attributes cannot change it. Total. */
export function whyStopped(view: ServiceView, gap?: readonly [number, number]): Stop {
  const { service, facts } = view;
  const known = stateKinds[service.state];
  if (known !== undefined) return { kind: known, at: service.since, inferred: false, because: service.state };
  if (service.state === 'created') return neverStarted(view);
  // Until inspect has seen this end, its finish time and exit code are those of an earlier run.
  const current = facts?.state === 'exited' ? facts : undefined;
  const death = view.deaths.at(-1);
  const at = current?.finishedAt ?? death?.at ?? service.since;
  const exit = current === undefined ? death?.exit : current.exitCode;
  const base = { at, ...(exit === undefined ? {} : { exit }) };
  for (const ask of questions) {
    const answer = ask({ view, at, exit, gap, run: lastRun(view) });
    if (answer !== undefined) return { ...base, inferred: false, ...answer };
  }
  return {
    ...base,
    kind: 'unknown',
    inferred: false,
    because: exit === undefined ? 'its exit code is not known yet' : `exit ${exit} alone does not tell`,
  };
}

interface Case {
  readonly view: ServiceView;
  readonly at: number;
  readonly exit: number | undefined;
  readonly gap: readonly [number, number] | undefined;
  readonly run: readonly Moment[];
}
type Answer = { readonly kind: StopKind; readonly because: string; readonly inferred?: boolean };

function neverStarted(view: ServiceView): Stop {
  const { facts, service } = view;
  const at = facts?.createdAt ?? service.since;
  const failed = facts?.error !== undefined || (facts?.exitCode !== undefined && facts.exitCode !== 0);
  if (!failed) return { kind: 'created', at, inferred: false, because: 'created, never started' };
  const exit = facts?.exitCode;
  return {
    kind: 'start-error',
    at,
    ...(exit === undefined ? {} : { exit }),
    inferred: false,
    because: displaySafe(facts?.error ?? 'could not start', 300),
  };
}

/** Asked in order; the first answer counts. */
const questions: readonly ((c: Case) => Answer | undefined)[] = [
  ({ at, gap }) =>
    gap !== undefined && at >= gap[0] && at <= gap[1] + daemonTail
      ? { kind: 'by-daemon', because: 'it ended while the engine was away' }
      : undefined,
  ({ run }) => (run.some(moment => moment.event === 'stop') ? { kind: 'by-hand', because: 'docker stop' } : undefined),
  ({ view, run, at }) => {
    const died = run.find(moment => moment.event === 'die')?.at ?? at;
    const kills = run.filter(moment => endsRun(moment, died, view.facts));
    // The word `stop` comes after the death: until then a polite signal tells it from a kill.
    const polite = kills.some(kill => kill.signal !== undefined && kill.signal !== 9);
    return kills.length === 0 ? undefined : { kind: 'by-hand', because: polite ? 'docker stop' : 'docker kill' };
  },
  ({ view, run }) => {
    const oom = view.facts?.oomKilled === true || run.some(moment => moment.event === 'oom');
    return oom ? { kind: 'oom', because: 'the kernel killed it for its memory limit' } : undefined;
  },
  ({ view, exit }) => {
    const error = view.facts?.error;
    return error !== undefined && exit !== 0 ? { kind: 'start-error', because: displaySafe(error, 300) } : undefined;
  },
  c => (c.exit === 0 ? endedWell(c.view) : undefined),
  c => (revivable(c.view, c.exit) && !c.run.some(moment => moment.event === 'kill') ? notRevived(c) : undefined),
  ({ exit, run }) =>
    exit !== undefined && (run.some(moment => moment.event === 'die') || !killedCodes.has(exit))
      ? { kind: 'crash', because: `exit ${exit}` }
      : undefined,
];

/**
 * The engine would have revived it, so that somebody stopped it, where its end was told by an event or was before we came. An end that we
 * watched and heard nothing of leaves room for a `kill` that nobody heard either.
 */
const notRevived = ({ view, at, run }: Case): Answer =>
  at <= view.known || run.some(moment => moment.event === 'die')
    ? inferredStop
    : { kind: 'unknown', because: 'its restart policy would have revived it, and its end was not seen' };

/** 128 + SIGINT, SIGKILL, SIGTERM: a stop by hand before we watched looks the same as a death. */
const killedCodes = new Set([130, 137, 143]);
const inferredStop: Answer = { kind: 'by-hand', inferred: true, because: 'its restart policy would have revived it' };

function endedWell(view: ServiceView): Answer {
  const job = view.awaited || view.service.oneOff || !serviceLike(view);
  if (job) return { kind: 'finished', because: 'exit 0' };
  const policy = view.facts?.restartPolicy.name;
  if (policy === 'always' || policy === 'unless-stopped') return inferredStop;
  return { kind: 'crash', because: 'it ended with exit 0 though it is meant to keep running' };
}

/** The engine would have started it again, so that somebody must have ended it. */
function revivable(view: ServiceView, exit: number | undefined): boolean {
  const policy = view.facts?.restartPolicy;
  if (policy === undefined || view.facts?.state !== 'exited') return false;
  if (policy.name === 'always' || policy.name === 'unless-stopped') return true;
  const tries = policy.max === 0 || view.facts.restartCount < policy.max;
  return policy.name === 'on-failure' && exit !== undefined && exit !== 0 && tries;
}
