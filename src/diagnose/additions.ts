import { displaySafe } from '../base/safeText.ts';
import type { LogDigest } from '../model/logs.ts';
import type { Service } from '../model/service.ts';
import type { Additions, ServiceView } from './world.ts';

export const noAdditions: Additions = { needs: [], needed: false, notes: [] };

const notesOf = ({ notes, patternTrouble }: Additions): readonly string[] =>
  patternTrouble === undefined ? notes : [...notes, patternTrouble];

/** A service as its inventory gave it, and what is known beyond it, at the end of its lists. */
export function withAdditions(listed: Service, added: Additions = noAdditions): Service {
  const notes = notesOf(added);
  if (notes.length + added.needs.length === 0) return listed;
  return { ...listed, dependsOn: [...listed.dependsOn, ...added.needs], diagnostics: [...listed.diagnostics, ...notes] };
}

/** The service of a view without its additions. */
export function listedOf({ service, added }: ServiceView): Service {
  if (added === undefined) return service;
  return {
    ...service,
    dependsOn: service.dependsOn.slice(0, service.dependsOn.length - added.needs.length),
    diagnostics: service.diagnostics.slice(0, service.diagnostics.length - notesOf(added).length),
  };
}

/** The view with other additions; the same view where they say the same. */
export function readd(view: ServiceView, added: Additions): ServiceView {
  if (JSON.stringify(view.added ?? noAdditions) === JSON.stringify(added)) return view;
  return { ...view, service: withAdditions(listedOf(view), added), added };
}

/** A log pattern that cannot be used is told on its service, for as long as its log is read with it. */
export function notePattern(view: ServiceView, { patternTrouble, hits }: LogDigest): ServiceView {
  const { patternTrouble: before, ...added } = view.added ?? noAdditions;
  // Where it found a line it is in use.
  if (patternTrouble === undefined) return hits === undefined || before === undefined ? view : readd(view, added);
  return readd(view, { ...added, patternTrouble: `label dozor.logs.pattern is not used: ${displaySafe(patternTrouble, 200)}` });
}

/** What stays with the next container of a service: its labels are read anew. */
export function ofNextRun(added: Additions | undefined): Additions | undefined {
  if (added?.patternTrouble === undefined) return added;
  const { patternTrouble: _trouble, ...rest } = added;
  return rest;
}
