import type { DroppedLog, LeveledLine, LogDigest } from '../model/logs.ts';
import type { InstanceId } from '../model/service.ts';
import { minuteOf } from './calm.ts';
import type { LogMemory } from './world.ts';

const errorCap = 40;
const lastCap = 12;
const minuteCap = 60;

/** Adds a stretch of log to what is kept of a service's log; another instance begins anew, and what the one before said last stays beside it. */
export function remember(before: LogMemory | undefined, instance: InstanceId, digest: LogDigest): LogMemory {
  const old = before?.instance === instance ? before : undefined;
  const previous = old === undefined ? lastOf(before) : old.previous;
  const hits = withHits(old?.hits, digest);
  return {
    instance,
    errors: [...known(old?.errors ?? [], digest.continued ?? []), ...digest.errors].slice(-errorCap),
    errorMinutes: countMinutes(old?.errorMinutes, digest.errors, digest.errorCount, digest.to),
    last: [...(old?.last ?? []), ...digest.last].slice(-lastCap),
    lines: (old?.lines ?? 0) + digest.lines,
    ...droppedOf(old?.dropped, digest.dropped),
    from: old?.from || digest.from,
    to: digest.to || (old?.to ?? 0),
    ...(hits === undefined ? {} : { hits }),
    ...(previous === undefined ? {} : { previous }),
  };
}

function lastOf(before: LogMemory | undefined): LogMemory['previous'] {
  if (before === undefined) return undefined;
  const { instance, errors, last, from, to } = before;
  return { instance, errors, last, from, to };
}

function droppedOf(a: DroppedLog | undefined, b: DroppedLog | undefined): Pick<LogMemory, 'dropped'> {
  if (a === undefined || b === undefined) return a === undefined && b === undefined ? {} : { dropped: a ?? b ?? { lines: 0, bytes: 0 } };
  return { dropped: { lines: a.lines + b.lines, bytes: a.bytes + b.bytes } };
}

/** Errors whose trace went on, as they are known now. */
function known(errors: readonly LeveledLine[], continued: readonly LeveledLine[]): readonly LeveledLine[] {
  return continued.reduce<readonly LeveledLine[]>((list, line) => {
    const at = list.findLastIndex(error => error.at === line.at);
    return at < 0 ? list : list.with(at, line);
  }, errors);
}

function withHits(before: LogMemory['hits'], { hits, to }: LogDigest): LogMemory['hits'] {
  if (hits === undefined) return before;
  return {
    lines: [...(before?.lines ?? []), ...hits.lines].slice(-lastCap),
    minutes: countMinutes(before?.minutes, hits.lines, hits.count, to),
  };
}

/** Lines by minute; those that were counted but not kept fall into the newest minute of the stretch. */
function countMinutes(
  before: ReadonlyMap<number, number> | undefined,
  lines: readonly LeveledLine[],
  total: number,
  to: number,
): ReadonlyMap<number, number> {
  if (total === 0 && before !== undefined) return before;
  const minutes = new Map(before);
  for (const line of lines) minutes.set(minuteOf(line.at), (minutes.get(minuteOf(line.at)) ?? 0) + 1);
  const unkept = total - lines.length;
  if (unkept > 0) minutes.set(minuteOf(to), (minutes.get(minuteOf(to)) ?? 0) + unkept);
  const newest = Math.max(0, ...minutes.keys());
  for (const minute of minutes.keys()) if (minute <= newest - minuteCap) minutes.delete(minute);
  return minutes;
}
