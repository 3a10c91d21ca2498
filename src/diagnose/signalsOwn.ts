import { median, spread } from './baseline.ts';
import type { Recording, Series, Sign } from './recording.ts';
import { natsOfSpreads } from './strength.ts';

/** What a service costs its callers beyond the usual, by sample time (Unix seconds), and how much of that is usual wobble. */
interface Burden {
  readonly extra: ReadonlyMap<number, number>;
  readonly wobble: number;
}

interface Kind {
  /** The symptom's metric begins so when this kind of trouble was seen. */
  readonly symptom: string;
  readonly metric: string;
  readonly cost: (value: number) => number;
  readonly least: number;
  readonly what: string;
}

const kinds: readonly Kind[] = [
  { symptom: 'latency', metric: 'latency_avg_s', cost: value => value, least: 0.5, what: 'seconds spent per sample' },
  {
    symptom: 'availability',
    metric: 'availability_percent',
    cost: value => (100 - value) / 100,
    least: 1,
    what: 'calls failed per sample',
  },
];

const seriesOf = (recording: Recording, service: string, metric: string): [past: Series, own: Series] => [
  recording.history?.metrics?.[service]?.[metric] ?? [],
  recording.metrics?.[service]?.[metric] ?? [],
];

/** Without a history the last sample before the onset must do; with one, a service that hardly stands in it was never usual. */
const leastCalm = (recording: Recording): number => (recording.history?.metrics === undefined ? 1 : 3);

function burdenOf(recording: Recording, service: string, kind: Kind): Burden {
  const [pastCalls, ownCalls] = seriesOf(recording, service, 'requests_sum');
  const calls = new Map([...pastCalls, ...ownCalls]);
  const [past, own] = seriesOf(recording, service, kind.metric);
  const calm = [...past, ...own.filter(([at]) => at <= recording.onset)].map(
    ([at, value]) => [calls.get(at) ?? 1, kind.cost(value)] as const,
  );
  if (calm.length < leastCalm(recording)) return { extra: new Map(), wobble: kind.least };
  const usual = median(calm.map(([, cost]) => cost));
  const extra = own
    .filter(([at]) => at > recording.onset)
    .map(([at, value]) => [at, (calls.get(at) ?? 1) * (kind.cost(value) - usual)] as const);
  return { extra: new Map(extra), wobble: Math.max(kind.least, spread(calm.map(([count, cost]) => count * (cost - usual)))) };
}

/** Sum over the samples of what the service adds itself, as far as the symptom shows it at the same time. */
function ownShare(service: Burden, callees: readonly Burden[], symptom: Burden | undefined): number {
  return [...service.extra].reduce((sum, [at, extra]) => {
    const explained = callees.reduce((total, callee) => total + Math.max(0, callee.extra.get(at) ?? 0), 0);
    const seen = symptom?.extra.get(at) ?? extra;
    return sum + Math.max(0, Math.min(extra - explained, seen));
  }, 0);
}

function signsOf(recording: Recording, kind: Kind): Sign[] {
  const burdens = new Map(recording.services.map(service => [service, burdenOf(recording, service, kind)] as const));
  const at = recording.symptom?.metric === undefined ? undefined : recording.symptom.service;
  return [...burdens].map(([service, burden]) => {
    const callees = recording.needs.filter(([caller, callee]) => caller === service && callee !== service).map(([, callee]) => callee);
    const known = callees.flatMap(callee => burdens.get(callee) ?? []);
    const own = ownShare(burden, known, at === undefined ? undefined : burdens.get(at));
    return { service, strength: natsOfSpreads(own / burden.wobble), because: `${own.toFixed(1)} ${kind.what} that no callee explains` };
  });
}

/** Time spent and calls failed that no callee explains; the symptom's metric, where known, says which of them to look at. */
export function ownSigns(recording: Recording): Sign[] {
  const metric = recording.symptom?.metric;
  const matching = kinds.filter(kind => metric?.startsWith(kind.symptom));
  return (matching.length > 0 ? matching : kinds).flatMap(kind => signsOf(recording, kind));
}
