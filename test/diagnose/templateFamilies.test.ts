import assert from 'node:assert/strict';
import { createMiner } from '../../src/diagnose/templates.ts';
import { type FamilyLine, families, familyLines } from './templateFamilies.ts';

/** The events that are not exactly one template, and what became of them. */
function wrong(lines: readonly FamilyLine[]): string[] {
  const miner = createMiner();
  const ids = lines.map(({ line }) => miner.add(line)).map(id => miner.canonical(id));
  const templates = new Map<string, Set<number>>();
  const events = new Map<number, Set<string>>();
  for (const [i, { event }] of lines.entries()) {
    const id = ids[i] ?? -1;
    templates.set(event, (templates.get(event) ?? new Set()).add(id));
    events.set(id, (events.get(id) ?? new Set()).add(event));
  }
  return [...templates].flatMap(([event, found]) => {
    const [id = -1] = found;
    if (found.size === 1 && events.get(id)?.size === 1) return [];
    return [`${event} -> ${[...found].map(each => miner.template(each)?.text).join(' | ')}`];
  });
}

describe('The template miner on logs of systems it was not made for', () => {
  for (const [family, forms] of Object.entries(families)) {
    it(`finds the ${forms.length} events of a ${family} log, whatever stands in them`, () => {
      for (const seed of [1, 2, 3]) assert.deepEqual(wrong(familyLines(seed).filter(line => line.family === family)), []);
    });
  }

  it('finds them when all write at once', () => {
    const lines = familyLines(4);
    const order = lines.map((line, i) => ({ line, place: (i * 7919) % lines.length })).sort((one, other) => one.place - other.place);
    assert.deepEqual(wrong(order.map(({ line }) => line)), []);
  });
});
