import { comparable, compared, median } from './baseline.ts';
import type { Recording, Sign } from './recording.ts';
import { natsOfSpreads, rise } from './strength.ts';

/** Seconds of a rise that say nothing. */
const wobble = 0.02;

/** Pairs of "how long calls to it take" and "how long the calls it makes take", in seconds. */
const pairs: readonly (readonly [server: string, client: string])[] = [
  ['server_latency_p90_s', 'client_latency_p90_s'],
  ['server_latency_p95_s', 'client_latency_p95_s'],
];

/** A service that got slower by more than the calls it makes did. The weaker of the quantiles counts: one alone is often a single call. */
export function latencySigns(recording: Recording): Sign[] {
  return recording.services.map(service => {
    const strengths = pairs.map(([ofServer, ofClient]) => {
      const server = compared(recording, 'metrics', service, ofServer);
      if (!comparable(server)) return 0;
      const own = rise(server) - Math.max(0, rise(compared(recording, 'metrics', service, ofClient)));
      const tail = Math.max(...server.calm) - median(server.calm);
      return natsOfSpreads(Math.max(0, own) / Math.max(wobble, tail / 2));
    });
    return { service, strength: Math.min(...strengths), because: 'slower than the calls it makes explain' };
  });
}
