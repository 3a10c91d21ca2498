import { compared, level } from './baseline.ts';
import type { Recording, Sign } from './recording.ts';
import { moved, natsOfSpreads } from './strength.ts';

/** Share of its limit (percent) above which processor or memory is what a service waits for. */
const scarce = 70;

const resources: readonly { readonly metric: string; readonly floor: number; readonly what: string }[] = [
  { metric: 'cpu_percent', floor: 1, what: 'processor' },
  { metric: 'memory_percent', floor: 3, what: 'memory' },
];

/** Processor and memory: a rise against the calm window counts as far as it takes a share of the limit. */
export function usageSigns(recording: Recording): Sign[] {
  return recording.services.flatMap(service =>
    resources.map(({ metric, floor, what }) => {
      const both = compared(recording, 'metrics', service, metric);
      const taken = both.incident.length > 0 ? level(both.incident, 1) : 0;
      const share = Math.min(1, Math.max(0, taken / scarce));
      return {
        service,
        strength: natsOfSpreads(moved(both, 1, floor)) * (0.25 + 0.75 * share),
        because: `${what} at ${taken.toFixed(0)} % of its limit`,
      };
    }),
  );
}
