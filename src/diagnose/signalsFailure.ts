import { compared, level, median } from './baseline.ts';
import type { Recording, Sign } from './recording.ts';
import { natsOfSpreads } from './strength.ts';

/** What a person sees at the entry says that something failed, hardly where: it decides only where nothing else speaks. */
const weight = 0.5;

/** Percent of failed requests that may happen on any day. */
const usual = 1;

/** Requests that fail at the entry. */
export function failureSigns(recording: Recording): Sign[] {
  return recording.services.map(service => {
    const { calm, incident } = compared(recording, 'metrics', service, 'entry_success_percent');
    const lost = calm.length > 0 && incident.length > 0 ? Math.max(0, median(calm) - level(incident, -1)) : 0;
    return { service, strength: weight * natsOfSpreads(lost / usual), because: `${lost.toFixed(1)} % of its requests fail` };
  });
}
