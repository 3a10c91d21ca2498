import type { Outcome } from '../model/action.ts';
import type { TimelineEntry } from '../model/incident.ts';
import type { AuditRow, IntentRow, Memory, TimelineQuery } from './memory.ts';

const keepEntries = 5000;
const keepAudit = 1000;

const byTime = (a: TimelineEntry, b: TimelineEntry): number => a.at - b.at;

/** The entries that a query asks for, of any list. */
export function select(entries: readonly TimelineEntry[], query: TimelineQuery): TimelineEntry[] {
  const fitting = entries.filter(
    entry => (query.from === undefined || entry.at >= query.from) && (query.service === undefined || entry.service === query.service),
  );
  return fitting.sort(byTime).slice(-query.limit);
}

/** Memory of this process alone: the fallback, and the place where writes wait while the file cannot take them. */
export class PlainMemory implements Memory {
  readonly durable = false;
  readonly trouble: string | undefined;
  readonly values = new Map<string, unknown>();
  readonly audit: AuditRow[] = [];
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
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= keepEntries) break;
      this.entries.delete(oldest);
    }
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
    return this.entries.size === 0 && this.values.size === 0 && this.audit.length === 0;
  }

  clear(): void {
    this.entries.clear();
    this.values.clear();
    this.audit.length = 0;
  }

  dispose(): void {
    this.clear();
  }
}
