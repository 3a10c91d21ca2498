import { displaySafe } from '../base/safeText.ts';
import { minutes } from '../base/time.ts';
import { whyStopped } from '../diagnose/death.ts';
import type { ServiceView } from '../diagnose/world.ts';
import { ago, clockTime, span } from './ages.ts';
import { blindness, failed, most } from './answers.ts';
import type { Check, Found } from './investigation.ts';
import { plural } from './reportDoc.ts';
import { statusLine } from './statusLine.ts';

/** How far back events are told. */
const eventSpan = minutes(30);

function eventsOf(view: ServiceView, now: number): Found[] {
  const recent = view.moments.filter(({ at }) => now - at <= eventSpan);
  const shown = recent.slice(-most).map(({ event, at, signal }) => `${event}${signal === undefined ? '' : ` ${signal}`} ${clockTime(at)}`);
  return recent.length === 0 ? [] : [{ text: `${plural(recent.length, 'event')} in 30 min, newest last: ${shown.join(', ')}` }];
}

function deathsOf(view: ServiceView, now: number): Found[] {
  const rows = view.deaths.slice(-5).map(({ at, exit, oom, intended, ran }) => {
    const marks = [exit === undefined ? 'exit not known' : `exit ${exit}`, oom ? 'out of memory' : [], intended ? 'intended' : []].flat();
    return `${ago(at, now)} (${marks.join(', ')}${ran === undefined ? '' : `, ran ${span(ran)}`})`;
  });
  return rows.length === 0 ? [] : [{ text: `${plural(view.deaths.length, 'death')} in the ledger, newest last: ${rows.join('; ')}` }];
}

function healthOf({ facts }: ServiceView): Found[] {
  if (facts === undefined || !facts.hasHealthcheck) return [];
  const streak = facts.failingStreak > 0 ? `, failed ${facts.failingStreak} times in a row` : '';
  const last = facts.healthLast;
  const text = `health check: ${facts.health === 'none' ? 'not judged while it does not run' : facts.health}${streak}${last === undefined ? '' : `, last exit ${last.exit}`}`;
  return [{ text, ...(last === undefined || last.output === '' ? {} : { quotes: [last.output] }) }];
}

const meant: ReadonlySet<string> = new Set(['running', 'by-hand', 'finished', 'created', 'paused']);

/** Why it stopped, its deaths and newest events, and what its health check says. */
export const stateCheck: Check = subject => {
  const { view, world, now } = subject;
  const blind = blindness(subject);
  if (blind !== undefined) return failed(blind);
  const server = world.servers.get(view.service.server);
  const stop = whyStopped(view, server?.gap);
  const because =
    stop.kind === 'running' ? [] : [{ text: `${displaySafe(stop.because, 200)}${stop.inferred ? ' (inferred, not seen)' : ''}` }];
  const failure = view.facts?.error === undefined ? [] : [{ text: 'the engine said when it was started', quotes: [view.facts.error] }];
  const unmeant = view.deaths.some(({ at, intended }) => !intended && now - at <= eventSpan);
  return {
    status: 'ok',
    interesting: !meant.has(stop.kind) || unmeant || (view.facts?.failingStreak ?? 0) > 0,
    findings: [
      { text: statusLine(view, server, now) },
      ...because,
      ...failure,
      ...deathsOf(view, now),
      ...eventsOf(view, now),
      ...healthOf(view),
    ],
  };
};
