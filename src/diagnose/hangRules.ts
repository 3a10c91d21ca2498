import { displaySafe } from '../base/safeText.ts';
import { type Finding, inspectWhere, logWhere, type Rule, type Sighting } from './finding.ts';
import { isThere, needsNow } from './needsNow.ts';

/** Its health check gets no answer in time, while it runs: only then silence and healthy peers tell something. */
const givesNoAnswer = ({ view, stop }: Sighting): boolean =>
  view.facts?.health === 'unhealthy' && stop.kind === 'running' && view.facts.healthLast?.exit === -1;

/** It waits for nobody else. */
function aliveFinding(s: Sighting): Finding | undefined {
  const { world, view, now } = s;
  if (world === undefined || !givesNoAnswer(s)) return undefined;
  const needs = needsNow(view, world, now).map(id => world.services.get(id));
  if (needs.some(need => !isThere(need, now))) return undefined;
  const names = needs.flatMap(need => (need === undefined ? [] : displaySafe(need.service.name, 60))).slice(0, 5);
  return {
    kind: 'alive.deps',
    categories: ['hang'],
    what: names.length === 0 ? 'nothing is known that it needs and could wait for' : `what it needs is there: ${names.join(', ')}`,
    from: 'inspect',
    at: now,
    lasting: true,
    quote: names.length === 0 ? 'no needs' : names.join(', '),
    where: inspectWhere(s),
  };
}

const leastSilence = 60_000;
const leastLines = 5;

/**
 * Silent for three times its usual gap between lines. The usual is learnt from lines that came while we watched: a log that is not
 * followed looks silent, too.
 */
function quietFinding(s: Sighting): Finding | undefined {
  const { logs, known, service } = s.view;
  if (logs === undefined || !givesNoAnswer(s) || logs.lines < leastLines || logs.instance !== service.instance) return undefined;
  const gap = (logs.to - logs.from) / (logs.lines - 1);
  const enough = Math.max(leastSilence, 3 * gap);
  const silent = s.now - logs.to;
  if (logs.to - known < enough || silent < enough) return undefined;
  return {
    kind: 'quiet.log',
    categories: ['hang'],
    what: `it has logged nothing for ${Math.round(silent / 1000)} s, and usually does every ${Math.max(1, Math.round(gap / 1000))} s`,
    from: 'log',
    at: s.now,
    began: logs.to,
    lasting: true,
    quote: displaySafe(logs.last.at(-1)?.text ?? '', 300),
    where: logWhere(s),
  };
}

export const hangRules: readonly Rule[] = [aliveFinding, quietFinding];
