import type { ServiceId } from '../model/service.ts';
import type { Usage } from '../model/usage.ts';
import { saidNeedsIn } from './namedPeers.ts';
import type { Measured, RecordedLogs, Recording, Series } from './recording.ts';
import type { ServiceView, World } from './world.ts';

type Read = (sample: Usage, view: ServiceView) => number | undefined;

const share = (used: number | undefined, limit: number | undefined): number | undefined =>
  used === undefined || limit === undefined ? undefined : (100 * used) / limit;

/** The metrics of a container as the ranking knows them. */
const metrics: Readonly<Record<string, Read>> = {
  cpu_millicores: ({ cpu }) => (cpu === undefined ? undefined : cpu * 1000),
  cpu_percent: ({ cpu }, { facts }) => share(cpu, facts?.make?.limits['cpus']),
  memory_mib: ({ memory }) => (memory === undefined ? undefined : memory / 1_048_576),
  memory_percent: ({ memory, memoryLimit }) => share(memory, memoryLimit),
};

function seriesOf(view: ServiceView, read: Read): Series {
  return (view.usage ?? []).flatMap(sample => {
    const value = read(sample, view);
    return value === undefined ? [] : [[sample.at / 1000, value] as const];
  });
}

function measuredOf(view: ServiceView): Readonly<Record<string, Series>> {
  const all = Object.entries(metrics).map(([name, read]) => [name, seriesOf(view, read)] as const);
  return Object.fromEntries(all.filter(([, series]) => series.length > 0));
}

/** Errors and last lines, each once, in order of time. */
function linesOf({ logs }: ServiceView): RecordedLogs[string] {
  const lines = new Map([...(logs?.errors ?? []), ...(logs?.last ?? [])].map(line => [`${line.at} ${line.text}`, line]));
  return [...lines.values()].sort((a, b) => a.at - b.at).map(line => [line.at / 1000, line.text] as const);
}

/**
 * What is remembered of some services around the moment their trouble began (`onset`, ms), as the ranking of causes reads it. Services
 * are named by their ids. Requests between them are not seen, so the recording has what containers use, their lines and their needs.
 */
export function recordingOf(world: World, members: readonly ServiceId[], onset: number): Recording {
  const views = members.flatMap(id => world.services.get(id) ?? []);
  const ids = new Set(views.map(view => view.service.id));
  const said = saidNeedsIn(world, onset);
  const needs = views.flatMap(({ service }) =>
    [...new Set([...service.dependsOn, ...said(service.id).keys()])].filter(id => ids.has(id)).map(id => [service.id, id] as const),
  );
  const measured: Measured = Object.fromEntries(views.map(view => [view.service.id, measuredOf(view)]));
  const logs: RecordedLogs = Object.fromEntries(
    views.map(view => [view.service.id, linesOf(view)] as const).filter(([, lines]) => lines.length > 0),
  );
  return { services: [...ids], needs, onset: onset / 1000, metrics: measured, logs };
}
