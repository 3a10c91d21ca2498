import type { Disposable } from '../base/emitter.ts';
import type { Action, Outcome } from '../model/action.ts';
import type { TimelineEntry } from '../model/incident.ts';
import type { ServiceId } from '../model/service.ts';

export interface TimelineQuery {
  /** ms; entries at or after it. */
  readonly from?: number;
  readonly service?: ServiceId;
  /** At most this many, the newest. */
  readonly limit: number;
}

/** The intent of an effect, written before anything happens. */
export interface IntentRow {
  readonly id: string;
  /** ms */
  readonly at: number;
  readonly action: Action;
}

/** One row of the audit; `at` in ms. */
export type AuditRow =
  | { readonly kind: 'intent'; readonly id: string; readonly at: number; readonly body: Action }
  | { readonly kind: 'outcome'; readonly id: string; readonly at: number; readonly body: Outcome };

/** What Dozor keeps. Every method is synchronous and small. */
export interface Memory extends Disposable {
  /** False when nothing outlives this process. */
  readonly durable: boolean;
  /** Why it is not durable, or what was wrong when it was opened; for people. */
  readonly trouble?: string | undefined;
  /** Appends entries and gives those that were new: an id that is there already is ignored. */
  append(entries: readonly TimelineEntry[]): readonly TimelineEntry[];
  /** Newest last. */
  timeline(query: TimelineQuery): readonly TimelineEntry[];
  /** A stored value as it was put, or undefined; readers check its shape. */
  get(key: string): unknown;
  put(key: string, value: unknown): void;
  /** Written before an effect. */
  intent(row: IntentRow): void;
  outcome(id: string, at: number, outcome: Outcome): void;
}
