import type { InstanceId } from './service.ts';

/** One answer, or none, of the URL in the label `dozor.healthcheck.url`. */
export interface Probe {
  readonly instance: InstanceId;
  /** ms on the server's clock. */
  readonly at: number;
  /** Answered 200 to 399. */
  readonly ok: boolean;
  /** How long it took, ms. */
  readonly ms: number;
  readonly status?: number;
  /** Present without a status: what it did instead, as in "refuses the connection". Our own words. */
  readonly why?: string;
}

/** "answers 503" or "refuses the connection". */
export const probeWords = (probe: Probe): string => (probe.status === undefined ? (probe.why ?? 'fails') : `answers ${probe.status}`);
