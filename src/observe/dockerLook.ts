import { eachLimited } from '../base/limit.ts';
import { ApiError, connectionError, isLoss } from '../connect/apiError.ts';
import type { DockerApi } from '../connect/dockerApi.ts';
import type { Observation } from '../model/observation.ts';
import type { InstanceId } from '../model/service.ts';
import { readFacts } from './dockerFacts.ts';
import type { DockerInventory } from './dockerInventory.ts';
import { type Seen, seenInInspect, seenInList } from './dockerSeen.ts';
import { items } from './readers.ts';

type Stamped = 'server' | 'at' | 'plusMinus' | 'how';
/** An observation before server, time and uncertainty are put on it. */
export type News = Observation extends infer One ? (One extends Observation ? Omit<One, Stamped> : never) : never;

/** Reads the whole list. Rejects with `ApiError`. */
export async function readList(api: DockerApi, signal: AbortSignal): Promise<Seen[]> {
  const answer = await api.list(signal);
  if (!Array.isArray(answer)) {
    const text = `${api.where} does not speak Docker: its answer is no list of containers.`;
    throw new ApiError('not-docker', text, 'Check the address; something else listens there.');
  }
  return items(answer).flatMap(entry => seenInList(entry) ?? []);
}

export interface Look {
  /** Undefined when the container is gone. */
  readonly news?: News;
  /** The list of services looks different now. */
  readonly reshaped: boolean;
}

function unseen(inventory: DockerInventory, id: InstanceId, why: string): Look {
  const service = inventory.serviceOf(id);
  return { reshaped: false, ...(service === undefined ? {} : { news: { kind: 'unseen', service, why } }) };
}

/**
 * Inspects one container and takes the answer into the inventory. A container removed meanwhile is no error; a failure that
 * concerns this container alone is news; one that may concern the whole server rejects with `ApiError`.
 */
export async function lookAt(api: DockerApi, inventory: DockerInventory, id: InstanceId, signal: AbortSignal): Promise<Look> {
  try {
    const answer = await api.inspect(id, signal);
    const [seen, facts] = [seenInInspect(answer), readFacts(answer, inventory.seal)];
    if (seen === undefined || facts === undefined || seen.id !== id)
      return unseen(inventory, id, 'the engine described it in a way that cannot be read');
    const reshaped = inventory.takeInspect(seen, facts);
    const service = inventory.serviceOf(id);
    return { reshaped, ...(service === undefined ? {} : { news: { kind: 'inspected', service, facts } }) };
  } catch (error) {
    const failure = connectionError(error, api.where);
    if (isLoss(failure) || failure.code === 'aborted') throw failure;
    if (failure.code === 'not-found') return { reshaped: inventory.remove(id) };
    return unseen(inventory, id, failure.message);
  }
}

const width = 30;

/** Inspects all that the inventory holds. Rejects with `ApiError` when sight is lost meanwhile. */
export async function lookAtEach(api: DockerApi, inventory: DockerInventory, signal: AbortSignal): Promise<News[]> {
  const looks: News[] = [];
  await eachLimited(inventory.ids(), width, async id => {
    const { news } = await lookAt(api, inventory, id, signal);
    if (news !== undefined) looks.push(news);
  });
  return looks;
}
