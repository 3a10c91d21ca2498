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

/** Calls it makes per call it serves, at least 1: so often it waits for what it calls. */
function callsPerCall(recording: Recording, service: string): number {
  const rate = (of: string): number => median(compared(recording, 'metrics', of, 'request_rate').calm);
  const callees = new Set(
    recording.needs.filter(([caller, callee]) => caller === service && callee !== service).map(([, callee]) => callee),
  );
  const made = [...callees].reduce((sum, callee) => sum + rate(callee), 0);
  return rate(service) > 0 ? Math.max(1, made / rate(service)) : 1;
}

/** A service that got slower by more than the calls it makes did. The weaker of the quantiles counts: one alone is often a single call. */
export function latencySigns(recording: Recording): Sign[] {
  return recording.services.map(service => {
    const strengths = pairs.map(([ofServer, ofClient]) => {
      const server = compared(recording, 'metrics', service, ofServer);
      if (!comparable(server)) return 0;
      const waited = callsPerCall(recording, service) * Math.max(0, rise(compared(recording, 'metrics', service, ofClient)));
      const own = rise(server) - waited;
      const tail = Math.max(...server.calm) - median(server.calm);
      return natsOfSpreads(Math.max(0, own) / Math.max(wobble, tail / 2));
    });
    return { service, strength: Math.min(...strengths), because: 'slower than the calls it makes explain' };
  });
}
