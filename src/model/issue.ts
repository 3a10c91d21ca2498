import type { KnownLine } from './logs.ts';
import type { ServerId, ServiceId } from './service.ts';

export type Category =
  | 'app_crash'
  | 'app_error'
  | 'oom'
  | 'bad_change'
  | 'config_error'
  | 'start_error'
  | 'disk_full'
  | 'resource_limit'
  | 'hang'
  | 'unhealthy'
  | 'latency'
  | 'network'
  | 'dependency'
  | 'operator_action'
  | 'daemon_restart'
  | 'flapping'
  | 'unreachable'
  | 'unknown';

export type Severity = 'info' | 'warning' | 'error' | 'critical';
export type Band = 'high' | 'medium' | 'low';

/** One reason to believe something. `kind` is a row of the weight table; its group is the part before the dot. */
export interface Evidence {
  readonly id: string;
  readonly kind: string;
  /** In words, for people. */
  readonly what: string;
  readonly from: 'event' | 'inspect' | 'log' | 'probe' | 'usage' | 'change' | 'memory';
  /** When it happened, ms. */
  readonly at: number;
  /** Log-odds for the issue's category. */
  readonly weight: number;
  /** A redacted quote (≤ 300 characters) and where it can be read again. */
  readonly ref: { readonly quote: string; readonly where: string };
  /** Present where the quote is a line that the catalogue of patterns knows. */
  readonly known?: KnownLine;
  /** The quote speaks to an assistant, or passes judgement itself: it is shown, and weighs nothing. */
  readonly suspect?: true;
}

/** `service` is absent only for an issue of a whole server. */
export interface Issue {
  /** `service/category`, or `server/category`: its identity for counting, silence and memory. */
  readonly key: string;
  readonly server: ServerId;
  readonly service?: ServiceId;
  readonly category: Category;
  readonly severity: Severity;
  /** 0…1 */
  readonly confidence: number;
  readonly band: Band;
  readonly evidence: readonly Evidence[];
  /** Where its service wants alerts to go: `dozor.alert.channel`. */
  readonly channel?: string;
  readonly status: 'suspected' | 'confirmed';
  /** When the trouble began, ms, on the server's clock. */
  readonly firstSeen: number;
  readonly lastSeen: number;
}
