import { chmodSync, closeSync, existsSync, mkdirSync, openSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { type Log, reasonOf } from '../base/log.ts';
import { brokenAt, closeOrphans } from './audit.ts';
import type { Memory } from './memory.ts';
import { PlainMemory } from './plainMemory.ts';
import { migrate, transact } from './schema.ts';
import { SqliteMemory } from './sqliteMemory.ts';

export type { Memory } from './memory.ts';

const fileName = 'dozor.db';
/** Waiting for another window's write holds the event loop, so it is short (ms); a write that lost waits in memory. */
const busyTimeout = 1000;

type Sqlite = typeof import('node:sqlite');

/**
 * Opens the memory in `folder`, made with mode 0700, or one of this process alone when there is no folder or SQLite cannot be had.
 * Never rejects: what is wrong stands in `trouble`. A damaged file is set aside as `dozor.db.corrupt-<ms>`, one written by a newer
 * Dozor is read and left as it is.
 */
export async function openMemory(folder: string | undefined, log: Log, now: () => number = Date.now): Promise<Memory> {
  if (folder === undefined) return new PlainMemory();
  try {
    const sqlite = await import('node:sqlite');
    return openFile(sqlite, folder, log, now);
  } catch (error) {
    const trouble = `The memory in ${folder} cannot be used (${reasonOf(error)}); history is kept until this process ends.`;
    log.warn(trouble);
    return new PlainMemory(trouble);
  }
}

function openFile(sqlite: Sqlite, folder: string, log: Log, now: () => number): Memory {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, fileName);
  try {
    return openSound(sqlite, path, log, now);
  } catch (error) {
    if (!isDamage(error)) throw error;
    const aside = setAside(path, now());
    const notice = `The memory was damaged (${reasonOf(error)}). It was set aside as ${aside} and a new one was begun.`;
    log.warn(notice);
    return openSound(sqlite, path, log, now, notice);
  }
}

class Damage extends Error {}

/** SQLite's own codes for "malformed" (11) and "not a database" (26), and what quick_check found. */
const isDamage = (error: unknown): boolean =>
  error instanceof Damage || (error instanceof Error && 'errcode' in error && [11, 26].includes(Number(error.errcode) & 0xff));

function openSound(sqlite: Sqlite, path: string, log: Log, now: () => number, notice?: string): Memory {
  // The file exists with its mode before SQLite opens it: SQLite gives that mode to its side files too.
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
  const db = new sqlite.DatabaseSync(path, { timeout: busyTimeout });
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    const verdict = db.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
    if (verdict !== 'ok') throw new Damage(String(verdict));
    if (!migrate(db)) return new SqliteMemory(db, { now, log, readOnly: newer });
    const told = notice ?? settle(db, log, now());
    return new SqliteMemory(db, { now, log, ...(told === undefined ? {} : { notice: told }) });
  } catch (error) {
    db.close();
    throw error;
  }
}

const newer = 'The memory was written by a newer Dozor. It is read and not changed; update this Dozor to go on with it.';

/** Closes what a crash left open and checks the audit; the answer is for people. */
function settle(db: DatabaseSync, log: Log, now: number): string | undefined {
  const closed = transact(db, () => closeOrphans(db, now));
  if (closed > 0) log.warn(`${closed} effects were begun and their outcome was not seen; they are marked unknown.`);
  const broken = brokenAt(db);
  return broken === undefined ? undefined : `The audit was changed from outside: row ${broken} does not follow the one before it.`;
}

function setAside(path: string, now: number): string {
  const aside = `${path}.corrupt-${now}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  }
  return aside;
}
