import { comparable, compared, level } from './baseline.ts';
import type { Recording, Sign } from './recording.ts';
import { moved, natsOfSpreads } from './strength.ts';

/** Share of its limit (percent) above which processor or memory is what a service waits for. */
const scarce = 70;

/** How much of a rise counts that leaves the limit far away. */
const leastShare = 0.25;

interface Resource {
  /** Where it is measured, best first, with the percent of the limit that one unit is. A thousand millicores are a processor. */
  readonly metrics: readonly (readonly [name: string, percent: number])[];
  /** Percent that a calm service wobbles by at least. */
  readonly floor: number;
  readonly what: string;
}

const resources: readonly Resource[] = [
  {
    metrics: [
      ['cpu_percent', 1],
      ['cpu_millicores', 0.1],
    ],
    floor: 1,
    what: 'processor',
  },
  { metrics: [['memory_percent', 1]], floor: 3, what: 'memory' },
];

function signOf(recording: Recording, service: string, { metrics, floor, what }: Resource): Sign[] {
  for (const [metric, percent] of metrics) {
    const both = compared(recording, 'metrics', service, metric);
    if (!comparable(both)) continue;
    const taken = percent * level(both.incident, 1);
    const share = Math.min(1, Math.max(0, taken / scarce));
    const strength = natsOfSpreads(moved(both, 1, floor / percent)) * (leastShare + (1 - leastShare) * share);
    return [{ service, strength, because: `${what} at ${taken.toFixed(0)} % of its limit` }];
  }
  return [];
}

/** Processor and memory: a rise against the calm window counts as far as it takes a share of the limit. */
export function usageSigns(recording: Recording): Sign[] {
  return recording.services.flatMap(service => resources.flatMap(resource => signOf(recording, service, resource)));
}
