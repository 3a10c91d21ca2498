import type { LogDigest } from './logs.ts';
import type { PeerProbe } from './probe.ts';
import type { RunLog } from './runLog.ts';
import type { Facts, InstanceId, ServerId, Service, ServiceId } from './service.ts';
import type { Usage } from './usage.ts';

export type LifecycleEvent =
  | 'create'
  | 'start'
  | 'restart'
  | 'kill'
  | 'stop'
  | 'die'
  | 'oom'
  | 'health'
  | 'pause'
  | 'unpause'
  | 'rename'
  | 'update'
  | 'destroy';

/** `live` was seen as it happened, `inferred` from two looks, `reported` by somebody else. */
export type How = 'live' | 'inferred' | 'reported';

/** A fact, never an opinion. `at` is the server's time in ms, `plusMinus` its uncertainty in ms. */
export type Observation = {
  readonly at: number;
  readonly plusMinus: number;
  readonly server: ServerId;
  readonly how: How;
} & (
  | { readonly kind: 'inventory'; readonly services: readonly Service[] }
  | {
      readonly kind: 'lifecycle';
      readonly service: ServiceId;
      readonly instance: InstanceId;
      readonly event: LifecycleEvent;
      /** The engine's `timeNano`, digit for digit. */
      readonly nano: string;
      /** For `kill`: the signal number; absent when labels could have forged it. */
      readonly signal?: number;
      /** For `die`: the event's exit code, a claim that inspect overrules; absent when labels could have forged it. */
      readonly exit?: number;
    }
  | { readonly kind: 'inspected'; readonly service: ServiceId; readonly facts: Facts }
  | { readonly kind: 'logs'; readonly service: ServiceId; readonly instance: InstanceId; readonly digest: LogDigest }
  | { readonly kind: 'logs-unreadable'; readonly service: ServiceId; readonly instance: InstanceId; readonly why: string }
  | {
      readonly kind: 'probe';
      readonly service: ServiceId;
      readonly instance: InstanceId;
      readonly ok: boolean;
      readonly ms: number;
      readonly status?: number;
      readonly why?: string;
    }
  | { readonly kind: 'peer-probe'; readonly service: ServiceId; readonly probe: PeerProbe }
  | { readonly kind: 'run-log'; readonly service: ServiceId; readonly run: RunLog }
  | { readonly kind: 'usage'; readonly service: ServiceId; readonly usage: Usage }
  | { readonly kind: 'unseen'; readonly service: ServiceId; readonly why: string }
  | { readonly kind: 'tick' }
  | { readonly kind: 'synced' }
  | { readonly kind: 'sight'; readonly clear: boolean; readonly why?: SightLoss }
);

/** Why a server cannot be seen. `code` is for tables, `text` for people, `next` says what to do. */
export interface SightLoss {
  readonly code: 'no-engine' | 'down' | 'permission' | 'timeout' | 'tls' | 'not-docker' | 'config' | 'lost';
  readonly text: string;
  readonly next: string;
}

/** Emits what it sees until the signal aborts. It ends by resolving; a rejection is a surprise. */
export type Source = (emit: (seen: Observation) => void, signal: AbortSignal) => Promise<void>;
