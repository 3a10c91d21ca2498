import { displaySafe } from '../base/safeText.ts';
import type { Service, ServiceId } from '../model/service.ts';

/** Who needs whom. */
export interface Needs {
  readonly of: ReadonlyMap<ServiceId, readonly ServiceId[]>;
  /** The other way round: who needs it, by name. */
  readonly dependants: ReadonlyMap<ServiceId, readonly ServiceId[]>;
}

/** A graph beyond these is not searched for cycles, and has no order. */
export const nodeCap = 2000;
export const edgeCap = 10_000;

const none: readonly never[] = [];

/** The graph of the given needs; a need of itself and one named twice count for nothing. */
export function needsOf(services: Iterable<readonly [ServiceId, readonly ServiceId[]]>): Needs {
  const of = new Map<ServiceId, readonly ServiceId[]>();
  for (const [id, needs] of services) of.set(id, [...new Set(needs)].filter(need => need !== id).sort());
  const dependants = new Map<ServiceId, ServiceId[]>();
  for (const [id, needs] of [...of].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const need of needs) {
      const list = dependants.get(need);
      if (list === undefined) dependants.set(need, [id]);
      else list.push(id);
    }
  }
  return { of, dependants };
}

export const needsIn = (services: Iterable<Service>): Needs =>
  needsOf([...services].map(service => [service.id, service.dependsOn] as const));

/** Why the graph is too large to be searched; undefined when it is not. */
export function tooLarge({ of, dependants }: Needs): string | undefined {
  const edges = [...of.values()].reduce((sum, needs) => sum + needs.length, 0);
  if (edges > edgeCap) return `${edges} dependencies are more than the ${edgeCap} that are searched for cycles`;
  const nodes = new Set([...dependants.keys(), ...[...of].filter(([, needs]) => needs.length > 0).map(([id]) => id)]).size;
  return nodes > nodeCap ? `${nodes} services with dependencies are more than the ${nodeCap} that are searched for cycles` : undefined;
}

/** Tarjan's marks of one service. */
interface Mark {
  readonly index: number;
  low: number;
  onStack: boolean;
}

interface Walk {
  readonly needs: Needs;
  readonly marks: Map<ServiceId, Mark>;
  readonly stack: ServiceId[];
  readonly found: ServiceId[][];
}

/**
 * The cycles: sets of two or more services that need each other, each sorted by name. Tarjan's algorithm with an own stack, since
 * a chain of thousands would break a recursive one. Empty for a graph that is too large.
 */
export function cycles(needs: Needs): readonly (readonly ServiceId[])[] {
  if (tooLarge(needs) !== undefined) return none;
  const walk: Walk = { needs, marks: new Map(), stack: [], found: [] };
  for (const id of needs.of.keys()) if (!walk.marks.has(id)) search(walk, id);
  return walk.found.sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
}

/** One service on the path, and how many of its needs have been followed. */
interface Step {
  readonly id: ServiceId;
  readonly mark: Mark;
  next: number;
}

function search(walk: Walk, from: ServiceId): void {
  const path: Step[] = [enter(walk, from)];
  for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
    const need = walk.needs.of.get(step.id)?.[step.next++];
    if (need === undefined) {
      leave(walk, step);
      path.pop();
      const parent = path.at(-1);
      if (parent !== undefined) parent.mark.low = Math.min(parent.mark.low, step.mark.low);
      continue;
    }
    const known = walk.marks.get(need);
    if (known === undefined) path.push(enter(walk, need));
    else if (known.onStack) step.mark.low = Math.min(step.mark.low, known.index);
  }
}

function enter(walk: Walk, id: ServiceId): Step {
  const mark: Mark = { index: walk.marks.size, low: walk.marks.size, onStack: true };
  walk.marks.set(id, mark);
  walk.stack.push(id);
  return { id, mark, next: 0 };
}

/** All that is needed below has been seen: when nothing led further up, what stands above it on the stack is one component. */
function leave(walk: Walk, { id, mark }: Step): void {
  if (mark.low !== mark.index) return;
  const members = walk.stack.splice(walk.stack.lastIndexOf(id));
  for (const member of members) {
    const own = walk.marks.get(member);
    if (own !== undefined) own.onStack = false;
  }
  if (members.length > 1) walk.found.push(members.sort());
}

/** Services that need nothing that is in the graph, by name. */
export const roots = (needs: Needs): ServiceId[] =>
  [...needs.of]
    .filter(([, own]) => !own.some(need => needs.of.has(need)))
    .map(([id]) => id)
    .sort();

/**
 * What comes before what: each after all that it needs, ties by name. What is in a cycle, or needs one, has no order and stands in
 * `unordered`; so does everything in a graph that is too large.
 */
export function startOrder(needs: Needs): { readonly order: readonly ServiceId[]; readonly unordered: readonly ServiceId[] } {
  if (tooLarge(needs) !== undefined) return { order: none, unordered: [...needs.of.keys()].sort() };
  const open = new Map([...needs.of].map(([id, own]) => [id, own.filter(need => needs.of.has(need)).length]));
  const ready = roots(needs);
  const order: ServiceId[] = [];
  for (let id = ready.shift(); id !== undefined; id = ready.shift()) {
    order.push(id);
    open.delete(id);
    for (const dependant of needs.dependants.get(id) ?? none) {
      const left = (open.get(dependant) ?? 0) - 1;
      open.set(dependant, left);
      if (left === 0) insert(ready, dependant);
    }
  }
  return { order, unordered: [...open.keys()].sort() };
}

function insert(sorted: ServiceId[], id: ServiceId): void {
  const at = sorted.findIndex(other => other > id);
  sorted.splice(at < 0 ? sorted.length : at, 0, id);
}

/** The services with a note on each that is in a cycle, or on each with needs where there are too many to search. */
export function withCycleNotes(services: readonly Service[]): readonly Service[] {
  if (services.every(service => service.dependsOn.length === 0)) return services;
  const needs = needsIn(services);
  const large = tooLarge(needs);
  const names = new Map(services.map(service => [service.id, service.composeService ?? service.containerName]));
  const notes = new Map<ServiceId, string>();
  for (const members of cycles(needs)) for (const id of members) notes.set(id, cycleNote(members.map(one => names.get(one) ?? one)));
  return services.map(service => {
    const note = notes.get(service.id) ?? (service.dependsOn.length > 0 ? large : undefined);
    return note === undefined ? service : { ...service, diagnostics: [...service.diagnostics, note] };
  });
}

export function cycleNote(names: readonly string[]): string {
  const shown = names.slice(0, 6).map(name => displaySafe(name, 40));
  const more = names.length > shown.length ? ` and ${names.length - shown.length} more` : '';
  return `it is in a cycle of dependencies: ${shown.join(', ')}${more}; none of them is taken for the cause of another`;
}
