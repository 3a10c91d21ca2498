import { comparable, compared, level, median, quantile, spread } from './baseline.ts';
import type { Recording, Sign } from './recording.ts';
import { natsOfSpreads } from './strength.ts';

/** What says how much a service is called, best first. */
const traffic: readonly (readonly ['metrics' | 'requests', string])[] = [
  ['metrics', 'request_rate'],
  ['metrics', 'syscall_read'],
  ['metrics', 'net_rx_bytes'],
];

interface Flow {
  /** Share of the calm traffic that is gone, 0 to 1. */
  readonly gone: number;
  readonly spreads: number;
}

function flowInto(recording: Recording, service: string): Flow {
  for (const [kind, metric] of traffic) {
    const both = compared(recording, kind, service, metric);
    const usual = median(both.calm);
    if (!comparable(both) || usual <= 0) continue;
    const drop = Math.max(0, usual - level(both.incident, -1));
    const wobble = Math.max(spread(both.calm), (usual - quantile(both.calm, 0.05)) / 1.6);
    return { gone: drop / usual, spreads: (drop / wobble) * Math.sqrt(both.incident.length) };
  }
  return { gone: 0, spreads: 0 };
}

/**
 * Lost calls: what a service calls falls silent although it is itself called as before. Each callee that does is evidence of its own.
 */
export function flowSigns(recording: Recording): Sign[] {
  const flows = new Map(recording.services.map(service => [service, flowInto(recording, service)] as const));
  return recording.services.map(service => {
    const into = flows.get(service)?.gone ?? 0;
    const callees = recording.needs.filter(([caller, callee]) => caller === service && callee !== service);
    const lost = callees.flatMap(([, callee]) => flows.get(callee) ?? []).filter(flow => flow.gone > into);
    const strength = lost.reduce((sum, flow) => sum + natsOfSpreads(flow.spreads) * (flow.gone - into), 0);
    return { service, strength, because: `${lost.length} of the services it calls lost more of their calls than it did` };
  });
}
