import { comparable, compare, level, median, quantile } from './baseline.ts';
import { blame } from './blame.ts';
import type { CalmRecord, Recording, Series, Sign } from './recording.ts';
import { natsOfSpreads } from './strength.ts';

const because = 'callers wait longer than callees work on the calls into it and out of it';

/** Milliseconds of wobble between caller and callee that mean nothing. */
const wobble = 5;

/** How much longer the caller of an edge waits than its callee works, sample by sample, in milliseconds. */
function lostOnTheWay(record: CalmRecord | undefined, edge: string): Series {
  const of = (metric: string): Series => record?.edges?.[edge]?.[metric] ?? [];
  const worked = new Map(of('server_p50_ms'));
  return of('client_p50_ms').flatMap(([at, waited]) => {
    const work = worked.get(at);
    return work === undefined ? [] : [[at, Math.max(0, waited - work)] as const];
  });
}

/** Network delay: time is lost on the way of the calls into the slow service and out of it. */
export function gapSigns(recording: Recording): Sign[] {
  const late = recording.needs.flatMap(([caller, callee]) => {
    const edge = `${caller}>${callee}`;
    const gap = compare(lostOnTheWay(recording, edge), recording.onset, lostOnTheWay(recording.history, edge));
    if (!comparable(gap)) return [];
    const usual = median(gap.calm);
    const base = Math.max(wobble, usual / 4, (quantile(gap.calm, 0.95) - usual) / 2);
    return [{ from: caller, to: callee, nats: natsOfSpreads(Math.max(0, level(gap.incident, 1) - usual) / base) }];
  });
  return blame(recording.services, late).map(sign => ({ ...sign, because }));
}
