import type { RecordedLogs } from './recording.ts';

/** One log line of a request: when, whose, and of which shape. */
export interface RequestLine {
  readonly at: number;
  readonly service: string;
  readonly shape: string;
}

/** Gives a log line the name of its template. */
export type ShapeOf = (line: string) => string;

const requestId = /\b(?:trace|request|correlation)[-_ ]?id["']?\s*[:=]\s*["']?([0-9a-zA-Z-]{8,64})/i;
const idPairs = /\b(?:trace|span|request|correlation)[-_ ]?id["']?\s*[:=]\s*["']?[0-9a-zA-Z-]*["']?/gi;
const longestLine = 600;
const longestShape = 90;

/** A simple template: the line without its time, ids and numbers, cut to its telling beginning. */
export function simpleShape(line: string): string {
  return line
    .slice(0, longestLine)
    .replace(idPairs, '')
    .replace(/^[\d\-:. ,TZ]+/, '')
    .replace(/[0-9a-f]{8}-[0-9a-f-]{20,}/gi, 'ID')
    .replace(/\S*\d\S*/g, '#')
    .replace(/\s+/g, ' ')
    .slice(0, longestShape);
}

/** The request id in a line, if it names one. */
export function requestIdOf(line: string): string | undefined {
  return requestId.exec(line.slice(0, longestLine))?.[1];
}

type ByService = Map<string, RequestLine[]>;

/** Lines of one request in order of time. Services that speak at the same time stand as their first lines compare, not as their names. */
function inOrder(request: ByService): RequestLine[] {
  const first = (lines: readonly RequestLine[]): string => lines[0]?.shape ?? '';
  const byText = [...request.values()].sort((a, b) => (first(a) < first(b) ? -1 : Number(first(a) > first(b))));
  return byText.flat().sort((a, b) => a.at - b.at);
}

function add(request: ByService, line: RequestLine): ByService {
  const lines = request.get(line.service);
  if (lines === undefined) return request.set(line.service, [line]);
  lines.push(line);
  return request;
}

/** The lines that carry a request id, by that id, each request's in order of time; only those after `from` (Unix seconds). */
export function requestsOf(logs: RecordedLogs, shapeOf: ShapeOf, from = Number.NEGATIVE_INFINITY): RequestLine[][] {
  const requests = new Map<string, ByService>();
  for (const [service, lines] of Object.entries(logs)) {
    for (const [at, text] of lines) {
      const id = at > from ? requestIdOf(text) : undefined;
      if (id !== undefined) requests.set(id, add(requests.get(id) ?? new Map(), { at, service, shape: shapeOf(text) }));
    }
  }
  return [...requests.values()].map(inOrder);
}

/** One name for a shape of a service. */
export const keyOf = (service: string, shape: string): string => `${service}\n${shape}`;
