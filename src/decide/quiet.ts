import type { Attention } from '../model/attention.ts';
import type { ServiceId } from '../model/service.ts';
import { devMode, exclusionOf } from './devMode.ts';

export type QuietReason = 'dev mode' | 'excluded';

export interface Quiet {
  readonly reason: QuietReason;
  readonly until: number;
}

type Quietener = (attention: Attention, service: ServiceId, now: number) => Quiet | undefined;

/** Asked in order; the first yes is the reason. */
const quieteners: readonly Quietener[] = [
  (attention, _service, now) => {
    const lease = devMode(attention, now);
    return lease === undefined ? undefined : { reason: 'dev mode', until: lease.until };
  },
  (attention, service, now) => {
    const lease = exclusionOf(attention, service, now);
    return lease === undefined ? undefined : { reason: 'excluded', until: lease.until };
  },
];

/** Why Dozor stays quiet about a service, if it does. */
export function quietAbout(attention: Attention, service: ServiceId, now: number): Quiet | undefined {
  for (const ask of quieteners) {
    const quiet = ask(attention, service, now);
    if (quiet !== undefined) return quiet;
  }
  return undefined;
}
