import type { DatabaseSync } from 'node:sqlite';

/** Each step runs once, in order; the file remembers how many in `user_version`. Only append. */
const migrations: readonly string[] = [
  `CREATE TABLE timeline (
     seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, service TEXT, entry TEXT NOT NULL);
   CREATE INDEX timeline_at ON timeline (at);
   CREATE INDEX timeline_service ON timeline (service, at);
   CREATE TABLE kept (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE audit (
     seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL,
     before TEXT NOT NULL, hash TEXT NOT NULL);
   CREATE INDEX audit_id ON audit (id);`,
  `CREATE TABLE incidents (id TEXT PRIMARY KEY, opened INTEGER NOT NULL, ended INTEGER, body TEXT NOT NULL) WITHOUT ROWID;
   CREATE INDEX incidents_opened ON incidents (opened);
   CREATE TABLE predictions (
     id TEXT PRIMARY KEY, at INTEGER NOT NULL, labelled INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
   CREATE INDEX predictions_at ON predictions (at);`,
];

const versionOf = (db: DatabaseSync): number => Number(db.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);

/** Runs `work` in one transaction that takes the write lock at once, so that two writers never deadlock half-way. */
export function transact<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/** Brings the file to our version. False when a newer Dozor has written it: then it must not be touched. */
export function migrate(db: DatabaseSync): boolean {
  if (versionOf(db) === migrations.length) return true;
  return transact(db, () => {
    // Read again under the lock: another window may have migrated in between.
    const version = versionOf(db);
    if (version > migrations.length) return false;
    for (const step of migrations.slice(version)) db.exec(step);
    db.exec(`PRAGMA user_version = ${migrations.length}`);
    return true;
  });
}
