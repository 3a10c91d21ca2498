import type { Recording, Sign } from './recording.ts';
import { keyOf } from './requestLines.ts';
import type { Sequences } from './requestSequences.ts';
import { natsOfShares } from './strength.ts';

/** Calm requests an anchor needs before anything is said about what follows it. */
const enough = 5;

const quote = (key: string): string => key.slice(key.indexOf('\n') + 1).slice(-60);

function strongest(signs: readonly Sign[]): Sign[] {
  const best = signs.reduce<Sign | undefined>((top, sign) => (top === undefined || sign.strength > top.strength ? sign : top), undefined);
  return best === undefined ? [] : [best];
}

/** What one anchor's followers tell: shapes that no longer follow it, or now do. */
function breaks(service: string, anchor: string, calm: Sequences, incident: Sequences): Sign[] {
  const before = calm.anchors.get(anchor) ?? 0;
  const now = incident.anchors.get(anchor) ?? 0;
  if (before < enough) return [];
  const shapes = new Set([...(calm.next.get(anchor)?.keys() ?? []), ...(incident.next.get(anchor)?.keys() ?? [])]);
  return [...shapes].map(shape => {
    const [hits, hits2] = [calm.next.get(anchor)?.get(shape) ?? 0, incident.next.get(anchor)?.get(shape) ?? 0];
    const because = `after "${quote(anchor)}" came "${shape.slice(-60)}" in ${hits2} of ${now} requests, before in ${hits} of ${before}`;
    return { service, strength: natsOfShares(hits, before, hits2, now), because };
  });
}

/** Requests in which the log of a service takes another course than in the calm window. */
export function sequenceSigns(recording: Recording, calm: Sequences, incident: Sequences): Sign[] {
  return recording.services.flatMap(service => {
    const anchors = [...incident.anchors.keys()].filter(key => key.startsWith(keyOf(service, '')));
    return strongest(anchors.flatMap(anchor => breaks(service, anchor, calm, incident)));
  });
}

/** How surely a callee fell silent in requests with one line of its caller. */
function silence(callee: string, anchor: string, calm: Sequences, incident: Sequences): Sign {
  const [before, now] = [calm.anchors.get(anchor) ?? 0, incident.anchors.get(anchor) ?? 0];
  const [hits, hits2] = [calm.reached.get(anchor)?.get(callee) ?? 0, incident.reached.get(anchor)?.get(callee) ?? 0];
  const lost = hits * now > hits2 * before;
  const because = `silent in ${now - hits2} of ${now} requests with "${quote(anchor)}", before in ${before - hits} of ${before}`;
  return { service: callee, strength: lost ? natsOfShares(hits, before, hits2, now) : 0, because };
}

/**
 * Services that no longer speak in requests in which a caller's line always led to theirs. Where several that one caller calls
 * fall silent together, the caller may as well have stopped calling: only what one has beyond half of the others' counts.
 */
export function silenceSigns(recording: Recording, calm: Sequences, incident: Sequences): Sign[] {
  const callers = new Set(recording.needs.map(([caller]) => caller));
  return [...callers].flatMap(caller => {
    const callees = recording.needs.filter(([from, to]) => from === caller && to !== caller).map(([, callee]) => callee);
    const anchors = [...incident.anchors.keys()].filter(key => key.startsWith(keyOf(caller, '')) && (calm.anchors.get(key) ?? 0) >= enough);
    const signs = callees.flatMap(callee => strongest(anchors.map(anchor => silence(callee, anchor, calm, incident))));
    return signs.map(sign => {
      const others = signs.filter(other => other !== sign).map(other => other.strength);
      return { ...sign, strength: Math.max(0, sign.strength - 0.5 * Math.max(0, ...others)) };
    });
  });
}
