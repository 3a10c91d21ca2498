import { left } from '../act/ages.ts';
import { minutes, seconds } from '../base/time.ts';
import type { Beliefs } from '../engine/port.ts';
import { acknowledged, count, exclusions, leaseOf, openIssues, symptoms, worst } from './glance.ts';

/** The status bar item as a value. */
export interface StatusText {
  readonly text: string;
  readonly tooltip: string;
  /** What a screen reader says. */
  readonly says: string;
  /** Only a critical issue earns a background. */
  readonly alarm: boolean;
  /** A lease runs, so the text has to be made again after so many ms. */
  readonly again: number | undefined;
}

/** "2h 10m": short, because the status bar is. */
const brief = (until: number, now: number): string => left(until, now).replace(' h', 'h').replace(' min', 'm').replace(' s', 's');

function blindServers(beliefs: Beliefs): number {
  return [...beliefs.world.servers.values()].filter(server => server.sight === 'lost').length;
}

/** Dev mode outranks issues, and issues outrank blindness: the first thing a glance has to tell. */
export function statusText(beliefs: Beliefs, now: number): StatusText {
  const issues = openIssues(beliefs, now);
  const seen = acknowledged(beliefs, now).length;
  const below = symptoms(beliefs, now).length;
  const dev = leaseOf(beliefs, 'all', now);
  const blind = blindServers(beliefs);
  const out = exclusions(beliefs, now).length;
  const alarm = dev === undefined && worst(issues) === 'critical';
  const facts = [
    ...(dev === undefined ? [] : [`dev mode, ${brief(dev.until, now)} left`]),
    issues.length === 0 ? 'no open issues' : count(issues.length, 'open issue'),
    ...(seen > 0 ? [`${seen} acknowledged`] : []),
    ...(below > 0 ? [count(below, 'symptom')] : []),
    `${count(beliefs.shown.length, 'service')} watched`,
    ...(out > 0 ? [`${out} excluded`] : []),
    ...(blind > 0 ? [`${count(blind, 'server')} out of sight`] : []),
  ];
  const says = `Dozor: ${facts.join(', ')}`;
  const text = glance(dev?.until, issues.length, blind, now);
  return { text, tooltip: `${says}. Click for the menu.`, says, alarm, again: nextTick(beliefs, now) };
}

/** The last minute of dev mode counts seconds; before that a quarter of a minute is near enough. */
function nextTick(beliefs: Beliefs, now: number): number | undefined {
  const ends = beliefs.attention.leases.filter(lease => lease.until > now).map(lease => lease.until - now);
  if (ends.length === 0) return undefined;
  return Math.min(...ends) < minutes(1.5) ? seconds(1) : seconds(15);
}

function glance(devUntil: number | undefined, issues: number, blind: number, now: number): string {
  if (devUntil !== undefined) return `$(eye) dev ${brief(devUntil, now)}${issues > 0 ? ` $(warning) ${issues}` : ''}`;
  if (issues > 0) return `$(warning) ${issues}`;
  return blind > 0 ? '$(debug-disconnect) Dozor' : '$(shield) Dozor';
}
