import type { InstanceId, ServiceId } from './service.ts';

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

/** What came of one connection to a port of a peer; `open` was not asked to speak, `silent` was and said nothing. */
export type PeerOutcome = 'open' | 'answers' | 'silent' | 'refused' | 'unreached';

/** One port of a peer, asked from this machine. */
export interface PeerAnswer {
  readonly port: number;
  readonly outcome: PeerOutcome;
  /** Until it was connected, or until its first byte where that was waited for, ms. */
  readonly ms: number;
}

/** How a dependant complains of a peer; `none` where it does not and the need is only declared. */
export type Complaint = 'refused' | 'timeout' | 'none';

/** What is to be found out about a peer. The address is never part of it: that is the link's own knowledge. */
export interface PeerAsk {
  /** The port that the dependant's errors name, 1…65535. */
  readonly named?: number;
  readonly complaint: Complaint;
  /** Its dependant speaks HTTP with it, so that a HEAD is no strange word there. */
  readonly http: boolean;
}

/** One round of questions to a peer on behalf of a dependant; kept with both. */
export interface PeerProbe {
  /** ms on the server's clock. */
  readonly at: number;
  readonly dependant: ServiceId;
  readonly peer: ServiceId;
  readonly named?: number;
  readonly complaint: Complaint;
  readonly answers: readonly PeerAnswer[];
  /** The dependant's line that names the peer, redacted, at most 300 characters; empty where none does. */
  readonly said: string;
}

/** Accepts connections, and does not keep who asks waiting for ever. */
export const isUp = ({ outcome }: PeerAnswer): boolean => outcome === 'open' || outcome === 'answers';

/** What came of one peer; a text says why it was not asked. */
export interface PeerRound {
  readonly peer: ServiceId;
  readonly told: PeerProbe | string;
}
