import type { Category, Severity } from './issue.ts';
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
  | { readonly kind: 'decided'; readonly detail: string; readonly because: string }
  | { readonly kind: 'acted'; readonly verb: string; readonly outcome: 'done' | 'failed' | 'refused' | 'unknown'; readonly detail: string }
);
