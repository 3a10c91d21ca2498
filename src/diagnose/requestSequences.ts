import { keyOf, type RequestLine } from './requestLines.ts';

/** Requests of each "service, shape", and those of them in which a given shape came next in the same service. */
export interface Sequences {
  readonly anchors: ReadonlyMap<string, number>;
  readonly next: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Requests with an anchor in which the other service said anything at all: anchor -> service -> requests. */
  readonly reached: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

const start = '(start)';
const end = '(end)';

type Counts = Map<string, Map<string, number>>;

function count(counts: Counts, from: string, to: string): void {
  const inner = counts.get(from) ?? new Map<string, number>();
  counts.set(from, inner);
  inner.set(to, (inner.get(to) ?? 0) + 1);
}

/** What follows what in one request: pairs "anchor -> next shape", each pair once however often the request repeats it. */
function stepsOf(request: readonly RequestLine[]): Map<string, Set<string>> {
  const steps = new Map<string, Set<string>>();
  const last = new Map<string, string>();
  const step = (from: string, shape: string): void => {
    steps.set(from, (steps.get(from) ?? new Set<string>()).add(shape));
  };
  for (const { service, shape } of request) {
    step(keyOf(service, last.get(service) ?? start), shape);
    last.set(service, shape);
  }
  for (const [service, shape] of last) step(keyOf(service, shape), end);
  return steps;
}

/** Counts of requests, by what followed what in them. */
export function sequencesOf(requests: readonly (readonly RequestLine[])[]): Sequences {
  const anchors = new Map<string, number>();
  const next: Counts = new Map();
  const reached: Counts = new Map();
  for (const request of requests) {
    const services = new Set(request.map(line => line.service));
    for (const [from, shapes] of stepsOf(request)) {
      anchors.set(from, (anchors.get(from) ?? 0) + 1);
      for (const shape of shapes) count(next, from, shape);
      for (const service of services) count(reached, from, service);
    }
  }
  return { anchors, next, reached };
}
