import { checks } from '../act/checks.ts';
import { investigate } from '../act/investigate.ts';
import type { Investigation, Progress } from '../act/investigation.ts';
import type { Clock } from '../base/time.ts';
import type { ServiceId } from '../model/service.ts';
import type { Engine } from './port.ts';

/** Entries of the timeline that are searched for earlier incidents. */
const remembered = 500;

type Readers = Pick<Engine, 'triage' | 'beliefs' | 'readLogs' | 'timeline'>;

/** Hands an investigation what the engine knows and can read. */
export function investigation(
  engine: Readers,
  clock: Clock,
  service: ServiceId,
  signal: AbortSignal,
  progress?: Progress,
): Promise<Investigation> {
  const subject = () => {
    const { world, issues, incidents } = engine.beliefs();
    const view = world.services.get(service);
    if (view === undefined) throw new Error(`There is no service ${service}. List the services to see their names.`);
    return { view, world, issues: issues.filter(issue => issue.service === service), incidents, now: clock.now() };
  };
  const needs = {
    clock,
    subject,
    prepare: (ending: AbortSignal) => engine.triage(ending),
    readLogs: (tail: number, ending: AbortSignal) => engine.readLogs(service, { tail, follow: false }, ending),
    history: () => engine.timeline({ service, limit: remembered }),
  };
  return investigate(checks, needs, signal, progress);
}
