import { compared, comparable, level, median, spread } from './baseline.ts';
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
    const drop = usual - level(both.incident, -1);
    return { gone: Math.max(0, drop / usual), spreads: Math.max(0, drop / spread(both.calm)) };
  }
  return { gone: 0, spreads: 0 };
}

/** Lost calls: what a service calls falls silent although it is itself called as before. */
export function flowSigns(recording: Recording): Sign[] {
  return recording.needs.map(([caller, callee]) => {
    const [into, out] = [flowInto(recording, caller), flowInto(recording, callee)];
    const excess = Math.max(0, out.gone - into.gone);
    return {
      service: caller,
      strength: natsOfSpreads(out.spreads) * excess,
      because: `${callee}, which it calls, lost ${(100 * out.gone).toFixed(0)} % of its calls, itself ${(100 * into.gone).toFixed(0)} %`,
    };
  });
}
