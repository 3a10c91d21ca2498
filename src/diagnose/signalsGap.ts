import { comparable, compared, type Comparison, level, median } from './baseline.ts';
import { blame } from './blame.ts';
import type { Recording, Sign } from './recording.ts';
import { natsOfSpreads, rise } from './strength.ts';

const because = 'callers wait longer than callees work on the calls into it and out of it';

/** Milliseconds of wobble between caller and callee that mean nothing. */
const wobble = 5;

/** The rise of an edge's latency as its caller sees it, beyond the rise its callee sees: time lost on the way. */
function lostOnTheWay(client: Comparison, server: Comparison): number {
  if (!comparable(client)) return 0;
  return Math.max(0, rise(client) - (comparable(server) ? Math.max(0, level(server.incident, 1) - median(server.calm)) : 0));
}

/** Network delay: the caller waits longer than the callee works, on the calls into the slow service and out of it. */
export function gapSigns(recording: Recording): Sign[] {
  const late = recording.needs.map(([caller, callee]) => {
    const edge = `${caller}>${callee}`;
    const client = compared(recording, 'edges', edge, 'client_p50_ms');
    const server = compared(recording, 'edges', edge, 'server_p50_ms');
    const base = Math.max(wobble, 0.2 * median(client.calm));
    return { ends: [caller, callee], nats: natsOfSpreads(lostOnTheWay(client, server) / base), known: comparable(client) };
  });
  return blame(recording.services, late.filter(edge => edge.known)).map(sign => ({ ...sign, because }));
}
