import type { Probe } from '../model/probe.ts';
import type { ServiceView } from './world.ts';

/** So many failures in a row are no accident. */
const streak = 3;
/** Older answers say nothing about now: asking stopped, or sight was lost meanwhile. */
const freshFor = 3 * 60_000;

/** Answers of the present run that still count, newest last; empty where it does not run. */
export function freshProbes(view: ServiceView, now: number): readonly Probe[] {
  const { service, facts } = view;
  const began = facts?.startedAt ?? service.since;
  const own = (view.probes ?? []).filter(probe => probe.instance === service.instance && probe.at >= began);
  const newest = own.at(-1);
  return service.state === 'running' && newest !== undefined && now - newest.at <= freshFor ? own : [];
}

/** The failures at the end, oldest first; empty when they are too few to believe. */
export function failedProbes(view: ServiceView, now: number): readonly Probe[] {
  const fresh = freshProbes(view, now);
  const failed = fresh.slice(fresh.findLastIndex(probe => probe.ok) + 1);
  return failed.length >= streak ? failed : [];
}
