import type { RecordedLogs, Recording, Sign } from './recording.ts';
import { requestIdOf, type ShapeOf } from './requestLines.ts';
import { natsOfShares } from './strength.ts';

/** Calm lines a log needs before a line of it can be called new. */
const enough = 20;

/** How much of a callee's new lines may be what its caller complains about. */
const echoed = 0.5;

type Counts = ReadonlyMap<string, number>;

/** How often each shape stands in lines that no request id ties to a request; those with one are read request by request. */
function shapesIn(lines: RecordedLogs[string] = [], shapeOf: ShapeOf): Counts {
  const counts = new Map<string, number>();
  for (const [, text] of lines) {
    if (requestIdOf(text) !== undefined) continue;
    const shape = shapeOf(text);
    counts.set(shape, (counts.get(shape) ?? 0) + 1);
  }
  return counts;
}

const total = (counts: Counts): number => [...counts.values()].reduce((sum, count) => sum + count, 0);

/** The shape whose share of the log rose most surely. */
function newest(service: string, calm: Counts, incident: Counts): Sign {
  const [before, now] = [total(calm), total(incident)];
  const none: Sign = { service, strength: 0, because: '' };
  if (before < enough) return none;
  return [...incident].reduce((top, [shape, hits]) => {
    const known = calm.get(shape) ?? 0;
    const strength = hits * before > known * now ? natsOfShares(known, before, hits, now) : 0;
    return strength > top.strength ? { service, strength, because: `"${shape.slice(0, 60)}" ${hits} times, before ${known} times` } : top;
  }, none);
}

/** New lines in logs without request ids; a caller's count less as far as what it calls has new lines, too. */
export function noveltySigns(recording: Recording, shapeOf: ShapeOf): Sign[] {
  const signs = new Map(
    recording.services.map(service => {
      const lines = recording.logs?.[service] ?? [];
      const calm = [...(recording.history?.logs?.[service] ?? []), ...lines.filter(([at]) => at <= recording.onset)];
      const incident = lines.filter(([at]) => at > recording.onset);
      return [service, newest(service, shapesIn(calm, shapeOf), shapesIn(incident, shapeOf))] as const;
    }),
  );
  return [...signs.values()].map(sign => {
    const callees = recording.needs.filter(([caller]) => caller === sign.service).map(([, callee]) => signs.get(callee)?.strength ?? 0);
    return { ...sign, strength: Math.max(0, sign.strength - echoed * Math.max(0, ...callees)) };
  });
}
