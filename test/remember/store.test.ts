import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { silentLog } from '../../src/base/log.ts';
import type { Action } from '../../src/model/action.ts';
import type { TimelineEntry } from '../../src/model/incident.ts';
import { type Memory, openMemory } from '../../src/remember/store.ts';

const day = 86_400_000;
const start = Date.UTC(2026, 0, 2);

const entry = (id: string, at = start, service = 'local/shop/web'): TimelineEntry => ({
  id,
  at,
  plusMinus: 0,
  actor: 'system',
  server: 'local',
  service,
  kind: 'observed',
  event: 'die',
  how: 'live',
  detail: `exit ${id}`,
});
const ids = (entries: readonly TimelineEntry[]): string[] => entries.map(one => one.id);
const action: Action = {
  verb: 'restart',
  server: 'local',
  service: 'local/shop/web',
  askedBy: 'person',
  because: 'it hangs',
  basis: { instance: 'a'.repeat(64), state: 'running', startedExact: 'x', imageId: 'y' },
};

describe('The memory', () => {
  let folder: string;
  let time: number;
  let open: Memory[];

  const memory = async (where: string | undefined = folder): Promise<Memory> => {
    const one = await openMemory(where, silentLog, () => time);
    open.push(one);
    return one;
  };
  const raw = (): DatabaseSync => new DatabaseSync(join(folder, 'dozor.db'));

  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'dozor-memory-')), 'state');
    time = start;
    open = [];
  });
  afterEach(() => {
    for (const one of open) one.dispose();
    rmSync(join(folder, '..'), { recursive: true, force: true });
  });

  it('keeps entries and values over a reopen', async () => {
    const before = await memory();
    before.append([entry('a'), entry('b', start + 1)]);
    before.put('leases', [{ id: 'x', until: start + day }]);
    before.dispose();
    const after = await memory();
    assert.deepEqual(after.timeline({ limit: 10 }), [entry('a'), entry('b', start + 1)]);
    assert.deepEqual(after.get('leases'), [{ id: 'x', until: start + day }]);
    assert.equal(after.durable, true);
    assert.equal(after.trouble, undefined);
  });

  it('gives back only what is new, so that two watchers write one entry', async () => {
    const one = await memory();
    assert.deepEqual(ids(one.append([entry('a'), entry('b')])), ['a', 'b']);
    assert.deepEqual(ids(one.append([entry('b'), entry('c')])), ['c']);
    assert.deepEqual(ids(one.append([])), []);
  });

  it('answers by time, service and limit, newest last', async () => {
    const one = await memory();
    one.append([entry('late', start + 30), entry('early', start), entry('other', start + 10, 'local/shop/db'), entry('mid', start + 20)]);
    assert.deepEqual(ids(one.timeline({ limit: 2 })), ['mid', 'late']);
    assert.deepEqual(ids(one.timeline({ limit: 9, from: start + 10 })), ['other', 'mid', 'late']);
    assert.deepEqual(ids(one.timeline({ limit: 9, service: 'local/shop/db' })), ['other']);
  });

  it('forgets a value that is set to undefined', async () => {
    const one = await memory();
    one.put('k', 1);
    one.put('k', undefined);
    assert.equal(one.get('k'), undefined);
  });

  it('lets two openers write side by side and see each other', async () => {
    const [one, other] = [await memory(), await memory()];
    for (let i = 0; i < 50; i++) (i % 2 === 0 ? one : other).append([entry(`e${i}`, start + i)]);
    one.put('k', 'from one');
    assert.equal(one.timeline({ limit: 99 }).length, 50);
    assert.deepEqual(other.timeline({ limit: 99 }), one.timeline({ limit: 99 }));
    assert.equal(other.get('k'), 'from one');
  });

  it('is for its owner alone', async () => {
    (await memory()).append([entry('a')]);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name);
  });

  it('drops what is older than 30 days when it is opened', async () => {
    const before = await memory();
    before.append([entry('old', start - 29 * day), entry('new', start)]);
    before.dispose();
    time = start + 2 * day;
    assert.deepEqual(ids((await memory()).timeline({ limit: 9 })), ['new']);
  });

  it('keeps the newest 50,000 entries', async () => {
    const one = await memory();
    for (let block = 0; block < 52; block++) {
      one.append(Array.from({ length: 1000 }, (_, i) => entry(`e${block * 1000 + i}`, start + block * 1000 + i)));
    }
    const kept = one.timeline({ limit: 100_000 });
    assert.equal(kept.length, 50_000);
    assert.equal(kept.at(-1)?.id, 'e51999');
  }).timeout(20_000);

  it('sets a damaged file aside, says so and goes on durable', async () => {
    (await memory()).dispose();
    writeFileSync(join(folder, 'dozor.db'), 'this is no database at all, whatever its name says'.repeat(100));
    for (const name of ['dozor.db-wal', 'dozor.db-shm']) rmSync(join(folder, name), { force: true });
    const one = await memory();
    assert.equal(one.durable, true);
    assert.match(one.trouble ?? '', /^The memory was damaged .* set aside as .*dozor\.db\.corrupt-\d+/);
    assert.deepEqual(ids(one.append([entry('a')])), ['a']);
    assert.ok(readdirSync(folder).some(name => name.startsWith('dozor.db.corrupt-')));
  });

  it('notices damage inside a file that still opens', async () => {
    const before = await memory();
    before.append(Array.from({ length: 3000 }, (_, i) => entry(`e${i}`, start + i)));
    before.dispose();
    const db = raw();
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    db.close();
    const path = join(folder, 'dozor.db');
    const size = statSync(path).size;
    const { openSync, writeSync, closeSync } = await import('node:fs');
    const file = openSync(path, 'r+');
    for (let at = 8192; at < size; at += 4096) writeSync(file, Buffer.alloc(2048, 0x5a), 0, 2048, at);
    closeSync(file);
    const one = await memory();
    assert.match(one.trouble ?? '', /damaged/);
    assert.deepEqual(ids(one.append([entry('a')])), ['a']);
  });

  it('reads a file of a newer Dozor and leaves it as it is', async () => {
    const before = await memory();
    before.append([entry('a')]);
    before.dispose();
    const db = raw();
    db.exec('PRAGMA user_version = 99');
    db.close();
    const one = await memory();
    assert.equal(one.durable, false);
    assert.match(one.trouble ?? '', /newer Dozor/);
    assert.deepEqual(ids(one.append([entry('a'), entry('b', start + 1)])), ['b']);
    assert.deepEqual(ids(one.timeline({ limit: 9 })), ['a', 'b']);
    one.dispose();
    const file = raw();
    assert.deepEqual(
      file
        .prepare('SELECT id FROM timeline')
        .all()
        .map(row => row['id']),
      ['a'],
    );
    file.close();
  });

  it('keeps writes in memory while the file is locked and hands them over afterwards', async () => {
    const one = await memory();
    const blocker = raw();
    blocker.exec('BEGIN IMMEDIATE');
    assert.deepEqual(ids(one.append([entry('a')])), ['a']);
    one.put('k', 1);
    one.intent({ id: 'i', at: start, action });
    assert.equal(one.durable, false);
    assert.match(one.trouble ?? '', /cannot be written/);
    assert.deepEqual(ids(one.timeline({ limit: 9 })), ['a']);
    assert.equal(one.get('k'), 1);
    blocker.exec('ROLLBACK');
    assert.deepEqual(ids(one.append([entry('b', start + 1)])), ['b'], 'still waiting: no loop of writes');
    assert.equal(one.durable, false);
    time += 31_000;
    one.append([entry('c', start + 2)]);
    assert.equal(one.durable, true);
    assert.equal(one.trouble, undefined);
    assert.deepEqual(
      blocker
        .prepare('SELECT id FROM timeline ORDER BY at')
        .all()
        .map(row => row['id']),
      ['a', 'b', 'c'],
    );
    assert.equal(blocker.prepare('SELECT count(*) AS n FROM audit').get()?.['n'], 1);
    blocker.close();
  }).timeout(10_000);

  it('works without a folder and says that it is not durable', async () => {
    const one = await memory('');
    one.dispose();
    const plain = await openMemory(undefined, silentLog);
    assert.equal(plain.durable, false);
    assert.deepEqual(ids(plain.append([entry('a'), entry('a')])), ['a']);
    plain.put('k', { v: 1 });
    assert.deepEqual(plain.get('k'), { v: 1 });
    assert.deepEqual(ids(plain.timeline({ limit: 1 })), ['a']);
  });

  it('falls back to memory where the folder cannot be made, with the reason', async () => {
    writeFileSync(join(folder, '..', 'file'), '');
    const one = await memory(join(folder, '..', 'file', 'state'));
    assert.equal(one.durable, false);
    assert.match(one.trouble ?? '', /cannot be used \(.*ENOTDIR|EEXIST/);
    assert.deepEqual(ids(one.append([entry('a')])), ['a']);
  });

  it('keeps 5,000 entries in memory without a file', async () => {
    const one = await openMemory(undefined, silentLog);
    one.append(Array.from({ length: 6000 }, (_, i) => entry(`e${i}`, start + i)));
    assert.equal(one.timeline({ limit: 100_000 }).length, 5000);
    assert.equal(one.timeline({ limit: 1 })[0]?.id, 'e5999');
  });
});

describe('The audit', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dozor-audit-'));
    chmodSync(folder, 0o700);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const raw = (): DatabaseSync => new DatabaseSync(join(folder, 'dozor.db'));
  const reopenTrouble = async (now = start): Promise<string | undefined> => {
    const one = await openMemory(folder, silentLog, () => now);
    one.dispose();
    return one.trouble;
  };
  const fill = async (): Promise<void> => {
    const one = await openMemory(folder, silentLog, () => start);
    for (const id of ['1', '2', '3']) {
      one.intent({ id, at: start, action });
      one.outcome(id, start + 5, { ok: true, took: 5, text: 'done' });
    }
    one.dispose();
  };

  it('chains intent and outcome rows, each to the one before', async () => {
    await fill();
    const db = raw();
    const rows = db.prepare('SELECT kind, id, before, hash FROM audit ORDER BY seq').all();
    db.close();
    assert.deepEqual(
      rows.map(row => `${row['kind']} ${row['id']}`),
      ['intent 1', 'outcome 1', 'intent 2', 'outcome 2', 'intent 3', 'outcome 3'],
    );
    for (const [i, row] of rows.slice(1).entries()) assert.equal(row['before'], rows[i]?.['hash']);
    assert.equal(await reopenTrouble(), undefined);
  });

  it('notices a row that was changed and a row that was removed', async () => {
    for (const attack of [
      "UPDATE audit SET body = '{}' WHERE seq = 2",
      'DELETE FROM audit WHERE seq = 3',
      'DELETE FROM audit WHERE seq = 1',
    ]) {
      await fill();
      const db = raw();
      db.exec(attack);
      db.close();
      assert.match((await reopenTrouble()) ?? '', /audit was changed/, attack);
      for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, `dozor.db${suffix}`), { force: true });
    }
  });

  it('marks an effect unknown whose outcome nobody saw, once and only after ten minutes', async () => {
    const one = await openMemory(folder, silentLog, () => start);
    one.intent({ id: 'cut', at: start, action });
    one.dispose();
    await reopenTrouble(start + 60_000);
    const count = (): unknown => {
      const db = raw();
      const rows = db.prepare("SELECT body FROM audit WHERE kind = 'outcome'").all();
      db.close();
      return rows.map(row => JSON.parse(String(row['body'])).why);
    };
    assert.deepEqual(count(), []);
    await reopenTrouble(start + 11 * 60_000);
    await reopenTrouble(start + 12 * 60_000);
    assert.deepEqual(count(), ['unknown']);
  });
});
