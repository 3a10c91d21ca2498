import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { silentLog } from '../../src/base/log.ts';
import { fresh } from '../../src/diagnose/incidentLife.ts';
import type { KnownIncident } from '../../src/model/incident.ts';
import { type Prediction, parsePrediction } from '../../src/model/prediction.ts';
import { parseIncident } from '../../src/model/storedIncident.ts';
import { type Memory, openMemory } from '../../src/remember/store.ts';
import { fc } from '../fakes/seeded.ts';

const day = 86_400_000;
const start = Date.UTC(2026, 0, 2);
const incident = (name: string, opened = start, over: Partial<KnownIncident> = {}): KnownIncident => ({
  ...fresh({ id: `${name}@${opened}`, opened, issues: [`s/${name}/oom`], severity: 'error', symptoms: [] }),
  ...over,
});
const prediction = (id: string, over: Partial<Prediction> = {}): Prediction => ({
  ...{ id, at: start, incident: 'i', service: 's/db', category: 'oom', items: [{ kind: 'oom.event', llr: 4 }] },
  ...{ z: 1.8, raw: 0.86, calibrated: 0.86, band: 'high', table: 1 },
  ...over,
});
const names = (list: readonly KnownIncident[]): string[] => list.map(({ id }) => id.split('@')[0] ?? '');

for (const where of ['a file', 'this process alone'] as const) {
  describe(`incidents remembered in ${where}`, () => {
    let folder: string;
    let time: number;
    let memory: Memory;
    const open = async (): Promise<Memory> => openMemory(where === 'a file' ? join(folder, 'state') : undefined, silentLog, () => time);

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'dozor-incidents-'));
      time = start;
      memory = await open();
    });
    afterEach(() => {
      memory.dispose();
      rmSync(folder, { recursive: true, force: true });
    });

    it('come back as they were kept last, oldest first', () => {
      memory.keepIncidents([incident('b', start + 1), incident('a')]);
      memory.keepIncidents([incident('b', start + 1, { state: 'acknowledged', acknowledged: { at: start + 2, by: 'person' } })]);
      const read = memory.incidents({ limit: 9 });
      assert.deepEqual(names(read), ['a', 'b']);
      assert.deepEqual(read[1], incident('b', start + 1, { state: 'acknowledged', acknowledged: { at: start + 2, by: 'person' } }));
      assert.deepEqual(names(memory.incidents({ limit: 1 })), ['b'], 'the newest, when there are more');
    });

    it('are asked for by whether and when they ended', () => {
      const over = (at: number): Partial<KnownIncident> => ({ state: 'resolved', resolvedAt: at });
      memory.keepIncidents([
        incident('old', start, over(start + 10)),
        incident('late', start + 1, over(start + 90)),
        incident('on', start + 2),
      ]);
      assert.deepEqual(names(memory.incidents({ open: true, limit: 9 })), ['on']);
      assert.deepEqual(names(memory.incidents({ from: start + 50, limit: 9 })), ['late', 'on']);
    });

    it('have no life of their own once they are part of another', () => {
      memory.keepIncidents([incident('a'), incident('b', start + 1)]);
      memory.keepIncidents([incident('a', start, { merged: [`b@${start + 1}`] })]);
      assert.deepEqual(names(memory.incidents({ limit: 9 })), ['a']);
    });

    it('keep a label on a prediction against the prediction made again', () => {
      memory.keepPredictions([prediction('x'), prediction('y', { at: start + 1 })]);
      memory.keepPredictions([prediction('x', { label: 'right', labelledBy: 'person', labelledAt: start + 5 })]);
      memory.keepPredictions([prediction('x', { raw: 0.5 })]);
      const read = memory.predictions(9);
      assert.deepEqual(
        read.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(({ id, label, raw }) => [id, label, raw]),
        [
          ['x', 'right', 0.86],
          ['y', undefined, 0.86],
        ],
      );
    });
  });
}

describe('incidents in the file', () => {
  let folder: string;
  let time: number;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dozor-incidents-'));
    time = start;
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const open = (): Promise<Memory> => openMemory(folder, silentLog, () => time);
  const raw = <T>(work: (db: DatabaseSync) => T): T => {
    const db = new DatabaseSync(join(folder, 'dozor.db'));
    try {
      return work(db);
    } finally {
      db.close();
    }
  };

  it('outlive the process, and a file of the version before learns to hold them', async () => {
    (await open()).dispose();
    raw(db => db.exec('DROP TABLE incidents; DROP TABLE predictions; PRAGMA user_version = 1'));
    const first = await open();
    first.keepIncidents([incident('a')]);
    first.keepPredictions([prediction('x')]);
    first.dispose();
    const second = await open();
    assert.deepEqual([second.incidents({ limit: 9 }), second.predictions(9)], [[incident('a')], [prediction('x')]]);
    second.dispose();
  });

  it('are forgotten after 90 days, predictions after 180', async () => {
    const memory = await open();
    const long = incident('long', start, { state: 'resolved', resolvedAt: start + 80 * day });
    memory.keepIncidents([incident('a', start, { state: 'resolved', resolvedAt: start + 1 }), long]);
    memory.keepPredictions([prediction('x')]);
    memory.dispose();
    time = start + 91 * day;
    const later = await open();
    assert.deepEqual([names(later.incidents({ limit: 9 })), later.predictions(9).length], [['long'], 1]);
    later.dispose();
    time = start + 181 * day;
    const last = await open();
    assert.deepEqual([last.incidents({ limit: 9 }), last.predictions(9)], [[], []]);
    last.dispose();
  });

  it('are at most ten thousand, the newest', async () => {
    const memory = await open();
    memory.keepIncidents(Array.from({ length: 10_003 }, (_, i) => incident(`n${i}`, start + i)));
    memory.dispose();
    const again = await open();
    const read = again.incidents({ limit: 20_000 });
    assert.deepEqual([read.length, names(read)[0]], [10_000, 'n3']);
    again.dispose();
  });

  it('wait in memory while the file refuses them, and are read from there', async () => {
    const memory = await open();
    memory.keepIncidents([incident('a'), incident('b', start + 1)]);
    const lock = new DatabaseSync(join(folder, 'dozor.db'));
    lock.exec('BEGIN IMMEDIATE');
    memory.keepIncidents([incident('a', start, { reopened: 3, merged: [`b@${start + 1}`] })]);
    memory.keepPredictions([prediction('x')]);
    assert.deepEqual([memory.incidents({ limit: 9 }).map(({ reopened }) => reopened), memory.predictions(9).length], [[3], 1]);
    lock.exec('ROLLBACK');
    lock.close();
    time += 31_000;
    memory.keepIncidents([incident('c', start + 2)]);
    memory.dispose();
    const again = await open();
    assert.deepEqual([names(again.incidents({ limit: 9 })), again.predictions(9).length], [['a', 'c'], 1]);
    again.dispose();
  });

  it('are left out where somebody wrote nonsense over them', async () => {
    const memory = await open();
    memory.keepIncidents([incident('a'), incident('b', start + 1)]);
    raw(db => db.exec(`UPDATE incidents SET body = '{"id":"a","opened":"yesterday"}' WHERE id LIKE 'a@%'`));
    assert.deepEqual(names(memory.incidents({ limit: 9 })), ['b']);
    memory.dispose();
  });
});

describe('stored incidents and predictions', () => {
  it('are read back as they were, also through JSON', () => {
    const hypotheses: KnownIncident['hypotheses'] = [
      {
        service: 's/db',
        category: 'oom',
        share: 0.9,
        confidence: 0.97,
        band: 'high',
        because: ['so'],
        evidence: ['db-oom-1'],
        whatWouldRefute: 'it lives',
      },
    ];
    const full = incident('a', start, { hypotheses, continues: 'z', escalation: { to: 'ask', because: 'unsure' }, clearSince: 5 });
    assert.deepEqual(parseIncident(JSON.parse(JSON.stringify(full))), full);
    assert.deepEqual(parsePrediction(JSON.parse(JSON.stringify(prediction('x')))), prediction('x'));
  });

  it('are none where they are malformed', () => {
    for (const wrong of [{ state: 'gone' }, { opened: null }, { merged: 'b' }, { issues: [1] }]) {
      assert.equal(parseIncident({ ...incident('a'), ...wrong }), undefined);
    }
    for (const wrong of [{ raw: 2 }, { band: 'sure' }, { label: 'maybe' }, { items: [{ kind: 1 }] }]) {
      assert.equal(parsePrediction({ ...prediction('x'), ...wrong }), undefined);
    }
    fc.assert(
      fc.property(fc.anything(), stored => assert.deepEqual([parseIncident(stored), parsePrediction(stored)], [undefined, undefined])),
    );
  });
});
