import { compared, level, median } from './baseline.ts';
import type { Recording, Sign } from './recording.ts';
import { moved, natsOfSpreads } from './strength.ts';

/** What a person sees at the entry says that something failed, hardly where: it decides only where nothing else speaks. */
const weight = 0.5;

/** Percent of failed requests that may happen on any day. */
const usual = 1;

function failing(recording: Recording, service: string): Sign {
  const { calm, incident } = compared(recording, 'metrics', service, 'entry_success_percent');
  const lost = calm.length > 0 && incident.length > 0 ? Math.max(0, median(calm) - level(incident, -1)) : 0;
  return { service, strength: weight * natsOfSpreads(lost / usual), because: `${lost.toFixed(1)} % of its requests fail` };
}

/** Fewer requests come in where nobody of ours calls: clients that wait longer send less. */
function quieter(recording: Recording, service: string): Sign {
  const entry = !recording.needs.some(([, callee]) => callee === service);
  const spreads = entry ? moved(compared(recording, 'metrics', service, 'request_rate'), -1) : 0;
  return { service, strength: weight * natsOfSpreads(spreads), because: 'fewer requests reach it' };
}

/** Requests that fail at the entry, or no longer come. */
export function failureSigns(recording: Recording): Sign[] {
  return recording.services.flatMap(service => [failing(recording, service), quieter(recording, service)]);
}
