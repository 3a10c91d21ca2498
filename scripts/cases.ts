import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { CalmRecord, Measured, RecordedLogs, Recording } from '../src/diagnose/recording.ts';

/** A case file; every part but its id may be missing. */
interface CaseFile {
  readonly id: string;
  readonly window?: { readonly faultStart?: number };
  readonly symptom?: { readonly service?: string; readonly metric?: string };
  readonly history?: string;
  readonly services?: readonly string[];
  readonly dependencies?: readonly (readonly [string, string])[];
  readonly metrics?: Measured;
  readonly edges?: Measured;
  readonly requests?: Measured;
  readonly logs?: RecordedLogs;
}

/** Metrics that a proxy or mesh gives and a container engine does not. */
const ofRequests = /^(request_rate|(client|server|entry)_|latency_|availability_|requests_)/;

const files = new Map<string, unknown>();

function readJson(file: string): unknown {
  if (!files.has(file)) {
    const bytes = readFileSync(file);
    files.set(file, JSON.parse((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')));
  }
  return files.get(file);
}

/** Folders with cases, in the folder itself or one below it. */
function caseFolders(folder: string): string[] {
  return [folder, ...globSync('*/', { cwd: folder }).map(name => path.join(folder, name))]
    .filter(one => existsSync(path.join(one, 'cases')))
    .sort();
}

function withoutRequests(measured: Measured = {}): Measured {
  const keep = (metrics: Measured[string]) => Object.fromEntries(Object.entries(metrics).filter(([name]) => !ofRequests.test(name)));
  return Object.fromEntries(Object.entries(measured).map(([service, metrics]) => [service, keep(metrics)]));
}

function calmRecord(record: CalmRecord, tier: Tier): CalmRecord {
  if (tier === 'all') return { metrics: record.metrics, edges: record.edges, requests: record.requests, logs: record.logs };
  return { metrics: withoutRequests(record.metrics), logs: record.logs };
}

function servicesOf(one: CaseFile): readonly string[] {
  return (
    one.services ?? [...new Set([...Object.keys(one.metrics ?? {}), ...Object.keys(one.logs ?? {}), ...(one.dependencies ?? []).flat()])]
  );
}

/** Who calls whom, from the names of the edges. */
function edgesOf(one: CaseFile): (readonly [string, string])[] {
  return Object.keys(one.edges ?? {}).flatMap(edge => {
    const [caller, callee] = edge.split('>');
    return caller === undefined || callee === undefined ? [] : [[caller, callee] as const];
  });
}

function recordingOf(one: CaseFile, folder: string, tier: Tier): Recording {
  const history = one.history === undefined ? undefined : path.join(folder, one.history);
  const known = history !== undefined && existsSync(history) ? (readJson(history) as CalmRecord) : {};
  return {
    ...calmRecord(one, tier),
    services: servicesOf(one),
    needs: one.dependencies ?? edgesOf(one),
    onset: one.window?.faultStart ?? 0,
    symptom: one.symptom,
    history: calmRecord(known, tier),
  };
}

export interface Case {
  readonly id: string;
  readonly recording: Recording;
}

/** `container`: what an engine always sees; `all`: figures of requests too, where there are any. */
export type Tier = 'container' | 'all';

/** The cases of a folder or of those in it; none where there is no folder `cases`. */
export function readCases(folder: string, tier: Tier): Case[] {
  return caseFolders(folder).flatMap(one =>
    globSync('cases/*.json{,.gz}', { cwd: one })
      .sort()
      .map(name => readJson(path.join(one, name)) as CaseFile)
      .map(file => ({ id: file.id, recording: recordingOf(file, one, tier) })),
  );
}
