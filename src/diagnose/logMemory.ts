import type { DroppedLog, LogDigest } from '../model/logs.ts';
import type { InstanceId } from '../model/service.ts';
import type { LogMemory } from './world.ts';

const errorCap = 40;
const lastCap = 12;
const minuteCap = 60;

/** Adds a stretch of log to what is kept of a service's log; another instance begins anew. */
export function remember(before: LogMemory | undefined, instance: InstanceId, digest: LogDigest): LogMemory {
  const old = before?.instance === instance ? before : undefined;
  return {
    instance,
    errors: [...(old?.errors ?? []), ...digest.errors].slice(-errorCap),
    errorMinutes: countMinutes(old?.errorMinutes, digest),
    last: [...(old?.last ?? []), ...digest.last].slice(-lastCap),
    lines: (old?.lines ?? 0) + digest.lines,
    ...droppedOf(old?.dropped, digest.dropped),
    from: old?.from || digest.from,
    to: digest.to || (old?.to ?? 0),
  };
}

function droppedOf(a: DroppedLog | undefined, b: DroppedLog | undefined): Pick<LogMemory, 'dropped'> {
  if (a === undefined || b === undefined) return a === undefined && b === undefined ? {} : { dropped: a ?? b ?? { lines: 0, bytes: 0 } };
  return { dropped: { lines: a.lines + b.lines, bytes: a.bytes + b.bytes } };
}

const minuteOf = (at: number): number => Math.floor(at / 60_000);

function countMinutes(before: ReadonlyMap<number, number> | undefined, digest: LogDigest): ReadonlyMap<number, number> {
  if (digest.errorCount === 0 && before !== undefined) return before;
  const minutes = new Map(before);
  for (const line of digest.errors) minutes.set(minuteOf(line.at), (minutes.get(minuteOf(line.at)) ?? 0) + 1);
  // Lines that were counted but not kept fall into the newest minute of the stretch.
  const unkept = digest.errorCount - digest.errors.length;
  if (unkept > 0) minutes.set(minuteOf(digest.to), (minutes.get(minuteOf(digest.to)) ?? 0) + unkept);
  const newest = Math.max(0, ...minutes.keys());
  for (const minute of minutes.keys()) if (minute <= newest - minuteCap) minutes.delete(minute);
  return minutes;
}
