import type { InstanceId, ServerId, ServiceId } from './service.ts';

export type Verb = 'start' | 'stop' | 'restart' | 'pause' | 'unpause';
/** Levels that the policy weighs (safety: L0…L4). */
export type Effect = 'observe' | 'probe' | 'reversible' | 'wide' | 'free';
export type Asker = 'person' | 'model' | 'runbook' | 'policy';

/** What was seen when the decision was made; the gate looks again and stops if anything differs. */
export interface Basis {
  readonly instance: InstanceId;
  readonly state: string;
  readonly startedExact: string;
  readonly imageId: string;
}

export interface Action {
  readonly verb: Verb;
  readonly server: ServerId;
  readonly service: ServiceId;
  readonly askedBy: Asker;
  readonly because: string;
  readonly basis: Basis;
}

export type Outcome =
  | { readonly ok: true; readonly took: number; readonly text: string }
  | { readonly ok: false; readonly why: 'refused' | 'failed' | 'unknown'; readonly because: string };
