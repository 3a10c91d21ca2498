import type { Disposable } from '../base/emitter.ts';
import type { Action, Outcome } from '../model/action.ts';
import type { KnownIncident, TimelineEntry } from '../model/incident.ts';
import type { Prediction } from '../model/prediction.ts';
import type { ServiceId } from '../model/service.ts';

export interface TimelineQuery {
  /** ms; entries at or after it. */
  readonly from?: number;
  readonly service?: ServiceId;
  /** At most this many, the newest. */
  readonly limit: number;
}

export interface IncidentQuery {
  /** Only those that are not resolved. */
  readonly open?: boolean;
  /** ms; only those that were not over before it. */
  readonly from?: number;
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
  /** Keeps incidents under their ids; one that was merged into another is found as that other alone. */
  keepIncidents(incidents: readonly KnownIncident[]): void;
  /** Oldest first. */
  incidents(query: IncidentQuery): readonly KnownIncident[];
  /** Keeps predictions under their ids; one with a label gives way to a newer label alone. */
  keepPredictions(predictions: readonly Prediction[]): void;
  /** The newest, newest last. */
  predictions(limit: number): readonly Prediction[];
  /** Written before an effect. */
  intent(row: IntentRow): void;
  outcome(id: string, at: number, outcome: Outcome): void;
}
