import type { DatabaseSync } from 'node:sqlite';
import { type Log, reasonOf } from '../base/log.ts';
import type { Outcome } from '../model/action.ts';
import type { KnownIncident, TimelineEntry } from '../model/incident.ts';
import type { Prediction } from '../model/prediction.ts';
import { chain } from './audit.ts';
import type { AuditRow, IncidentQuery, IntentRow, Memory, TimelineQuery } from './memory.ts';
import { PlainMemory, select, selectKnown } from './plainMemory.ts';
import { cleanRows, selectIncidents, selectPredictions, storeIncidents, storePredictions } from './rows.ts';
import { transact } from './schema.ts';

const keepRows = 50_000;
const keepMs = 30 * 86_400_000;
/** Appended rows between two clean-ups. */
const cleanEvery = 1000;
/** After a failed write the file is left alone for this long (ms); what is written waits in memory. */
const retryAfter = 30_000;

export interface SqliteOptions {
  readonly now: () => number;
  readonly log: Log;
  /** Set when the file may only be read, with the reason for people. */
  readonly readOnly?: string;
  /** Something people should know though all works. */
  readonly notice?: string;
}

/** Memory in one SQLite file. While the file refuses writes they wait in memory, bounded, and go in as soon as it takes them again. */
export class SqliteMemory implements Memory {
  trouble: string | undefined;
  private readonly waiting = new PlainMemory();
  private readonly db: DatabaseSync;
  private readonly options: SqliteOptions;
  private retryAt = 0;
  private sinceClean = 0;
  private failing = false;

  constructor(db: DatabaseSync, options: SqliteOptions) {
    this.db = db;
    this.options = options;
    this.trouble = options.readOnly ?? options.notice;
    if (options.readOnly === undefined) this.write(() => this.clean());
  }

  get durable(): boolean {
    return this.options.readOnly === undefined && !this.failing;
  }

  append(entries: readonly TimelineEntry[]): readonly TimelineEntry[] {
    if (entries.length === 0) return [];
    const written = this.write(() => this.insert(entries));
    return written ?? this.waiting.append(entries.filter(entry => !this.has(entry.id)));
  }

  timeline(query: TimelineQuery): TimelineEntry[] {
    const stored = this.read(() => this.select(query)) ?? [];
    if (this.waiting.empty) return stored;
    return select([...stored, ...this.waiting.timeline(query)], query);
  }

  get(key: string): unknown {
    if (this.waiting.values.has(key)) return this.waiting.get(key);
    return this.read(() => {
      const row = this.db.prepare('SELECT value FROM kept WHERE key = ?').get(key);
      return row === undefined ? undefined : JSON.parse(String(row['value']));
    });
  }

  put(key: string, value: unknown): void {
    const done = this.write(() => this.store(key, value));
    if (done === undefined) this.waiting.put(key, value);
  }

  keepIncidents(incidents: readonly KnownIncident[]): void {
    const done = this.write(() => {
      storeIncidents(this.db, incidents);
      return true;
    });
    if (done === undefined) this.waiting.keepIncidents(incidents);
  }

  incidents(query: IncidentQuery): KnownIncident[] {
    const stored = this.read(() => selectIncidents(this.db, query)) ?? [];
    if (this.waiting.empty) return stored;
    const newer = new Set([...this.waiting.known.values()].flatMap(({ id, merged }) => [id, ...merged]));
    return selectKnown([...stored.filter(({ id }) => !newer.has(id)), ...this.waiting.known.values()], query);
  }

  keepPredictions(predictions: readonly Prediction[]): void {
    const done = this.write(() => {
      storePredictions(this.db, predictions);
      return true;
    });
    if (done === undefined) this.waiting.keepPredictions(predictions);
  }

  predictions(limit: number): Prediction[] {
    const stored = this.read(() => selectPredictions(this.db, limit)) ?? [];
    const newer = this.waiting.predictions(limit);
    return [...stored.filter(one => !newer.some(({ id }) => id === one.id)), ...newer].slice(-limit);
  }

  intent(row: IntentRow): void {
    this.note({ kind: 'intent', id: row.id, at: row.at, body: row.action });
  }

  outcome(id: string, at: number, outcome: Outcome): void {
    this.note({ kind: 'outcome', id, at, body: outcome });
  }

  dispose(): void {
    if (!this.db.isOpen) return;
    if (!this.waiting.empty) this.write(() => true, true);
    this.db.close();
  }

  private note(row: AuditRow): void {
    const done = this.write(() => {
      chain(this.db, row);
      return true;
    });
    if (done === undefined) this.waiting.note(row);
  }

  private insert(entries: readonly TimelineEntry[]): readonly TimelineEntry[] {
    const add = this.db.prepare('INSERT OR IGNORE INTO timeline (id, at, service, entry) VALUES (?, ?, ?, ?)');
    const fresh = entries.filter(
      entry => Number(add.run(entry.id, Math.trunc(entry.at), entry.service ?? null, JSON.stringify(entry)).changes) > 0,
    );
    this.sinceClean += fresh.length;
    if (this.sinceClean >= cleanEvery) this.clean();
    return fresh;
  }

  private clean(): true {
    this.sinceClean = 0;
    this.db.prepare('DELETE FROM timeline WHERE at < ?').run(this.options.now() - keepMs);
    this.db.prepare('DELETE FROM timeline WHERE seq <= (SELECT MAX(seq) FROM timeline) - ?').run(keepRows);
    cleanRows(this.db, this.options.now());
    return true;
  }

  private store(key: string, value: unknown): true {
    if (value === undefined) this.db.prepare('DELETE FROM kept WHERE key = ?').run(key);
    else this.db.prepare('INSERT OR REPLACE INTO kept (key, value) VALUES (?, ?)').run(key, JSON.stringify(value));
    return true;
  }

  private select(query: TimelineQuery): TimelineEntry[] {
    const rows = this.db
      .prepare('SELECT entry FROM timeline WHERE at >= ? AND (? IS NULL OR service = ?) ORDER BY at DESC, seq DESC LIMIT ?')
      .all(query.from ?? 0, query.service ?? null, query.service ?? null, query.limit);
    return rows.map(row => JSON.parse(String(row['entry'])) as TimelineEntry).reverse();
  }

  private has(id: string): boolean {
    return this.read(() => this.db.prepare('SELECT 1 FROM timeline WHERE id = ?').get(id) !== undefined) ?? false;
  }

  private read<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.fail(error);
      return undefined;
    }
  }

  /** Undefined when the file did not take it. What has waited goes in first, in the same transaction. */
  private write<T>(work: () => T, urgent = false): T | undefined {
    if (this.options.readOnly !== undefined || (this.options.now() < this.retryAt && !urgent)) return undefined;
    try {
      const result = transact(this.db, () => {
        this.flush();
        return work();
      });
      this.recovered();
      return result;
    } catch (error) {
      this.fail(error);
      return undefined;
    }
  }

  private flush(): void {
    if (this.waiting.empty) return;
    this.insert(this.waiting.timeline({ limit: Number.MAX_SAFE_INTEGER }));
    for (const [key, value] of this.waiting.values) this.store(key, value);
    storeIncidents(this.db, this.waiting.known.values());
    storePredictions(this.db, this.waiting.predicted.values());
    for (const row of this.waiting.audit) chain(this.db, row);
  }

  private recovered(): void {
    this.waiting.clear();
    if (!this.failing) return;
    this.failing = false;
    this.trouble = this.options.notice;
    this.options.log.info('The memory can be written again.');
  }

  private fail(error: unknown): void {
    this.retryAt = this.options.now() + retryAfter;
    if (this.failing) return;
    this.failing = true;
    this.trouble = `The memory cannot be written (${reasonOf(error)}); what happens now is kept until this process ends.`;
    this.options.log.warn(this.trouble);
  }
}
