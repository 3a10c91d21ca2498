import { appendBounded } from '../base/bounded.ts';
import type { Usage } from '../model/usage.ts';
import type { Draft, Of } from './seeInventory.ts';
import { atLimit } from './usage.ts';

const sampleCap = 120;

/**
 * Adds a sample of the present instance; of the others the newest is kept. Most samples change no belief, so a service counts as
 * changed only while one of its limits is reached and when that ends.
 */
export function takeUsage(draft: Draft, { service, usage }: Of<'usage'>): void {
  const view = draft.services.get(service);
  if (view === undefined || usage.instance !== view.service.instance) return;
  const before = view.usage ?? [];
  const newest = before.at(-1);
  if (newest?.instance === usage.instance && newest.at >= usage.at) return;
  const former = before.findLast(old => old.instance !== usage.instance)?.instance;
  const kept = before.filter(old => old.instance === usage.instance || old.instance === former);
  draft.services.set(service, { ...view, usage: appendBounded(kept, usage, sampleCap) });
  if (isReached(usage) || (newest !== undefined && isReached(newest))) draft.changed.add(service);
}

const isReached = (usage: Usage): boolean => atLimit.memory(usage) || atLimit.pids(usage);
