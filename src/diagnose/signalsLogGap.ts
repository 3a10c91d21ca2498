import { quantile } from './baseline.ts';
import type { Recording, Sign } from './recording.ts';
import { keyOf, type RequestLine } from './requestLines.ts';
import { natsOfShares } from './strength.ts';

/** Seconds that a step between two lines must take longer than nine of ten did before: less is the clock's. */
const late = 0.02;
const enough = 5;

interface Step {
  readonly from: string;
  readonly to: string;
  readonly gaps: number[];
}

/** The time between neighbouring lines of a request, by the two shapes. */
function stepsOf(requests: readonly (readonly RequestLine[])[]): Map<string, Step> {
  const steps = new Map<string, Step>();
  for (const request of requests) {
    for (const [index, line] of request.entries()) {
      const before = request[index - 1];
      if (before === undefined) continue;
      const key = `${keyOf(before.service, before.shape)}\n${keyOf(line.service, line.shape)}`;
      const step = steps.get(key) ?? { from: before.service, to: line.service, gaps: [] };
      steps.set(key, step);
      step.gaps.push(line.at - before.at);
    }
  }
  return steps;
}

function lateness(calm: readonly number[], incident: readonly number[]): number {
  const limit = quantile(calm, 0.9) + late;
  const over = (gaps: readonly number[]): number => gaps.filter(gap => gap > limit).length;
  const [before, now] = [over(calm), over(incident)];
  return now / incident.length > before / calm.length ? natsOfShares(before, calm.length, now, incident.length) : 0;
}

/**
 * Late steps between the lines of requests. A step between two services is late for either end, so both are credited: the service
 * at fault takes part in all the late steps, its neighbours only in some.
 */
export function logGapSigns(recording: Recording, calm: readonly RequestLine[][], incident: readonly RequestLine[][]): Sign[] {
  const before = stepsOf(calm);
  const credit = new Map<string, number>();
  for (const [key, { from, to, gaps }] of stepsOf(incident)) {
    const known = before.get(key)?.gaps ?? [];
    if (known.length < enough) continue;
    const nats = lateness(known, gaps);
    for (const end of new Set([from, to])) credit.set(end, (credit.get(end) ?? 0) + nats);
  }
  return recording.services.map(service => ({
    service,
    strength: credit.get(service) ?? 0,
    because: 'steps of requests into it, in it and out of it are late',
  }));
}
