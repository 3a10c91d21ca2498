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
const longestShape = 90;

/** A simple template: the line without its time, ids and numbers, cut to its telling beginning. */
export function simpleShape(line: string): string {
  return line
    .slice(0, 600)
    .replace(idPairs, '')
    .replace(/^[\d\-:. ,TZ]+/, '')
    .replace(/[0-9a-f]{8}-[0-9a-f-]{20,}/gi, 'ID')
    .replace(/\S*\d\S*/g, '#')
    .replace(/\s+/g, ' ')
    .slice(0, longestShape);
}

/** The lines that carry a request id, by that id, each request's in order of time. `from` and `to` are Unix seconds. */
export function requestsOf(logs: RecordedLogs, shapeOf: ShapeOf, from = Number.NEGATIVE_INFINITY): RequestLine[][] {
  const requests = new Map<string, RequestLine[]>();
  for (const service of Object.keys(logs).sort()) {
    for (const [at, text] of logs[service] ?? []) {
      const id = at >= from ? requestId.exec(text)?.[1] : undefined;
      if (id === undefined) continue;
      const lines = requests.get(id) ?? [];
      requests.set(id, lines);
      lines.push({ at, service, shape: shapeOf(text) });
    }
  }
  return [...requests.values()].map(lines => lines.sort((a, b) => a.at - b.at));
}

/** One name for a shape of a service. */
export const keyOf = (service: string, shape: string): string => `${service}\n${shape}`;
