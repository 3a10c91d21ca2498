import type { Category } from '../model/issue.ts';
import { changesText } from './changeWords.ts';
import { isLooping } from './deathRules.ts';
import { type Finding, inspectWhere, type Rule, type Sighting } from './finding.ts';
import { isThere, needsNow } from './needsNow.ts';
import { failedProbes } from './probes.ts';

/** Trouble that begins later has other causes; ms. */
const blamedFor = 60 * 60_000;
const soon = 5 * 60_000;
const peace = 60 * 60_000;
const newsFor = 15 * 60_000;
/** The engine notes the start of a run a little after it began. */
const slack = 2000;

/** Moments since the change at which something went wrong with the present instance, ms. A line in a log is none: it may always be there. */
function troubles({ view, stop, now }: Sighting): number[] {
  const own = view.deaths.filter(death => !death.intended && death.instance === view.service.instance).map(death => death.at);
  const kills = view.moments.filter(moment => moment.event === 'oom' && moment.instance === view.service.instance).map(moment => moment.at);
  const ended = stop.kind === 'crash' || stop.kind === 'oom' || stop.kind === 'start-error' ? [stop.at] : [];
  const probes = stop.kind === 'running' ? failedProbes(view, now).map(probe => probe.at) : [];
  return [...own, ...kills, ...ended, ...probes, ...unhealthySince(view, stop.kind === 'running')];
}

function unhealthySince(view: Sighting['view'], runs: boolean): number[] {
  if (!runs || view.facts?.health !== 'unhealthy') return [];
  return [view.moments.findLast(moment => moment.event === 'health')?.at ?? view.facts.startedAt ?? view.service.since];
}

/** It is down, comes back only to die again, or is unwell. */
const goesOn = ({ view, stop, now }: Sighting): boolean =>
  stop.kind !== 'running' || isLooping(view, now) || view.facts?.health === 'unhealthy';

/** When the trouble began that a change explains, ms: after it and within the hour, still news, and while all that it needs is there. */
function onsetOf(s: Sighting): number | undefined {
  const { deploy } = s.view;
  const { kind } = s.stop;
  if (deploy === undefined || kind === 'by-hand' || kind === 'by-daemon' || kind === 'finished') return undefined;
  const since = troubles(s).filter(at => at >= deploy.at - slack);
  const onset = Math.min(...since);
  const isNews = goesOn(s) || s.now - Math.max(...since) <= newsFor;
  return onset - deploy.at <= blamedFor && isNews && !isExcused(s) ? Math.max(onset, deploy.at) : undefined;
}

/** What it needs is down: that explains more than what it is made from. */
const isExcused = ({ view, world, now }: Sighting): boolean =>
  world !== undefined && needsNow(view, world, now).some(id => !isThere(world.services.get(id), now));

function changeFindings(s: Sighting): readonly Finding[] {
  const { deploy } = s.view;
  const onset = onsetOf(s);
  if (deploy === undefined || onset === undefined) return [];
  const quote = changesText(deploy.changes);
  const finding = (kind: string, what: string): Finding => ({
    kind,
    categories: ['bad_change'],
    what,
    from: 'change',
    at: onset,
    lasting: goesOn(s),
    quote,
    where: inspectWhere(s),
  });
  const minutes = Math.round(deploy.stableFor / 60_000);
  return [
    finding('change.image', `it fails since it was changed: ${quote}`),
    ...(deploy.stableFor >= peace ? [finding('change.stable', `what it was before ran for ${minutes} min without trouble`)] : []),
    ...(onset - deploy.at <= soon
      ? [finding('change.recent', `it began ${Math.round((onset - deploy.at) / 1000)} s after the change`)]
      : []),
  ];
}

export const changeRules: readonly Rule[] = [changeFindings];

const mechanisms = /^(?:death|oom|start|health|probe)\./;
const blamed: Category = 'bad_change';

/** How it died, or that it is unwell, speaks for the change as well where one came before. */
export function withTrigger(findings: readonly Finding[]): readonly Finding[] {
  if (!findings.some(finding => finding.kind === 'change.image')) return findings;
  return findings.map(finding => (mechanisms.test(finding.kind) ? { ...finding, categories: [...finding.categories, blamed] } : finding));
}
