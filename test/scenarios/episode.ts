import { setTimeout as wait } from 'node:timers/promises';
import { lookDeeper } from './deeper.ts';
import { claims, falseAlarms, type Judged, judge, partitionF1, rightAbout, type Said, shownVerdict } from './judge.ts';
import type { Scenario, Variant } from './scenario.ts';
import { makeStage, type Stage, type Theatre } from './stage.ts';
import { alarming, type Verdict, verdictOf } from './verdict.ts';
import type { Watcher } from './watcher.ts';

/** What became of one scenario in one variant. All delays in ms after the fault. */
export interface Episode {
  readonly scenario: string;
  readonly title: string;
  readonly variant: number;
  readonly judged: readonly Judged[];
  readonly issueDelay?: number;
  readonly rootDelay?: number;
  readonly partition: number;
  readonly falseAlarms: readonly string[];
  readonly claims: readonly { readonly p: number; readonly right: boolean; readonly band: string }[];
  /** Everything that was not as it should be, in words; empty when it passed. */
  readonly failures: readonly string[];
  readonly said: readonly string[];
  /** How long the episode took, ms. */
  readonly took: number;
}

/** A verdict must hold for this long to count as given. */
const hold = 3000;

/**
 * Plays one scenario, listens until Dozor is right for a while or its time is over, and clears the stage. `keep` is called before that
 * where all was right.
 */
export async function playEpisode(
  scenario: Scenario,
  variant: Variant,
  number: number,
  theatre: Theatre,
  watcher: Watcher,
  keep?: (stage: Stage, fault: number) => Promise<void>,
): Promise<Episode> {
  const stage = makeStage(theatre, variant, number, scenario.steps);
  const began = Date.now();
  const said: Said[] = [];
  let last = '';
  const note = (): void => {
    const verdict = verdictOf(watcher.engine.beliefs(), stage.owns);
    const sign = JSON.stringify(verdict, (key, value) => (key === 'confidence' ? undefined : value));
    if (sign !== last) said.push({ at: Date.now(), verdict });
    last = sign;
  };
  const listening = watcher.engine.changed(note);
  try {
    await stage.play(scenario.steps);
    await watched(scenario, stage, said);
    note();
    const fault = faultAt(scenario, stage, theatre);
    const failures = await lookDeeper(scenario, stage, watcher, theatre, said);
    const episode = summed(scenario, variant, stage, said, fault, failures, Date.now() - began);
    if (episode.failures.length === 0) await keep?.(stage, fault);
    return episode;
  } finally {
    listening.dispose();
    await stage.clear();
  }
}

/** Until it has been right for a while, or its time is over. */
async function watched(scenario: Scenario, stage: Stage, said: readonly Said[]): Promise<void> {
  if (scenario.truth.length === 0) return void (await wait(scenario.calm ?? 10_000));
  const end = Date.now() + scenario.timeout;
  while (Date.now() < end) {
    const since = rightSince(scenario, stage, said);
    if (since !== undefined && Date.now() - since >= hold) return;
    await wait(100);
  }
}

/** The moment from which it is right until now. */
function rightSince(scenario: Scenario, stage: Stage, said: readonly Said[]): number | undefined {
  const lastWrong = said.findLastIndex(({ verdict }) => !rightAbout(scenario, verdict, stage.idOf));
  return said[lastWrong + 1]?.at;
}

function faultAt({ fault }: Scenario, stage: Stage, { events }: Theatre): number {
  if (fault === undefined) return stage.marked();
  const [part, kind] = fault;
  const action = kind === 'unhealthy' ? 'health_status: unhealthy' : kind;
  return events.find(event => event.box === stage.boxOf(part) && event.action === action)?.at ?? Number.NaN;
}

function summed(
  scenario: Scenario,
  variant: Variant,
  stage: Stage,
  said: readonly Said[],
  fault: number,
  deeper: readonly string[],
  took: number,
): Episode {
  const verdict: Verdict = said.at(-1)?.verdict ?? { issues: [], incidents: [] };
  const judged = scenario.truth.map(truth => judge(truth, verdict, stage.idOf));
  const alarms = falseAlarms(scenario, said, stage.idOf);
  const partition = partitionF1(scenario, verdict, stage.idOf);
  const issueAt = said.find(({ at, verdict: then }) => at >= fault - 50 && then.issues.some(issue => raised(scenario, issue, stage)))?.at;
  const rootAt = said[said.findLastIndex(each => !rootsRight(scenario, each.verdict, stage)) + 1]?.at;
  return {
    scenario: scenario.id,
    title: scenario.title,
    variant: variant.index,
    judged,
    ...(issueAt === undefined || scenario.truth.length === 0 ? {} : { issueDelay: Math.max(0, issueAt - fault) }),
    ...(rootAt === undefined || scenario.truth.length === 0 ? {} : { rootDelay: Math.max(0, rootAt - fault) }),
    partition,
    falseAlarms: alarms,
    claims: claims(scenario, verdict, stage.idOf),
    failures: [
      ...told(judged, scenario),
      ...alarms.map(line => `false alarm: ${line}`),
      ...(partition < 1 ? [`partition F1 ${partition.toFixed(2)}`] : []),
      ...mixed(verdict),
      ...deeper,
    ],
    said: shownVerdict(verdict, fault),
    took,
  };
}

const mixed = ({ incidents }: Verdict): string[] => (incidents.some(incident => incident.mixed) ? ['an incident spans two projects'] : []);

const raised = (scenario: Scenario, issue: Verdict['issues'][number], stage: Stage): boolean =>
  issue.status === 'confirmed' &&
  scenario.truth.some(truth => truth.members.some(part => stage.idOf(part) === issue.service) && (truth.state === true || alarming(issue)));

const rootsRight = (scenario: Scenario, verdict: Verdict, stage: Stage): boolean =>
  scenario.truth.every(truth => {
    const { root, category } = judge(truth, verdict, stage.idOf);
    return root && category;
  });

function told(judged: readonly Judged[], scenario: Scenario): string[] {
  return judged.flatMap((each, i) => {
    const truth = scenario.truth[i];
    const wrong = (['detected', 'root', 'category', 'band', 'order'] as const).filter(part => !each[part]);
    return truth === undefined || wrong.length === 0
      ? []
      : [
          `wrong ${wrong.join(', ')}: expected root ${truth.root.join(' or ')} ${truth.category} ${truth.band ?? 'not low'}, members ${truth.members.join(', ')}`,
        ];
  });
}
