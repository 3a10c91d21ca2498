import type { DatabaseSync } from 'node:sqlite';
import type { KnownIncident } from '../model/incident.ts';
import { type Prediction, parsePrediction } from '../model/prediction.ts';
import { parseIncident } from '../model/storedIncident.ts';
import type { IncidentQuery } from './memory.ts';

const day = 86_400_000;
const keepIncidents = 10_000;
const keepIncidentsMs = 90 * day;
const keepPredictions = 10_000;
const keepPredictionsMs = 180 * day;

const bodyOf = (row: Record<string, unknown>): unknown => JSON.parse(String(row['body']));

/** Writes incidents over what was kept of them; an alias has no row of its own. */
export function storeIncidents(db: DatabaseSync, incidents: Iterable<KnownIncident>): void {
  const put = db.prepare('INSERT OR REPLACE INTO incidents (id, opened, ended, body) VALUES (?, ?, ?, ?)');
  const drop = db.prepare('DELETE FROM incidents WHERE id = ?');
  for (const incident of incidents) {
    const { id, opened, resolvedAt = null } = incident;
    put.run(id, Math.trunc(opened), resolvedAt === null ? null : Math.trunc(resolvedAt), JSON.stringify(incident));
    for (const alias of incident.merged) drop.run(alias);
  }
}

/** Oldest first; malformed rows are left out. */
export function selectIncidents(db: DatabaseSync, query: IncidentQuery): KnownIncident[] {
  const rows = db
    .prepare(
      'SELECT body FROM incidents WHERE (? OR ended IS NULL) AND (ended IS NULL OR ended >= ?) ORDER BY opened DESC, id DESC LIMIT ?',
    )
    .all(query.open === true ? 0 : 1, query.from ?? 0, query.limit);
  return rows.flatMap(row => parseIncident(bodyOf(row)) ?? []).reverse();
}

/** A label, once given, is not overwritten by the prediction being made again. */
export function storePredictions(db: DatabaseSync, predictions: Iterable<Prediction>): void {
  const put = db.prepare(
    `INSERT INTO predictions (id, at, labelled, body) VALUES (?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET at = excluded.at, labelled = excluded.labelled, body = excluded.body
     WHERE excluded.labelled = 1 OR predictions.labelled = 0`,
  );
  for (const one of predictions) put.run(one.id, Math.trunc(one.at), one.label === undefined ? 0 : 1, JSON.stringify(one));
}

/** Newest last. */
export function selectPredictions(db: DatabaseSync, limit: number): Prediction[] {
  const rows = db.prepare('SELECT body FROM predictions ORDER BY at DESC, id DESC LIMIT ?').all(limit);
  return rows.flatMap(row => parsePrediction(bodyOf(row)) ?? []).reverse();
}

export function cleanRows(db: DatabaseSync, now: number): void {
  db.prepare('DELETE FROM incidents WHERE opened < ? AND COALESCE(ended, opened) < ?').run(now - keepIncidentsMs, now - keepIncidentsMs);
  db.prepare('DELETE FROM incidents WHERE id IN (SELECT id FROM incidents ORDER BY opened DESC LIMIT -1 OFFSET ?)').run(keepIncidents);
  db.prepare('DELETE FROM predictions WHERE at < ?').run(now - keepPredictionsMs);
  db.prepare('DELETE FROM predictions WHERE id IN (SELECT id FROM predictions ORDER BY at DESC LIMIT -1 OFFSET ?)').run(keepPredictions);
}
