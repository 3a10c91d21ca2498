import { displaySafe } from '../base/safeText.ts';
import { probeWords } from '../model/probe.ts';
import { type Finding, inspectWhere, type Rule, type Sighting } from './finding.ts';
import { recognise } from './knownPatterns.ts';
import { failedProbes } from './probes.ts';

function oomEventFinding(s: Sighting): Finding | undefined {
  const event = s.view.moments.findLast(moment => moment.event === 'oom');
  if (event === undefined || s.now - event.at > 15 * 60_000) return undefined;
  const down = s.stop.kind === 'oom';
  return {
    kind: 'oom.event',
    categories: ['oom'],
    what: 'the kernel killed one of its processes for the memory limit',
    from: 'event',
    at: event.at,
    lasting: down,
    quote: 'event oom',
    where: 'engine events',
  };
}

function oomFlagFinding(s: Sighting): Finding | undefined {
  const { facts } = s.view;
  const fresh = facts?.finishedAt !== undefined && (s.stop.kind === 'oom' || s.now - facts.finishedAt <= 15 * 60_000);
  if (facts === undefined || !facts.oomKilled || !fresh || s.stop.kind === 'by-hand') return undefined;
  const limit = facts.memoryLimit === undefined ? '' : `, limit ${Math.round(facts.memoryLimit / 1048576)} MiB`;
  const quote = facts.unitResult === 'oom-kill' ? 'result oom-kill' : `OOMKilled true, exit ${facts.exitCode ?? '?'}${limit}`;
  return {
    kind: 'oom.flag',
    categories: ['oom'],
    what: 'its last run ended out of memory',
    from: 'inspect',
    at: facts.finishedAt ?? s.now,
    lasting: s.stop.kind === 'oom',
    quote,
    where: inspectWhere(s),
  };
}

function startFinding(s: Sighting): Finding | undefined {
  if (s.stop.kind !== 'start-error') return undefined;
  const found = recognise(s.view.facts?.error ?? s.stop.because, 'error');
  return {
    kind: 'start.error',
    categories: ['start_error'],
    what: 'the engine could not start it',
    from: 'inspect',
    at: s.stop.at,
    lasting: true,
    quote: displaySafe(s.stop.because, 300),
    where: inspectWhere(s),
    ...(found === undefined ? {} : { known: { row: found.row.id, ...found.values } }),
  };
}

function healthFinding(s: Sighting): Finding | undefined {
  const { facts } = s.view;
  // The engine also says "unhealthy" of paused containers and during a slow stop.
  if (facts?.health !== 'unhealthy' || s.stop.kind !== 'running') return undefined;
  const output = facts.healthLast === undefined ? 'no output' : `exit ${facts.healthLast.exit}: ${facts.healthLast.output || 'no output'}`;
  return {
    kind: 'health.state',
    // A check that gets no answer, again and again, is how a hang looks from outside.
    categories: facts.healthLast?.exit === -1 ? ['unhealthy', 'hang'] : ['unhealthy'],
    what: `its health check failed ${facts.failingStreak} times in a row`,
    from: 'inspect',
    at: s.now,
    lasting: true,
    quote: displaySafe(output, 300),
    where: inspectWhere(s),
  };
}

function hangFinding(s: Sighting): Finding | undefined {
  const { facts } = s.view;
  if (facts?.health !== 'unhealthy' || s.stop.kind !== 'running' || facts.healthLast?.exit !== -1) return undefined;
  return {
    kind: 'hang.timeout',
    categories: ['hang'],
    what: 'its health check gets no answer in time',
    from: 'inspect',
    at: s.now,
    lasting: true,
    quote: displaySafe(facts.healthLast.output, 300),
    where: inspectWhere(s),
  };
}

function probeFinding(s: Sighting): Finding | undefined {
  const failed = failedProbes(s.view, s.now);
  const [first, last] = [failed[0], failed.at(-1)];
  if (first === undefined || last === undefined || s.stop.kind !== 'running') return undefined;
  return {
    kind: 'probe.fail',
    categories: ['unhealthy'],
    what: `its health check URL failed ${failed.length} times in a row`,
    from: 'probe',
    at: last.at,
    began: first.at,
    lasting: true,
    quote: probeWords(last),
    where: 'label dozor.healthcheck.url',
  };
}

export const stateRules: readonly Rule[] = [oomEventFinding, oomFlagFinding, startFinding, healthFinding, hangFinding, probeFinding];
