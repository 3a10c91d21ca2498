import type { Clock } from '../base/time.ts';
import { seconds } from '../base/time.ts';
import { ApiError } from '../connect/apiError.ts';
import { type DockerApi, isContainerId } from '../connect/dockerApi.ts';
import type { Shell } from '../connect/shell.ts';
import { isUnitName, type UnitVerb, userManager } from '../connect/systemctl.ts';
import type { Action, Outcome, Verb } from '../model/action.ts';

/** What there is to act with; one of them is enough. */
export interface Hands {
  readonly docker?: DockerApi;
  /** For systemd units of the user. */
  readonly shell?: Shell;
  readonly clock: Clock;
}

type Perform = (action: Action, signal: AbortSignal) => Promise<Outcome>;

/** On top of the grace period that the container itself has, ms. */
const margin = seconds(15);

type Call = (api: DockerApi, id: string, graceMs: number, signal: AbortSignal) => Promise<void>;

const calls: Readonly<Record<Verb, { readonly run: Call; readonly done: string; readonly already: string }>> = {
  start: { run: (api, id, _grace, signal) => api.start(id, signal), done: 'started', already: 'was running already' },
  stop: { run: (api, id, grace, signal) => api.stop(id, grace, signal), done: 'stopped', already: 'was stopped already' },
  restart: { run: (api, id, grace, signal) => api.restart(id, grace, signal), done: 'restarted', already: 'was running already' },
  pause: { run: (api, id, _grace, signal) => api.pause(id, signal), done: 'paused', already: 'was paused already' },
  unpause: { run: (api, id, _grace, signal) => api.unpause(id, signal), done: 'unpaused', already: 'was not paused' },
};

/**
 * Makes the function that carries actions out. The gate alone calls it; it decides nothing. A call whose answer never came is
 * `unknown`: the engine may have done it.
 */
export function performer(hands: Hands): Perform {
  return async (action, signal) => {
    const began = hands.clock.steady();
    const took = (): number => Math.round(hands.clock.steady() - began);
    if (isContainerId(action.basis.instance)) return hands.docker ? onContainer(hands.docker, action, signal, took) : noHands;
    return hands.shell ? onUnit(hands.shell, action, signal, took) : noHands;
  };
}

const noHands: Outcome = { ok: false, why: 'refused', because: 'this server offers no way to do that' };

// ---- containers

async function graceOf(api: DockerApi, id: string, signal: AbortSignal): Promise<number> {
  const answer = (await api.inspect(id, signal)) as { readonly Config?: { readonly StopTimeout?: unknown } } | null | undefined;
  const own = answer?.Config?.StopTimeout;
  return seconds(typeof own === 'number' && own >= 0 ? Math.min(own, 3600) : 10) + margin;
}

async function onContainer(api: DockerApi, action: Action, signal: AbortSignal, took: () => number): Promise<Outcome> {
  const { run, done, already } = calls[action.verb];
  const id = action.basis.instance;
  try {
    const waits = action.verb === 'stop' || action.verb === 'restart';
    await run(api, id, waits ? await graceOf(api, id, signal) : 0, signal);
    return { ok: true, took: took(), text: done };
  } catch (error) {
    if (error instanceof ApiError && error.code === 'unchanged') return { ok: true, took: took(), text: already };
    return failure(error);
  }
}

/** After these nobody can say whether the engine did it. */
const unsure: ReadonlySet<ApiError['code']> = new Set(['timeout', 'lost', 'down', 'aborted']);

function failure(error: unknown): Outcome {
  if (!(error instanceof ApiError)) return { ok: false, why: 'unknown', because: 'it broke off without a reason' };
  if (unsure.has(error.code))
    return { ok: false, why: 'unknown', because: `${error.message} It may have been done; look before you try again.` };
  const because = error.code === 'not-found' ? 'the container no longer exists' : error.message;
  return { ok: false, why: 'failed', because };
}

// ---- units

const isUnitVerb = (verb: Verb): verb is UnitVerb => verb === 'start' || verb === 'stop' || verb === 'restart';

/** The unit of `server/unit:name`; undefined for anything else. */
function unitOf(service: string): string | undefined {
  const parts = service.split('/');
  const name = parts.length === 2 && parts[1]?.startsWith('unit:') ? decodeURIComponent(parts[1].slice('unit:'.length)) : '';
  return isUnitName(name) ? name : undefined;
}

async function onUnit(shell: Shell, action: Action, signal: AbortSignal, took: () => number): Promise<Outcome> {
  const unit = unitOf(action.service);
  if (unit === undefined) return { ok: false, why: 'refused', because: 'that is neither a container nor a user unit' };
  if (!isUnitVerb(action.verb)) return { ok: false, why: 'refused', because: `a unit cannot be ${calls[action.verb].done}` };
  const result = await userManager(shell).act(action.verb, unit, signal);
  if (!result.ok) return { ok: false, why: result.why === 'missing' ? 'failed' : 'unknown', because: result.because };
  if (result.code === 0) return { ok: true, took: took(), text: calls[action.verb].done };
  return { ok: false, why: 'failed', because: result.err.trim().slice(0, 400) || `systemctl ended with ${result.code}` };
}
