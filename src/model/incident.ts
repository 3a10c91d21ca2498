import type { Band, Category, Severity } from './issue.ts';
import type { LifecycleEvent } from './observation.ts';
import type { ServerId, ServiceId } from './service.ts';

/** Issues that belong together: one need apart, within minutes. */
export interface Incident {
  readonly id: string;
  readonly opened: number;
  /** Keys of its issues, earliest first. */
  readonly issues: readonly string[];
  readonly severity: Severity;
  /** Where it began, as far as that is known. */
  readonly root?: Root;
  /** Keys of the issues that the root explains: not problems of their own. */
  readonly symptoms: readonly string[];
}

export interface Root {
  readonly service: ServiceId;
  /** Its issue; not among `issues` when its service is excluded. */
  readonly issue: string;
  /** For people, one line. */
  readonly because: string;
}

/** `recovering`: all its issues are clear, and it is watched whether that lasts. */
export type IncidentState = 'open' | 'acknowledged' | 'recovering' | 'resolved';

/** One suspected cause of an incident. */
export interface Hypothesis {
  readonly service: ServiceId;
  readonly category: Category;
  /** Key of its issue; absent where a service is suspected that has none of its own. */
  readonly issue?: string;
  /** 0…1: this against the other suspects and what nobody watches; all shares of an incident sum to less than 1. */
  readonly share: number;
  /** 0…1, by its own evidence and what others say of it; capped where the next suspect is close. */
  readonly confidence: number;
  readonly band: Band;
  /** For people, strongest first. */
  readonly because: readonly string[];
  /** Ids of the evidence that speaks for it. */
  readonly evidence: readonly string[];
  readonly whatWouldRefute: string;
}

/** What its confidence allows: a fix, a deeper look by ourselves, or only a question to a person. */
export interface Escalation {
  readonly to: 'fixable' | 'deeper' | 'ask';
  readonly because: string;
}

/** An incident with a life: what is remembered of it while its issues come and go. Times in ms. */
export interface KnownIncident extends Incident {
  readonly state: IncidentState;
  readonly acknowledged?: { readonly at: number; readonly by: 'person' | 'model' };
  /** Since when it has been seen without an open issue. */
  readonly clearSince?: number;
  readonly resolvedAt?: number;
  /** How often it came back. */
  readonly reopened: number;
  /** The incident, too old to be reopened, that this one goes on with. */
  readonly continues?: string;
  /** Ids of incidents that turned out to be this one; each still finds it. */
  readonly merged: readonly string[];
  /** Issues that cleared a while ago: one that comes back belongs here. */
  readonly cleared: readonly { readonly issue: string; readonly at: number }[];
  /** At most three, likeliest first. */
  readonly hypotheses: readonly Hypothesis[];
  /** What cannot be the cause, with the reason. */
  readonly ruledOut: readonly string[];
  /** What could not be looked at, and may be the cause. */
  readonly notChecked: readonly string[];
  readonly escalation?: Escalation;
}

export type Actor = 'system' | 'dozor' | 'person' | 'model';

/** Append-only: what happened, in order, at the time it happened there. */
export type TimelineEntry = {
  /** Derived from its content, so that two watchers of one engine write one entry. */
  readonly id: string;
  readonly at: number;
  readonly plusMinus: number;
  readonly actor: Actor;
  readonly server: ServerId;
  readonly service?: ServiceId;
} & (
  | {
      readonly kind: 'observed';
      readonly event: LifecycleEvent | 'healthy' | 'unhealthy' | 'sight-lost' | 'sight-back';
      readonly how: string;
      readonly detail: string;
    }
  | {
      readonly kind: 'diagnosed';
      readonly issue: string;
      readonly change: 'opened' | 'worse' | 'resolved';
      readonly category: Category;
      readonly severity: Severity;
      readonly detail: string;
    }
  | {
      readonly kind: 'incident';
      readonly incident: string;
      readonly change: 'opened' | 'acknowledged' | 'unacknowledged' | 'merged' | 'reopened' | 'resolved';
      readonly severity: Severity;
      readonly detail: string;
    }
  | { readonly kind: 'decided'; readonly detail: string; readonly because: string }
  | { readonly kind: 'acted'; readonly verb: string; readonly outcome: 'done' | 'failed' | 'refused' | 'unknown'; readonly detail: string }
);
