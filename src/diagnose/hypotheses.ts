import { displaySafe } from '../base/safeText.ts';
import type { Hypothesis, Incident, Root } from '../model/incident.ts';
import type { Issue } from '../model/issue.ts';
import type { ServiceId } from '../model/service.ts';
import { bandOf, logit, sigmoid } from './confidence.ts';
import { waysIn } from './inhibit.ts';
import { beganBefore } from './onset.ts';
import { recordingOf } from './recordingOf.ts';
import { refutations } from './refutation.ts';
import { type Cause, type Mechanism, rankCauses } from './rootCause.ts';
import type { World } from './world.ts';

/** Log-odds of evidence that others give: an error names it, and it failed before those that need it. */
const [named, before] = [1.2, 1.5];
/** "Something outside, or something nobody watches" stands among the suspects with this probability. */
const outside = 0.15;
/** With the next suspect this close no cause is sure. */
const closeBy = 0.25;
const closeCap = 0.8;
/** The ranking alone names a root where it is ahead by this many nats. */
const ahead = 2;
/** No probability is taken for certainty. */
const surest = 0.995;
/** What `score` caps for a doubt is no sum of evidence, and more evidence does not lift it. */
const caps: ReadonlySet<number> = new Set([0.5, 0.6, 0.7, 0.8]);
const shownCauses = 3;

/** What the likeliest hypothesis rests on: kinds and numbers only. */
export interface Weighing {
  readonly items: readonly { readonly kind: string; readonly llr: number }[];
  /** Before calibration and the cap for a close suspect, 0…1. */
  readonly raw: number;
}

export interface Explained {
  readonly hypotheses: readonly Hypothesis[];
  readonly weighing?: Weighing;
  /** Where it began; also where needs cannot tell and the ranking can. */
  readonly root?: Root;
}

/** How services rank as causes; worked out anew only where the members of an incident changed. */
export type Rank = (services: readonly ServiceId[], onset: number) => readonly Cause[];

export const rankIn =
  (world: World): Rank =>
  (services, onset) =>
    rankCauses(recordingOf(world, services, onset));

/** What an explanation works with beside the incident itself. */
export interface Means {
  readonly rank: Rank;
  /** From what the evidence says to how often that came true, for predictions of one kind. */
  readonly calibrate: (category: string, kinds: readonly string[], p: number) => number;
}

interface Suspect {
  readonly issue: Issue;
  readonly service: ServiceId;
  /** By its evidence alone. */
  readonly raw: number;
  readonly items: Weighing['items'];
  /** Log-odds against the others. */
  readonly score: number;
  readonly because: readonly string[];
}

/** The suspected causes of an incident, likeliest first: needs and order tell where they can, else the ranking of what was recorded. */
export function explain(incident: Incident, issues: ReadonlyMap<string, Issue>, world: World, now: number, means: Means): Explained {
  const members = incident.issues.flatMap(key => issues.get(key) ?? []);
  const symptoms = members.filter(({ key }) => incident.symptoms.includes(key));
  const strongest = strongestOfEach(members.filter(issue => !symptoms.includes(issue)));
  const causes = incident.root === undefined ? ranked(strongest, means.rank) : strongest.map(issue => ({ issue, nats: 0, why: [] }));
  const all = causes
    .map(({ issue, nats, why }) => suspect(issue, nats, why, issue.key === incident.root?.issue ? symptoms : [], world, now))
    .toSorted((a, b) => rootFirst(incident.root, a, b) || b.score - a.score || (a.service < b.service ? -1 : 1));
  const hypotheses = weighed(all, means.calibrate);
  const root = incident.root ?? foundRoot(all, causes);
  const [top] = all;
  const weighing = top === undefined ? {} : { weighing: { items: top.items, raw: top.raw } };
  return { hypotheses, ...weighing, ...(root === undefined ? {} : { root }) };
}

const rootFirst = (root: Root | undefined, a: Suspect, b: Suspect): number =>
  Number(b.issue.key === root?.issue) - Number(a.issue.key === root?.issue);

/** One issue per service: the surest. */
function strongestOfEach(issues: readonly Issue[]): Issue[] {
  const best = new Map<ServiceId, Issue>();
  for (const issue of issues) {
    if (issue.service === undefined) continue;
    const known = best.get(issue.service);
    if (known === undefined || issue.confidence > known.confidence || (issue.confidence === known.confidence && issue.key < known.key))
      best.set(issue.service, issue);
  }
  return [...best.values()];
}

/** What the ranking goes by, in our own words: its reasons quote what logs say. */
const mechanisms: Readonly<Record<Mechanism, string>> = {
  usage: 'it is at the limit of a resource',
  gap: 'time is lost on the way to it',
  own: 'it does more work than its calls explain',
  slow: 'it is slow, and none of its calls explains that',
  failure: 'trouble is seen at it first',
  flow: 'calls to it are lost',
  sequence: 'requests take another course through its log',
  silence: 'it is silent in requests that it used to log',
  lag: 'steps in its log come late',
  novelty: 'its log has lines that it did not have before',
};

const mechanismsOf = ({ parts }: Cause): string[] =>
  (Object.entries(parts) as [Mechanism, number][])
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, 2)
    .map(([mechanism]) => mechanisms[mechanism]);

interface Ranked {
  readonly issue: Issue;
  readonly nats: number;
  readonly why: readonly string[];
}

function ranked(issues: readonly Issue[], rank: Rank): Ranked[] {
  if (issues.length < 2) return issues.map(issue => ({ issue, nats: 0, why: [] }));
  const onset = Math.min(...issues.map(({ firstSeen }) => firstSeen));
  const causes = new Map(rank(issues.flatMap(({ service }) => service ?? []).sort(), onset).map(cause => [cause.service, cause]));
  return issues.map(issue => {
    const cause = causes.get(issue.service ?? '');
    return { issue, nats: cause?.score ?? 0, why: cause === undefined ? [] : mechanismsOf(cause) };
  });
}

function suspect(issue: Issue, nats: number, why: readonly string[], symptoms: readonly Issue[], world: World, now: number): Suspect {
  const service = issue.service ?? '';
  const said = saidBy(symptoms, service, world, now);
  // What others say of it may stand in its own evidence already, and counts once.
  const heard = issue.evidence.some(({ kind }) => kind === 'peer.named');
  // All that depend on it began later, or the order says nothing.
  const ordered = symptoms.length > 0 && symptoms.every(symptom => beganBefore(issue, symptom));
  const gained = [
    ...(said.length > 0 && !heard ? [{ kind: 'peer.named', llr: named, what: `errors of ${list(said, world)} name it` }] : []),
    ...(ordered ? [{ kind: 'order.before', llr: before, what: `it failed before ${list(servicesIn(symptoms), world)}` }] : []),
  ];
  const more = gained.reduce((sum, { llr }) => sum + llr, 0);
  const base = logit(Math.min(surest, Math.max(1 - surest, issue.confidence)));
  const own = issue.evidence.map(({ what }) => displaySafe(what, 160)).filter(text => text !== '');
  return {
    issue,
    service,
    raw: caps.has(issue.confidence) ? issue.confidence : Math.min(surest, sigmoid(base + more)),
    items: [...gained.map(({ kind, llr }) => ({ kind, llr })), ...issue.evidence.map(({ kind, weight }) => ({ kind, llr: weight }))],
    score: base + more + nats,
    because: [...gained.map(({ what }) => what), ...own, ...why].slice(0, 6),
  };
}

const servicesIn = (issues: readonly Issue[]): ServiceId[] => [...new Set(issues.flatMap(({ service }) => service ?? []))];

function saidBy(symptoms: readonly Issue[], service: ServiceId, world: World, now: number): readonly ServiceId[] {
  if (symptoms.length === 0) return [];
  const ways = waysIn(world, now);
  return servicesIn(symptoms).filter(id => ways.near(id).get(service)?.named !== undefined);
}

function list(ids: readonly ServiceId[], world: World): string {
  const names = ids.slice(0, 4).map(id => displaySafe(world.services.get(id)?.service.name ?? id, 60));
  return `${names.join(', ')}${ids.length > 4 ? ` and ${ids.length - 4} more` : ''}`;
}

/** Shares by odds; rounded, since they are for comparing and evidence ages all the time. */
function weighed(all: readonly Suspect[], calibrate: Means['calibrate']): Hypothesis[] {
  const odds = all.map(({ score }) => Math.exp(Math.min(score, 50)));
  const total = odds.reduce((sum, part) => sum + part, Math.exp(logit(outside)));
  const shares = odds.map(part => Math.floor((part / total) * 100) / 100);
  return all.slice(0, shownCauses).map(({ issue, service, raw, items, because }, i): Hypothesis => {
    const next = Math.max(0, ...shares.filter((_share, other) => other !== i));
    const told = calibrate(
      issue.category,
      items.map(({ kind }) => kind),
      raw,
    );
    const sure = (shares[i] ?? 0) - next < closeBy ? Math.min(told, closeCap) : told;
    return {
      service,
      category: issue.category,
      issue: issue.key,
      share: shares[i] ?? 0,
      confidence: Math.round(sure * 1000) / 1000,
      band: bandOf(sure),
      because,
      evidence: issue.evidence.slice(0, 8).map(({ id }) => id),
      whatWouldRefute: refutations[issue.category],
    };
  });
}

/** Needs do not tell where it began: the ranking does, where one service stands out from all others. */
function foundRoot(all: readonly Suspect[], causes: readonly Ranked[]): Root | undefined {
  const [first, second] = causes.toSorted((a, b) => b.nats - a.nats);
  if (first === undefined || second === undefined || first.nats - second.nats < ahead) return undefined;
  const [top] = all;
  if (top === undefined || top.issue.key !== first.issue.key) return undefined;
  return { service: top.service, issue: top.issue.key, because: first.why[0] ?? 'what was recorded points at it' };
}
