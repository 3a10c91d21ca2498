import { ApiError, connectionError, isLoss } from '../connect/apiError.ts';
import type { DockerApi } from '../connect/dockerApi.ts';
import { compareStamps, sinceStamp } from '../connect/stamps.ts';
import type { LogLine } from '../model/logs.ts';
import type { Observation } from '../model/observation.ts';
import type { InstanceId, ServiceId } from '../model/service.ts';
import { readFacts } from './dockerFacts.ts';
import { logLines } from './dockerLogLines.ts';
import type { News } from './dockerLook.ts';
import type { DockerWatch } from './dockerWatch.ts';
import type { LogMill } from './logMill.ts';
import { newestOf } from './newestLines.ts';
import { redactInspect } from './redactInspect.ts';

interface Target {
  readonly service: ServiceId;
  readonly instance: InstanceId;
}

interface Want {
  readonly tail: number;
  readonly follow: boolean;
  readonly after?: string;
}

const lookMs = 6000;

async function ttyOf(api: DockerApi, watch: DockerWatch, instance: InstanceId, signal: AbortSignal): Promise<boolean> {
  const known = watch.inventory.get(instance)?.facts ?? readFacts(await api.inspect(instance, signal));
  if (known === undefined) throw new ApiError('server-error', 'The engine described the container in a way that cannot be read.', '');
  return known.tty;
}

/** A fresh look at one instance, whatever is known already. A container that is gone, or cannot be looked at, is `unseen`. */
export async function lookNow(
  api: DockerApi,
  watch: DockerWatch,
  mill: LogMill,
  target: Target,
  at: 'inspect' | 'logs',
  signal: AbortSignal,
): Promise<readonly Observation[]> {
  const asked = watch.serverClock.now();
  const { service, instance } = target;
  // A little longer than a single call may take, so that the call's own reason is the one that is told.
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(lookMs)]);
  const look = async (): Promise<News> => {
    if (at === 'logs') return readNow(api, watch, mill, target, bounded);
    const facts = readFacts(await api.inspect(instance, bounded), watch.inventory.seal);
    if (facts === undefined) return { kind: 'unseen', service, why: 'the engine described it in a way that cannot be read' };
    return { kind: 'inspected', service, facts };
  };
  try {
    return [watch.stamp(await look(), asked)];
  } catch (error) {
    const failure = connectionError(error, api.where);
    if (isLoss(failure)) watch.doubt();
    const why = failure.code === 'not-found' ? 'the container no longer exists' : failure.message;
    return [watch.stamp(at === 'logs' ? { kind: 'logs-unreadable', service, instance, why } : { kind: 'unseen', service, why }, asked)];
  }
}

/** Goes on from where the log was left, so that no line is counted twice. */
async function readNow(api: DockerApi, watch: DockerWatch, mill: LogMill, target: Target, signal: AbortSignal): Promise<News> {
  const { service, instance } = target;
  if (watch.inventory.has(instance)) {
    const news = await watch.logs.look(instance, signal);
    if (news !== undefined) return { ...news, service };
  }
  const tty = await ttyOf(api, watch, instance, signal);
  const lines = [];
  for await (const batch of logLines(api, { id: instance, tty }, { follow: false, tail: 200 }, signal)) lines.push(...batch);
  return { kind: 'logs', service, instance, digest: await mill.digest(service, newestOf(lines)) };
}

/** The lines of a log, for documents. Rejects with `ApiError` when it cannot be read. */
export async function* readLines(
  api: DockerApi,
  watch: DockerWatch,
  target: Target,
  want: Want,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const tty = await ttyOf(api, watch, target.instance, signal);
  const { after } = want;
  const since = after === undefined ? undefined : sinceStamp(after);
  const query = { follow: want.follow, tail: want.tail, ...(since === undefined ? {} : { since }) };
  let past = after === undefined;
  for await (const batch of logLines(api, { id: target.instance, tty }, query, signal)) {
    for (const line of batch) {
      // `since` is inclusive: what is held already comes once more, and only at the beginning.
      past ||= compareStamps(line.stamp, after ?? '') > 0;
      if (past) yield line;
    }
  }
}

/** Inspect as JSON, free of secrets. Rejects with `ApiError`. */
export const inspectJson = async (api: DockerApi, target: Target, signal: AbortSignal): Promise<unknown> =>
  redactInspect(await api.inspect(target.instance, signal));
