import type { Outcome } from '../model/action.ts';
import type { KnownIncident, TimelineEntry } from '../model/incident.ts';
import type { Prediction } from '../model/prediction.ts';
import type { AuditRow, IncidentQuery, IntentRow, Memory, TimelineQuery } from './memory.ts';

const keepEntries = 5000;
const keepAudit = 1000;
const keepKnown = 1000;

const byTime = (a: TimelineEntry, b: TimelineEntry): number => a.at - b.at;

/** The entries that a query asks for, of any list. */
export function select(entries: readonly TimelineEntry[], query: TimelineQuery): TimelineEntry[] {
  const fitting = entries.filter(
    entry => (query.from === undefined || entry.at >= query.from) && (query.service === undefined || entry.service === query.service),
  );
  return fitting.sort(byTime).slice(-query.limit);
}

/** The incidents that a query asks for, of any list. */
export function selectKnown(incidents: readonly KnownIncident[], query: IncidentQuery): KnownIncident[] {
  const { from = 0, open = false, limit } = query;
  return incidents
    .filter(({ resolvedAt }) => resolvedAt === undefined || (!open && resolvedAt >= from))
    .sort((a, b) => a.opened - b.opened || (a.id < b.id ? -1 : 1))
    .slice(-limit);
}

/** The oldest go first, in the order they were put. */
function bound<V>(kept: Map<string, V>, most: number): void {
  for (const oldest of kept.keys()) {
    if (kept.size <= most) break;
    kept.delete(oldest);
  }
}

/** Memory of this process alone: the fallback, and the place where writes wait while the file cannot take them. */
export class PlainMemory implements Memory {
  readonly durable = false;
  readonly trouble: string | undefined;
  readonly values = new Map<string, unknown>();
  readonly audit: AuditRow[] = [];
  readonly known = new Map<string, KnownIncident>();
  readonly predicted = new Map<string, Prediction>();
  private readonly entries = new Map<string, TimelineEntry>();

  constructor(trouble?: string) {
    this.trouble = trouble;
  }

  append(entries: readonly TimelineEntry[]): readonly TimelineEntry[] {
    const fresh: TimelineEntry[] = [];
    for (const entry of entries) {
      if (this.entries.has(entry.id)) continue;
      this.entries.set(entry.id, entry);
      fresh.push(entry);
    }
    bound(this.entries, keepEntries);
    return fresh;
  }

  timeline(query: TimelineQuery): TimelineEntry[] {
    return select([...this.entries.values()], query);
  }

  get(key: string): unknown {
    return this.values.get(key);
  }

  /** A forgotten key stays in the map as undefined, so that it also hides what a file says. */
  put(key: string, value: unknown): void {
    this.values.set(key, value);
  }

  keepIncidents(incidents: readonly KnownIncident[]): void {
    for (const incident of incidents) {
      for (const id of [incident.id, ...incident.merged]) this.known.delete(id);
      this.known.set(incident.id, incident);
    }
    bound(this.known, keepKnown);
  }

  incidents(query: IncidentQuery): KnownIncident[] {
    return selectKnown([...this.known.values()], query);
  }

  keepPredictions(predictions: readonly Prediction[]): void {
    for (const one of predictions) {
      if (one.label === undefined && this.predicted.get(one.id)?.label !== undefined) continue;
      this.predicted.delete(one.id);
      this.predicted.set(one.id, one);
    }
    bound(this.predicted, keepKnown);
  }

  predictions(limit: number): Prediction[] {
    return [...this.predicted.values()].slice(-limit);
  }

  intent(row: IntentRow): void {
    this.note({ kind: 'intent', id: row.id, at: row.at, body: row.action });
  }

  outcome(id: string, at: number, outcome: Outcome): void {
    this.note({ kind: 'outcome', id, at, body: outcome });
  }

  note(row: AuditRow): void {
    this.audit.push(row);
    if (this.audit.length > keepAudit) this.audit.shift();
  }

  get empty(): boolean {
    return this.entries.size === 0 && this.values.size === 0 && this.audit.length === 0 && this.known.size + this.predicted.size === 0;
  }

  clear(): void {
    this.entries.clear();
    this.values.clear();
    this.audit.length = 0;
    this.known.clear();
    this.predicted.clear();
  }

  dispose(): void {
    this.clear();
  }
}
