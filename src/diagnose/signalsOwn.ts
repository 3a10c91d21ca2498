import { comparable, compared, median } from './baseline.ts';
import type { Recording, Sign } from './recording.ts';
import { natsOfSpreads, rise } from './strength.ts';

const calleesOf = (recording: Recording, service: string): string[] => recording.needs.filter(([caller]) => caller === service).map(([, callee]) => callee);

/** The burden of a service per sample: seconds spent, or calls failed. */
type Burden = (service: string) => { readonly extra: number; readonly wobble: number };

/** What a service adds by itself: its burden minus what its callees explain. */
function ownOf(recording: Recording, service: string, burden: Burden): { own: number; extra: number; wobble: number } {
  const { extra, wobble } = burden(service);
  const explained = calleesOf(recording, service).reduce((sum, callee) => sum + Math.max(0, burden(callee).extra), 0);
  return { own: extra - explained, extra, wobble };
}

function timeSpent(recording: Recording): Burden {
  return service => {
    const latency = compared(recording, 'metrics', service, 'latency_avg_s');
    const calls = compared(recording, 'metrics', service, 'requests_sum');
    const rate = median(calls.incident);
    if (!comparable(latency)) return { extra: 0, wobble: 1 };
    return { extra: rise(latency) * rate, wobble: Math.max(0.1 * median(latency.calm) * rate, 0.5) };
  };
}

function callsFailed(recording: Recording): Burden {
  return service => {
    const available = compared(recording, 'metrics', service, 'availability_percent');
    const rate = median(compared(recording, 'metrics', service, 'requests_sum').incident);
    if (!comparable(available)) return { extra: 0, wobble: 1 };
    const lost = available.incident.map(value => 100 - value);
    return { extra: (Math.max(0, Math.max(...lost) - median(available.calm.map(value => 100 - value))) / 100) * rate, wobble: Math.max(0.005 * rate, 0.5) };
  };
}

/** Time spent and calls failed that no callee explains. */
export function ownSigns(recording: Recording): Sign[] {
  const kinds = [
    { metric: 'latency', burden: timeSpent(recording), what: 'time spent' },
    { metric: 'availability', burden: callsFailed(recording), what: 'calls failed' },
  ].filter(kind => recording.symptom?.metric === undefined || recording.symptom.metric.startsWith(kind.metric));
  return kinds.flatMap(({ burden, what }) =>
    recording.services.map(service => {
      const { own, extra, wobble } = ownOf(recording, service, burden);
      return { service, strength: extra > 0 ? natsOfSpreads(own / wobble) : 0, because: `${what} that no callee explains` };
    }),
  );
}
