import { setTimeout as wait } from 'node:timers/promises';
import type { Incident } from '../../src/model/incident.ts';
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

/** What an investigation rules out, whether quotes stand where they were read, and whether a secret came through. */
async function lookDeeper(
  scenario: Scenario,
  stage: Stage,
  { engine }: Watcher,
  { engine: docker }: Theatre,
  said: readonly Said[],
): Promise<string[]> {
  const failures: string[] = [];
  const final = said.at(-1)?.verdict;
  for (const { root, ruledOut = [] } of scenario.truth) {
    const [part] = root;
    if (part === undefined || ruledOut.length === 0) continue;
    const found = await engine
      .investigate(stage.idOf(part), AbortSignal.timeout(20_000))
      .catch((error: unknown) => ({ ruledOut: [String(error)] }));
    const excluded = [...found.ruledOut, ...engine.beliefs().incidents.flatMap(ruledOutBy)];
    for (const other of ruledOut) {
      const name = stage.boxOf(other).slice(stage.project.length + 1, -2);
      if (!excluded.some(text => text.includes(name)))
        failures.push(`${name} is not ruled out by name: ${excluded.join(' | ') || 'nothing is'}`);
    }
  }
  const issues = engine.beliefs().issues.filter(issue => issue.service !== undefined && stage.owns(issue.service));
  // A service may be believed to be slow for what another one says of it.
  const others = [...engine.beliefs().world.services.keys()].filter(stage.owns);
  for (const issue of issues) {
    const ids = issue.evidence.map(item => item.id);
    if (new Set(ids).size < ids.length) failures.push(`evidence ids of ${issue.key} repeat`);
    for (const item of issue.evidence) {
      if (item.ref.quote === '' || item.ref.where === '') failures.push(`evidence ${item.id} (${item.kind}) has no quote or place`);
      if (item.from === 'log' && !(await inLog(docker, stage, [issue.service ?? '', ...others], item.ref.quote)))
        failures.push(`evidence ${item.id} (${item.kind}) quotes what its log does not hold: ${item.ref.quote.slice(0, 80)}`);
    }
  }
  if (scenario.secret !== undefined) {
    const told = JSON.stringify([issues, final, engine.timeline({ limit: 1000 })]);
    if (told.includes(scenario.secret)) failures.push('the secret stands in beliefs or timeline');
  }
  return failures;
}

const ruledOutBy = (incident: Incident & { readonly ruledOut?: readonly string[] }): readonly string[] => incident.ruledOut ?? [];

/** Quotes are redacted and made displayable, so the longest plain stretch of one is looked for. True where no log can be read any more. */
async function inLog(docker: Theatre['engine'], stage: Stage, services: readonly string[], quote: string): Promise<boolean> {
  const [longest = ''] = quote
    .replaceAll(/‹[^›]*›/g, '\n')
    .split(/[^\x20-\x7e]|\\/)
    .toSorted((a, b) => b.length - a.length);
  let read = 0;
  for (const service of services) {
    const name = decodeURIComponent(service.split('/').at(-1) ?? '');
    const box = service.split('/').length === 2 ? name : `${stage.project}-${name}-1`;
    const log = await docker.all('logs', '--tail', '5000', box).catch(() => undefined);
    if (log === undefined) continue;
    read++;
    if (plainText(log).includes(longest.trim())) return true;
  }
  return read === 0;
}

const plainText = (log: string): string => log.replaceAll(/\u001b\[[\d;]*m/g, '');

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
