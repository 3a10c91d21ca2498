import { createMiner } from '../../src/diagnose/templates.ts';

export interface Grouping {
  /** GA: share of lines whose template holds exactly the lines of their event. */
  readonly lines: number;
  /** FGA: F1 of the templates that hold exactly the lines of one event. */
  readonly events: number;
}

/** The final template of each line, with the default settings. */
export function groupLines(lines: readonly string[]): number[] {
  const miner = createMiner();
  return lines.map(line => miner.add(line)).map(id => miner.canonical(id));
}

function placesBy<T>(keys: readonly T[]): Map<T, number[]> {
  const places = new Map<T, number[]>();
  for (const [i, key] of keys.entries()) {
    const list = places.get(key);
    if (list === undefined) places.set(key, [i]);
    else list.push(i);
  }
  return places;
}

/** Compares the templates with the labels, line by line. */
export function score(found: readonly number[], labels: readonly string[]): Grouping {
  const templates = placesBy(found);
  const events = placesBy(labels);
  const exact = [...events.values()].filter(places => {
    const [first = -1] = places;
    const own = templates.get(found[first] ?? -1) ?? [];
    return own.length === places.length && own.every((place, i) => place === places[i]);
  });
  return {
    lines: exact.reduce((sum, places) => sum + places.length, 0) / labels.length,
    events: (2 * exact.length) / (templates.size + events.size),
  };
}
