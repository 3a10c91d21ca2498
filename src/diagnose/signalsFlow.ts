import { comparable, compared, level, median, quantile, spread } from './baseline.ts';
import type { Recording, Sign } from './recording.ts';
import { natsOfShares, natsOfSpreads, together } from './strength.ts';

/** What says how much a service is called, best first. */
const traffic: readonly string[] = ['request_rate', 'syscall_read', 'net_rx_bytes'];

/** Samples stand each for itself, unlike requests. */
const alone = together;

interface Flow {
  /** Share of the calm traffic that is gone, 0 to 1. */
  readonly gone: number;
  readonly spreads: number;
}

/** How much of its usual traffic a service lost; undefined where it usually has none. */
function flowInto(recording: Recording, service: string): Flow | undefined {
  for (const metric of traffic) {
    const both = compared(recording, 'metrics', service, metric);
    const usual = median(both.calm);
    if (!comparable(both) || usual <= 0) continue;
    const drop = Math.max(0, usual - level(both.incident, -1));
    const wobble = Math.max(spread(both.calm), (usual - quantile(both.calm, 0.05)) / 1.6);
    return { gone: drop / usual, spreads: (drop / wobble) * Math.sqrt(both.incident.length) };
  }
  return undefined;
}

/** Evidence in nats, by edge, that calls which always came no longer come: samples in which the edge was seen at all. */
function vanished(recording: Recording): Map<string, number> {
  const seen = Object.entries(recording.edges ?? {}).map(
    ([edge, metrics]) => [edge, (metrics['client_p50_ms'] ?? []).map(([at]) => at)] as const,
  );
  const times = [...new Set(seen.flatMap(([, at]) => at))];
  const after = (at: readonly number[]): number => at.filter(time => time > recording.onset).length;
  const [all, now] = [times.length, after(times)];
  return new Map(
    seen.map(([edge, at]) => {
      const [hits, hits2] = [at.length - after(at), after(at)];
      return [edge, hits * now > hits2 * (all - now) ? alone * natsOfShares(hits, all - now, hits2, now) : 0] as const;
    }),
  );
}

/**
 * Lost calls: what a service calls falls silent although all who call it are themselves called as before. Each callee that does is
 * evidence of its own.
 */
export function flowSigns(recording: Recording): Sign[] {
  const flows = new Map(recording.services.map(service => [service, flowInto(recording, service)] as const));
  const gone = vanished(recording);
  const needs = recording.needs.filter(([caller, callee]) => caller !== callee);
  return recording.services.map(service => {
    const lost = needs.flatMap(([caller, callee]) => {
      const out = caller === service && flows.get(service) !== undefined ? flows.get(callee) : undefined;
      const explained = Math.max(...needs.filter(need => need[1] === callee).map(need => flows.get(need[0])?.gone ?? 0));
      if (out === undefined || out.gone <= explained) return [];
      return [(natsOfSpreads(out.spreads) + (gone.get(`${caller}>${callee}`) ?? 0)) * (out.gone - explained)];
    });
    const because = `${lost.length} of the services it calls lost more of their calls than their callers did`;
    return { service, strength: lost.reduce((sum, nats) => sum + nats, 0), because };
  });
}
