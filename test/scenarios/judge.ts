import type { Part, Scenario, Truth } from './scenario.ts';
import { pairs, pairwiseF1 } from './scores.ts';
import { alarming, type SaidIncident, type SaidIssue, type Verdict } from './verdict.ts';

/** What Dozor said from some moment on. */
export interface Said {
  /** ms */
  readonly at: number;
  readonly verdict: Verdict;
}

export type IdOf = (part: Part) => string;

interface Named {
  readonly service: string;
  readonly category: string;
  readonly band: string;
  readonly confidence: number;
}

/** How one truth fared. */
export interface Judged {
  readonly root: boolean;
  readonly category: boolean;
  readonly band: boolean;
  readonly order: boolean;
  readonly detected: boolean;
}

/** What is named as the cause where the truth lies: the root of the incident that holds it, or for a state the issue itself. */
function namedFor(truth: Truth, { issues, incidents }: Verdict, idOf: IdOf): Named | undefined {
  const roots = truth.root.map(idOf);
  if (truth.state)
    return (
      issues.find(issue => roots.includes(issue.service) && issue.category === truth.category) ??
      issues.find(issue => roots.includes(issue.service))
    );
  const members = truth.members.map(idOf);
  const held = (incident: SaidIncident): number => incident.services.filter(service => members.includes(service)).length;
  const [best] = incidents.filter(incident => held(incident) > 0).toSorted((a, b) => held(b) - held(a));
  return best?.root;
}

const firstOf = (service: string, { issues }: Verdict): number =>
  Math.min(...issues.filter(issue => issue.service === service).map(issue => issue.firstSeen));

/** A server is gone this long before the engine says that its container has died, ms; who needs it may notice in between. */
const dying = 500;

function inOrder(truth: Truth, verdict: Verdict, idOf: IdOf): boolean {
  const times = (truth.order ?? []).map(part => firstOf(idOf(part), verdict));
  return times.every((at, i) => Number.isFinite(at) && (i === 0 || (times[i - 1] ?? 0) <= at + dying));
}

export function judge(truth: Truth, verdict: Verdict, idOf: IdOf): Judged {
  const named = namedFor(truth, verdict, idOf);
  const roots = truth.root.map(idOf);
  const root = named !== undefined && roots.includes(named.service);
  return {
    root,
    category: root && named.category === truth.category,
    band: root && named.category === truth.category && (truth.band === undefined ? named.band !== 'low' : named.band === truth.band),
    order: inOrder(truth, verdict, idOf),
    detected: verdict.issues.some(issue => truth.members.map(idOf).includes(issue.service) && (alarming(issue) || truth.state === true)),
  };
}

export const rightAbout = (scenario: Scenario, verdict: Verdict, idOf: IdOf): boolean =>
  scenario.truth.every(truth => {
    const { root, category, band, order } = judge(truth, verdict, idOf);
    const all =
      truth.state ||
      scenario.partition === 'free' ||
      truth.members.every(part => verdict.issues.some(issue => issue.service === idOf(part)));
    return root && category && band && order && all;
  });

/** Pairs of services that stand together, as said and as true. */
export function partitionF1(scenario: Scenario, verdict: Verdict, idOf: IdOf): number {
  if (scenario.partition === 'free') return 1;
  const truth = scenario.truth.filter(each => !each.state).map(each => each.members.map(idOf));
  return pairwiseF1(pairs(verdict.incidents.map(incident => incident.services)), pairs(truth));
}

/** Gone before anybody could read it, ms: the moments between the kill and the removal of a container, say. */
const blink = 1000;

/** Issues that should not have been raised at any moment, as lines for people. */
export function falseAlarms(scenario: Scenario, said: readonly Said[], idOf: IdOf): readonly string[] {
  if (scenario.everyone) return [];
  const members = new Set((scenario.quiet ? [] : scenario.truth).flatMap(truth => truth.members.map(idOf)));
  const wrong = new Map<string, string>();
  // What settles is judged by its end alone.
  const from = scenario.settles ? said.length - 1 : 0;
  for (const [i, { at, verdict }] of said.entries()) {
    if (i < from) continue;
    for (const issue of verdict.issues.filter(each => alarming(each) && !members.has(each.service))) {
      const end =
        said.slice(i).find(later => !later.verdict.issues.some(each => each.key === issue.key && alarming(each)))?.at ??
        Number.POSITIVE_INFINITY;
      if (end - at >= blink) wrong.set(issue.key, shown(issue));
    }
  }
  return [...wrong.values()];
}

/** Every root that was named in the end, with its probability and whether it is true. */
export function claims(scenario: Scenario, verdict: Verdict, idOf: IdOf): readonly { p: number; right: boolean; band: string }[] {
  const incidents = verdict.incidents.flatMap(({ root }) => root ?? []);
  const states = verdict.issues.filter(
    issue => issue.category === 'operator_action' && !incidents.some(root => root.service === issue.service),
  );
  return [...incidents, ...states].map(named => ({
    p: named.confidence,
    band: named.band,
    right: scenario.truth.some(
      truth => truth.category === named.category && (scenario.everyone === true || truth.root.map(idOf).includes(named.service)),
    ),
  }));
}

const shown = (issue: SaidIssue): string =>
  `${nameOf(issue.service)} ${issue.category} ${issue.severity} ${issue.band} ${issue.confidence.toFixed(2)} [${issue.kinds.join(' ')}]`;

const nameOf = (service: string): string => service.split('/').at(-1) ?? service;

/** What was said in the end, for people. */
export const shownVerdict = ({ issues, incidents }: Verdict, fault: number): string[] => [
  ...incidents.map(
    ({ root, services, symptoms, mixed }) =>
      `incident of ${services.map(nameOf).join(', ')}: ${root === undefined ? 'no root' : `root ${nameOf(root.service)} ${root.category} ${root.band}`}${symptoms.length > 0 ? `, symptoms ${symptoms.map(nameOf).join(', ')}` : ''}${mixed ? ', MIXED with another project' : ''}`,
  ),
  ...issues.map(issue => `issue ${shown(issue)} since ${((issue.firstSeen - fault) / 1000).toFixed(1)} s`),
];
