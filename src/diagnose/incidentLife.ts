import type { Incident, KnownIncident } from '../model/incident.ts';
import type { Severity } from '../model/issue.ts';
import { severityRank } from './correlate.ts';

/** Clear for this long, ms, and it is over. */
const stable = 60_000;
/** An issue that cleared longer ago has left its incident. */
const idle = 15 * 60_000;
/** The same root within this time after the end is the same incident again. */
const reopenWithin = 30 * 60_000;
/** What began longer ago is not reopened: a new incident continues it. */
const longestLife = 6 * 3_600_000;

export interface LifeChange {
  readonly change: 'opened' | 'merged' | 'reopened' | 'resolved';
  readonly incident: KnownIncident;
  /** For `merged`: the incident that is one with it now. */
  readonly other?: string;
}

export interface Lives {
  /** Oldest first; resolved ones as long as they can be reopened. */
  readonly incidents: readonly KnownIncident[];
  readonly changes: readonly LifeChange[];
}

const oldestFirst = (a: Incident, b: Incident): number => a.opened - b.opened || (a.id < b.id ? -1 : 1);
const worse = (a: Severity, b: Severity): Severity => (severityRank[b] > severityRank[a] ? b : a);
const unique = (ids: readonly string[]): string[] => [...new Set(ids)].sort();

/**
 * What becomes of the incidents known before, now that `found` is what open issues make: the same ones go on under their ids while
 * members come and go, those without members recover and then end, new ones open or reopen. `hidden` says of an issue's key that
 * nobody can see now whether it is still there. Pure; neither list's order matters.
 */
export function live(
  before: readonly KnownIncident[],
  found: readonly Incident[],
  now: number,
  hidden: (issue: string) => boolean = () => false,
): Lives {
  const active = before.filter(incident => incident.state !== 'resolved').toSorted(oldestFirst);
  const ended = before.filter(({ resolvedAt }) => resolvedAt !== undefined && now - resolvedAt <= reopenWithin);
  const all = renamed(families(active, found.toSorted(oldestFirst))).map(family => grown(family, ended, now, hidden));
  const incidents = all.map(({ incident }) => incident);
  const kept = ended.filter(old => !incidents.some(({ id }) => id === old.id));
  return { incidents: [...incidents, ...kept].sort(oldestFirst), changes: all.flatMap(({ changes }) => changes) };
}

/** Those known and those found that share an issue are one. Never both empty. */
interface Family {
  readonly known: readonly KnownIncident[];
  readonly found: readonly Incident[];
}

const keysOf = (incident: KnownIncident): string[] => [...incident.issues, ...incident.cleared.map(({ issue }) => issue)];

function families(active: readonly KnownIncident[], found: readonly Incident[]): Family[] {
  const all = new Set<Family>();
  const byKey = new Map<string, Family>();
  const add = (own: Family, keys: readonly string[]): void => {
    const met = new Set(keys.flatMap(key => byKey.get(key) ?? []));
    const joined = [...met, own].reduce((a, b) => ({ known: [...a.known, ...b.known], found: [...a.found, ...b.found] }));
    for (const family of met) all.delete(family);
    all.add(joined);
    for (const one of joined.known) for (const key of keysOf(one)) byKey.set(key, joined);
    for (const one of joined.found) for (const key of one.issues) byKey.set(key, joined);
  };
  for (const one of active) add({ known: [one], found: [] }, keysOf(one));
  for (const one of found) add({ known: [], found: [one] }, one.issues);
  return [...all];
}

/** A service whose trouble turns out to be another (a crash that was the end of its memory) is in the same incident still. */
function renamed(all: readonly Family[]): readonly Family[] {
  const clear = all.filter(({ found }) => found.length === 0);
  const taken = new Map<Family, Family>();
  for (const family of all.filter(({ known }) => known.length === 0)) {
    const services = new Set(family.found.flatMap(({ issues }) => issues).map(serviceOf));
    const before = clear.find(
      other =>
        !taken.has(other) &&
        other.known.some(one =>
          keysOf(one)
            .map(serviceOf)
            .some(id => services.has(id)),
        ),
    );
    if (before !== undefined) taken.set(before, family);
  }
  const moved = new Set(taken.values());
  return all.filter(family => !moved.has(family)).map(family => ({ ...family, found: taken.get(family)?.found ?? family.found }));
}

const serviceOf = (key: string): string => key.slice(0, key.lastIndexOf('/'));

interface Grown {
  readonly incident: KnownIncident;
  readonly changes: readonly LifeChange[];
}

function grown({ known, found }: Family, ended: readonly KnownIncident[], now: number, hidden: (issue: string) => boolean): Grown {
  const is = together(found.toSorted(oldestFirst));
  const [oldest, ...others] = known.toSorted(oldestFirst);
  if (oldest === undefined) return begun(is, ended, now);
  const was = others.reduce(merge, oldest);
  const incident = found.length === 0 ? waning(was, now, hidden) : going(was, is, now);
  const merged = others.map(({ id }): LifeChange => ({ change: 'merged', incident, other: id }));
  return { incident, changes: [...merged, ...(incident.state === 'resolved' ? [{ change: 'resolved', incident } as const] : [])] };
}

const nothing: Incident = { id: '', opened: 0, issues: [], severity: 'info', symptoms: [] };

/** An incident at the beginning of its life. */
export const fresh = (found: Incident): KnownIncident => ({
  ...found,
  state: 'open',
  reopened: 0,
  merged: [],
  cleared: [],
  hypotheses: [],
  ruledOut: [],
  notChecked: [],
});

/** The older id wins, the other becomes an alias; attention that only one of them got counts for neither. Associative. */
export function merge(a: KnownIncident, b: KnownIncident): KnownIncident {
  const [older, newer] = oldestFirst(a, b) <= 0 ? [a, b] : [b, a];
  const { acknowledged, clearSince: _clear, ...rest } = older;
  const both = acknowledged !== undefined && newer.acknowledged !== undefined;
  const latest = both && newer.acknowledged.at > acknowledged.at ? newer.acknowledged : acknowledged;
  return {
    ...rest,
    ...(both && latest !== undefined ? { acknowledged: latest } : {}),
    state: both ? 'acknowledged' : 'open',
    issues: unique([...a.issues, ...b.issues]),
    symptoms: unique([...a.symptoms, ...b.symptoms]),
    cleared: [...older.cleared, ...newer.cleared],
    severity: worse(a.severity, b.severity),
    reopened: Math.max(a.reopened, b.reopened),
    merged: unique([...a.merged, ...b.merged, newer.id]),
  };
}

/** Found apart, but known as one: the root of the one that explains most, or none where several explain as much. */
function together(found: readonly Incident[]): Incident {
  const [first = nothing, ...others] = found;
  if (others.length === 0) return first;
  const most = Math.max(...found.map(({ symptoms }) => symptoms.length));
  const [widest, equal] = found.filter(({ symptoms }) => symptoms.length === most);
  const { root: _root, ...rest } = first;
  return {
    ...rest,
    issues: found.flatMap(({ issues }) => issues),
    symptoms: found.flatMap(({ symptoms }) => symptoms),
    severity: found.map(({ severity }) => severity).reduce(worse),
    ...(widest?.root === undefined || equal !== undefined ? {} : { root: widest.root }),
  };
}

/** What two incidents must have in common to be the same one again: the issue at the root, else the one that came first. */
const fingerprint = ({ root, id }: Incident): string => root?.issue ?? id.slice(0, id.lastIndexOf('@'));

function begun(is: Incident, ended: readonly KnownIncident[], now: number): Grown {
  const [old] = ended
    .filter(one => fingerprint(one) === fingerprint(is) || one.id === is.id)
    .toSorted((a, b) => (b.resolvedAt ?? 0) - (a.resolvedAt ?? 0) || oldestFirst(a, b));
  if (old === undefined) return opened(fresh(is));
  if (now - old.opened > longestLife && old.id !== is.id) return opened({ ...fresh(is), continues: old.id });
  const { resolvedAt: _at, clearSince: _clear, acknowledged: _seen, ...rest } = old;
  const incident: KnownIncident = { ...going({ ...rest, state: 'open' }, is, now), reopened: old.reopened + 1 };
  return { incident, changes: [{ change: 'reopened', incident }] };
}

const opened = (incident: KnownIncident): Grown => ({ incident, changes: [{ change: 'opened', incident }] });

/** It has open issues. Whoever acknowledged it did so when it was as bad as it was then. */
function going(was: KnownIncident, is: Incident, now: number): KnownIncident {
  const { acknowledged, clearSince: _clear, root: _root, ...rest } = was;
  const inside = new Set(is.issues);
  const gone = was.issues.filter(issue => !inside.has(issue)).map(issue => ({ issue, at: now }));
  const seen = acknowledged !== undefined && severityRank[is.severity] <= severityRank[was.severity] ? { acknowledged } : {};
  return {
    ...rest,
    ...seen,
    opened: Math.min(was.opened, is.opened),
    issues: is.issues,
    symptoms: is.symptoms,
    severity: is.severity,
    ...(is.root === undefined ? {} : { root: is.root }),
    state: 'acknowledged' in seen ? 'acknowledged' : 'open',
    cleared: [...was.cleared.filter(({ issue, at }) => !inside.has(issue) && now - at <= idle), ...gone],
  };
}

/** None of its issues is open. Where they cannot be seen that says nothing, and nothing changes. */
function waning(was: KnownIncident, now: number, hidden: (issue: string) => boolean): KnownIncident {
  if (keysOf(was).some(hidden)) return unwatched(was);
  const { clearSince = now, cleared, issues } = was;
  if (now - clearSince >= stable && was.state === 'recovering')
    return { ...was, state: 'resolved', resolvedAt: now, issues: [], symptoms: [], cleared: [] };
  const gone = issues.map(issue => ({ issue, at: now }));
  return { ...was, state: 'recovering', clearSince, issues: [], symptoms: [], cleared: [...cleared, ...gone] };
}

/** Stability is what somebody watched. */
function unwatched(was: KnownIncident): KnownIncident {
  if (was.clearSince === undefined) return was;
  const { clearSince: _since, ...rest } = was;
  return rest;
}

/** When the next incident ends by nothing happening, ms; undefined when none is about to. */
export function nextEnd(incidents: readonly KnownIncident[]): number | undefined {
  const ends = incidents.flatMap(({ state, clearSince }) =>
    state === 'recovering' && clearSince !== undefined ? [clearSince + stable] : [],
  );
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** A person or a model has seen it: it stays open and counts no more. The same value where that changes nothing. */
export function acknowledge(incident: KnownIncident, by: 'person' | 'model', now: number): KnownIncident {
  return incident.state === 'open' ? { ...incident, state: 'acknowledged', acknowledged: { at: now, by } } : incident;
}

export function unacknowledge(incident: KnownIncident): KnownIncident {
  if (incident.acknowledged === undefined || incident.state === 'resolved') return incident;
  const { acknowledged: _seen, ...rest } = incident;
  return { ...rest, state: incident.state === 'acknowledged' ? 'open' : incident.state };
}
