import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { AuditRow } from './memory.ts';

const origin = '0'.repeat(64);
/** Rows whose chain is checked when the file is opened. */
const checked = 5000;
/** An intent this old (ms) without an outcome was cut off: no effect of ours takes that long. */
const orphanAge = 10 * 60_000;

interface StoredRow {
  readonly seq: number;
  readonly kind: string;
  readonly id: string;
  readonly at: number;
  readonly body: string;
  readonly before: string;
  readonly hash: string;
}

const link = (before: string, row: { kind: string; id: string; at: number; body: string }): string =>
  createHash('sha256')
    .update(JSON.stringify([before, row.kind, row.id, row.at, row.body]))
    .digest('hex');

/** Adds a row behind the newest one; call it inside a transaction. */
export function chain(db: DatabaseSync, row: AuditRow): void {
  const newest = db.prepare('SELECT hash FROM audit ORDER BY seq DESC LIMIT 1').get();
  const before = String(newest?.['hash'] ?? origin);
  const flat = { kind: row.kind, id: row.id, at: Math.trunc(row.at), body: JSON.stringify(row.body) };
  db.prepare('INSERT INTO audit (kind, id, at, body, before, hash) VALUES (?, ?, ?, ?, ?, ?)').run(
    flat.kind,
    flat.id,
    flat.at,
    flat.body,
    before,
    link(before, flat),
  );
}

/** The first of the newest 5,000 rows that was changed, or follows one that was removed; undefined when all hold. */
export function brokenAt(db: DatabaseSync): number | undefined {
  const rows = db.prepare('SELECT * FROM audit ORDER BY seq DESC LIMIT ?').all(checked) as unknown as StoredRow[];
  let before = rows.length === checked ? undefined : origin;
  for (const row of rows.reverse()) {
    if ((before !== undefined && row.before !== before) || row.hash !== link(row.before, row)) return row.seq;
    before = row.hash;
  }
  return undefined;
}

/** Effects that were begun and whose end nobody saw, because Dozor ended in between: they become `unknown`, and never run again. */
export function closeOrphans(db: DatabaseSync, now: number): number {
  const orphans = db
    .prepare(
      "SELECT id FROM audit AS begun WHERE kind = 'intent' AND at < ? AND NOT EXISTS (SELECT 1 FROM audit WHERE kind = 'outcome' AND id = begun.id)",
    )
    .all(now - orphanAge);
  const body = { ok: false, why: 'unknown', because: 'Dozor ended before it saw the outcome.' } as const;
  for (const orphan of orphans) chain(db, { kind: 'outcome', id: String(orphan['id']), at: now, body });
  return orphans.length;
}
