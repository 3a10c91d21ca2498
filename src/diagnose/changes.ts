import type { Change, Deploy, Make } from '../model/change.ts';
import type { MadeRun, Makes } from '../model/makes.ts';
import type { Facts } from '../model/service.ts';
import type { ServiceView } from './world.ts';

/** Every difference between two makes, the image first. `from` and `to` hold no values of the environment. */
export function changesBetween(before: Make, after: Make): readonly Change[] {
  const found: Change[] = [
    ...imageChange(before, after),
    ...keyed('env', before.env, after.env, sealed),
    ...(before.command === after.command ? [] : [{ what: 'command' as const }]),
    ...listed('mounts', before.mounts, after.mounts),
    ...listed('networks', before.networks, after.networks),
    ...keyed('limits', before.limits, after.limits, limitText),
  ];
  // Compose knows of more than can be seen here; alone it still says that something is different.
  const unseen = found.length === 0 && before.composeHash !== undefined && after.composeHash !== undefined;
  return unseen && before.composeHash !== after.composeHash ? [{ what: 'compose' }] : found;
}

function imageChange(before: Make, after: Make): Change[] {
  if (before.imageId === after.imageId && before.image === after.image) return [];
  const named = before.image !== after.image;
  return [{ what: 'image', from: named ? before.image : idText(before), to: named ? after.image : idText(after) }];
}

/** An image that was built anew keeps its name: then its id tells which. */
const idText = ({ image, imageId }: Make): string => `${image} (${shortImage(imageId)})`;
export const shortImage = (id: string): string => id.replace(/^sha256:/, '').slice(0, 12);

/** Absent on one side where it is new or gone. `show` gives the words for a value; values of the environment have none. */
function keyed<V>(
  what: 'env' | 'limits',
  before: Readonly<Record<string, V>>,
  after: Readonly<Record<string, V>>,
  show: (name: string, value: V) => string,
): Change[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap(name => {
    const [from, to] = [before[name], after[name]];
    if (from === to) return [];
    return [{ what, name, ...(from === undefined ? {} : { from: show(name, from) }), ...(to === undefined ? {} : { to: show(name, to) }) }];
  });
}

const sealed = (): string => 'set';
const limitText = (name: string, value: number): string => (name === 'memory' ? `${Math.round(value / 1_048_576)} MiB` : String(value));

function listed(what: 'mounts' | 'networks', before: readonly string[], after: readonly string[]): Change[] {
  const gone = before.filter(name => !after.includes(name)).map(name => ({ what, name, from: name }));
  const come = after.filter(name => !before.includes(name)).map(name => ({ what, name, to: name }));
  return [...gone, ...come];
}

/** A make that ran this long without a hard event worked; ms. */
const stableAfter = 20_000;
/** A service that was away for longer is begun anew, not changed; ms. */
const awayFor = 15 * 60_000;

/**
 * The view after a look at what it is made from: the same make goes on, or another one follows `before`. `at` in ms; `watched` is the
 * end of the time in which the make before was seen, where that was not all the time.
 */
export function withMakes(view: ServiceView, at: number, before = view.makes, watched = Number.POSITIVE_INFINITY): ServiceView {
  const { facts } = view;
  if (facts?.make === undefined) return view;
  const makes = followed(before, view, { ...facts, make: facts.make }, at, watched);
  const deploy = deployOf(makes);
  const { deploy: _before, ...rest } = view;
  return { ...rest, makes, ...(deploy === undefined ? {} : { deploy }) };
}

function followed(before: Makes | undefined, view: ServiceView, facts: Facts & { make: Make }, at: number, watched: number): Makes {
  const { instance, make, health } = facts;
  const began = facts.startedAt ?? facts.createdAt ?? at;
  const from = health === 'unhealthy' ? at : began;
  if (before === undefined) return { now: { make, instance, from }, since: began };
  const updated = instance === before.now.instance;
  if (sameMake(before.now.make, make, updated)) {
    return { ...before, now: { make, instance, from: updated ? Math.max(from, before.now.from) : from } };
  }
  const since = updated ? at : began;
  const ran = peaceOf(before.now, view, Math.min(since, watched));
  const stable = ran >= stableAfter ? { make: before.now.make, ran } : before.stable;
  const anew = stable === undefined || since - endOf(before.now, view, since) > awayFor;
  return { now: { make, instance, from: updated ? at : from }, since, ...(anew ? {} : { stable }) };
}

/** A container may be put into a network and taken out while it runs: that alone makes no other make of it. */
const sameMake = (a: Make, b: Make, sameInstance: boolean): boolean => {
  const compared = sameInstance ? { ...a, networks: b.networks } : a;
  return changesBetween(compared, b).length === 0;
};

/** When the last run of the make before ended, ms; the moment of the change where nobody saw an end. */
function endOf(run: MadeRun, view: ServiceView, change: number): number {
  const death = view.deaths.findLast(each => each.instance === run.instance && each.at >= run.from && each.at <= change);
  return death?.at ?? change;
}

/** How long the newest run of a make lasted without a hard event, ms. A run that ended by itself, or by a kill for memory, had none. */
function peaceOf(run: MadeRun, view: ServiceView, change: number): number {
  const { instance, from } = run;
  const own = (each: { readonly instance: string; readonly at: number }): boolean =>
    each.instance === instance && each.at >= from && each.at <= change;
  const hard = view.deaths.some(each => own(each) && !each.intended) || view.moments.some(each => own(each) && each.event === 'oom');
  // A restart loop is no peace, however long its newest run lasts.
  const looped = view.deaths.some(each => each.instance === instance && !each.intended && each.at > from - 5 * 60_000);
  return hard || looped ? 0 : Math.max(0, endOf(run, view, change) - from);
}

/** More room than before breaks nothing. */
function isRelief({ what, name = '' }: Change, before: Make, after: Make): boolean {
  const [from, to] = [before.limits[name], after.limits[name]];
  return what === 'limits' && from !== undefined && (to === undefined || to > from);
}

function deployOf({ now, since, stable }: Makes): Deploy | undefined {
  if (stable === undefined) return undefined;
  const changes = changesBetween(stable.make, now.make).filter(change => !isRelief(change, stable.make, now.make));
  const { image, imageId } = stable.make;
  return changes.length === 0 ? undefined : { at: since, changes, stableFor: stable.ran, before: { image, imageId } };
}
