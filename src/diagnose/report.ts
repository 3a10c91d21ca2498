import type { Lease } from '../model/attention.ts';
import type { KnownIncident } from '../model/incident.ts';
import type { Category, Issue } from '../model/issue.ts';
import type { ServerId, ServiceId } from '../model/service.ts';
import type { Noise } from './noise.ts';

/** Worst of all members; `unknown` where we could not look. */
export type Overall = 'healthy' | 'degraded' | 'critical' | 'unknown';

export interface Report {
  readonly at: number;
  readonly health: Overall;
  /** Which services are shown, and why these. */
  readonly scope: { readonly by: 'services' | 'workspace' | 'all'; readonly detail: string; readonly unmatched: readonly string[] };
  readonly servers: readonly {
    readonly id: ServerId;
    readonly label: string;
    readonly sight: 'waiting' | 'clear' | 'lost';
    readonly why?: string;
    readonly next?: string;
    readonly services: number;
  }[];
  /** Worst first. Excluded services have none. */
  readonly issues: readonly Issue[];
  readonly incidents: readonly KnownIncident[];
  readonly healthy: readonly ServiceId[];
  /** Finished jobs, stopped by hand, paused, created: states that are meant. */
  readonly quiet: readonly { readonly service: ServiceId; readonly why: string }[];
  readonly excluded: readonly {
    readonly service: ServiceId;
    readonly until: number;
    readonly reason: string;
    readonly critical?: Category;
  }[];
  readonly unknown: readonly { readonly server: ServerId; readonly service?: ServiceId; readonly why: string }[];
  /** Error lines that are no issue, of services that run; absent when there are none. */
  readonly noise?: readonly Noise[];
  /** Dev mode, when on. */
  readonly devMode?: Lease;
}
