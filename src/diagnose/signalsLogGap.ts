import { quantile } from './baseline.ts';
import { blame, type Late } from './blame.ts';
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

/** The call a step belongs to: caller and callee whichever way the step goes; without a call between them the first is waited for. */
function callOf(needs: ReadonlySet<string>, from: string, to: string): { from: string; to: string } {
  return needs.has(`${from}>${to}`) ? { from, to } : { from: to, to: from };
}

/** Late steps between the lines of requests, by the call they belong to. */
export function logGapSigns(recording: Recording, calm: readonly RequestLine[][], incident: readonly RequestLine[][]): Sign[] {
  const needs = new Set(recording.needs.map(([caller, callee]) => `${caller}>${callee}`));
  const before = stepsOf(calm);
  const calls = new Map<string, Late>();
  for (const [key, step] of stepsOf(incident)) {
    const known = before.get(key)?.gaps ?? [];
    if (known.length < enough) continue;
    const { from, to } = callOf(needs, step.from, step.to);
    const sum = (calls.get(`${from}>${to}`)?.nats ?? 0) + lateness(known, step.gaps);
    calls.set(`${from}>${to}`, { from, to, nats: sum });
  }
  return blame(recording.services, [...calls.values()]).map(sign => ({
    ...sign,
    because: 'requests are late on their way into it, in it and out of it',
  }));
}
