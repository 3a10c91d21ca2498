import type { Category, Evidence, Issue, Severity } from '../model/issue.ts';
import { withTrigger } from './changeRules.ts';
import { channelOf } from './channel.ts';
import { bandOf, score, weightOf } from './confidence.ts';
import { serviceLike } from './death.ts';
import { isLooping } from './deathRules.ts';
import { type Finding, type Sighting, sighting } from './finding.ts';
import { isEarly } from './logRules.ts';
import { isMissed, settled } from './missed.ts';
import { rules } from './rules.ts';
import { isSuspect } from './suspect.ts';
import { atLimit, samplesOfRun } from './usage.ts';
import type { ServerView, ServiceView, World } from './world.ts';

/** Below this a hypothesis is not worth a line. */
const floor = 0.15;
/** What explains itself by nothing else: gives way where another category of the service is likely. */
const residual: ReadonlySet<Category> = new Set(['app_crash', 'app_error']);
/** What goes up and down; while it flaps, these are no issues of their own. */
const flapped: ReadonlySet<Category> = new Set(['app_crash', 'unhealthy', 'hang']);
const dayOld = 24 * 3_600_000;

/**
 * The issues of one service, likeliest first. Pure; renaming the service changes nothing but names. Without
 * `world` nothing is known of its peers.
 * A service that had been down for a day when we met it is history, not an issue.
 */
export function assess(view: ServiceView, server: ServerView | undefined, now: number, world?: World): readonly Issue[] {
  const { state } = view.service;
  if (!view.service.enabled || state === 'missing' || state === 'unknown' || server?.sight === 'lost') return [];
  const s = sighting(view, server, now, world);
  if (isHistory(s)) return [];
  const findings = withTrigger(rules.flatMap(rule => rule(s) ?? [])).map(marked);
  const issues = categoriesOf(findings)
    .map(category => issueOf(category, findings, s))
    .filter(issue => issue.confidence >= floor);
  const flapping = issues.some(issue => issue.category === 'flapping');
  // That it goes up and down says nothing about why, so that it leaves room for what its log tells.
  const specific = issues.some(issue => !residual.has(issue.category) && issue.category !== 'flapping' && issue.confidence >= 0.5);
  const kept = issues.filter(({ category }) => !(specific && residual.has(category)) && !(flapping && flapped.has(category)));
  return strongestFirst(kept).filter((issue, i) => i === 0 || (issue.confidence >= 0.5 && issue.category !== 'app_error'));
}

/** A finding, marked where its quote speaks to its reader: then it weighs nothing, for or against. */
type Marked = Finding & { readonly suspect: boolean };
const marked = (finding: Finding): Marked => ({ ...finding, suspect: finding.from === 'log' && isSuspect(finding.quote) });
const weigh = (finding: Marked, category: Category): number => (finding.suspect ? 0 : weightOf(finding.kind, category));

/** What set it off goes before how it died of it: the change is what a person can take back. */
const leads = (issue: Issue): boolean => issue.category === 'bad_change' && issue.confidence >= 0.5;

const strongestFirst = (issues: readonly Issue[]): Issue[] =>
  issues.toSorted((a, b) => Number(leads(b)) - Number(leads(a)) || b.confidence - a.confidence || (a.key < b.key ? -1 : 1));

function isHistory(s: Sighting): boolean {
  const { state } = s.view.service;
  return (state === 'exited' || state === 'created') && s.stop.at > 0 && s.view.known - s.stop.at > dayOld;
}

function categoriesOf(findings: readonly Marked[]): Category[] {
  const weighty = findings.filter(finding => finding.categories.some(category => weigh(finding, category) > 0));
  return [...new Set(weighty.flatMap(finding => finding.categories))];
}

function issueOf(category: Category, findings: readonly Marked[], s: Sighting): Issue {
  const { view, now } = s;
  const own = findings.filter(finding => finding.categories.includes(category));
  const items = own.map(finding => ({ ...finding, weight: weigh(finding, category) }));
  const against = findings
    .filter(finding => !own.includes(finding) && weigh(finding, category) < 0)
    .map(finding => ({ ...finding, weight: weigh(finding, category) }));
  const onset = onsetOf(
    items.filter(item => item.weight > 0).map(item => item.began ?? item.at),
    s,
  );
  const positive = items.filter(item => item.weight > 0);
  const confidence = score([...items, ...against], now, {
    // What nothing else explains may be explained in a log that cannot be read.
    unread: view.unseen !== undefined || (residual.has(category) && view.logsUnreadable !== undefined),
    // Last words are borne out by the death that followed them.
    logsOnly: positive.every(item => item.from === 'log' && item.kind !== 'words.last'),
    flapping: category === 'flapping',
    past: positive.every(item => !item.lasting && now - item.at > 15 * 60_000),
  });
  const evidence: Evidence[] = items.map((item, i) => ({
    id: `${view.service.name.slice(0, 40)}-${category}-${i + 1}`,
    kind: item.kind,
    what: item.what,
    from: item.from,
    at: item.at,
    weight: item.weight,
    ref: { quote: item.quote, where: item.where },
    ...(item.known === undefined ? {} : { known: item.known }),
    ...(item.suspect ? { suspect: true as const } : {}),
  }));
  const { name: channel } = channelOf(view.service);
  return {
    key: `${view.service.id}/${category}`,
    server: view.service.server,
    service: view.service.id,
    category,
    severity: severityOf(category, s),
    confidence,
    band: bandOf(confidence),
    evidence,
    ...(channel === undefined ? {} : { channel }),
    status: view.facts === undefined && view.service.kind === 'container' ? 'suspected' : 'confirmed',
    firstSeen: onset,
    lastSeen: now,
  };
}

function onsetOf(times: readonly number[], s: Sighting): number {
  if (isLooping(s.view, s.now)) return s.view.deaths.find(death => !death.intended && s.now - death.at <= 60 * 60_000)?.at ?? s.stop.at;
  const past = times.filter(at => at > 0 && at <= s.now);
  return past.length > 0 ? Math.min(...past) : s.view.service.since || s.now;
}

const killNews = 15 * 60_000;

/** As bad as what became of the service; `alive` where it runs on. */
const byFate =
  (alive: Severity) =>
  (s: Sighting): Severity => {
    if (s.stop.kind === 'unknown') return 'info';
    if (isLooping(s.view, s.now)) return 'critical';
    if (s.stop.kind === 'running') return settled(s) ? 'info' : alive;
    return serviceLike(s.view) ? 'critical' : 'error';
  };

/** It runs at its limit, and nothing was killed for it yet: it may go on so for long. */
function isOnlyNear({ view, stop }: Sighting): boolean {
  const newest = samplesOfRun(view).at(-1);
  const killed = view.facts?.oomKilled === true || view.moments.some(moment => moment.event === 'oom');
  return stop.kind === 'running' && !killed && newest !== undefined && atLimit.memory(newest);
}

/** One row per category: how bad it is here and now. */
const severities: Partial<Record<Category, (s: Sighting) => Severity>> = {
  app_crash: byFate('warning'),
  config_error: byFate('warning'),
  network: byFate('warning'),
  latency: byFate('warning'),
  bad_change: byFate('warning'),
  disk_full: byFate('error'),
  resource_limit: byFate('error'),
  oom: s => (s.stop.kind === 'oom' || isLooping(s.view, s.now) ? 'critical' : isOnlyNear(s) ? 'warning' : 'error'),
  start_error: s => (isLooping(s.view, s.now) ? 'critical' : 'error'),
  unhealthy: () => 'error',
  hang: () => 'error',
  // News of a run that has just begun may be its usual noise: not yet a warning.
  app_error: s => (isEarly(s) ? 'info' : 'warning'),
  // A stop is a state; a kill of something that ran is worth a look while it is news, and so is a stop of what others need.
  operator_action: s => (s.now - s.stop.at < killNews && (s.stop.because === 'docker kill' || isMissed(s)) ? 'warning' : 'info'),
  daemon_restart: () => 'warning',
};

const severityOf = (category: Category, s: Sighting): Severity => severities[category]?.(s) ?? 'warning';
