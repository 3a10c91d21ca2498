import { Emitter } from '../../src/base/emitter.ts';
import type { ServiceView } from '../../src/diagnose/world.ts';
import type { Beliefs, Engine, LogWant } from '../../src/engine/port.ts';
import type { Lease } from '../../src/model/attention.ts';
import type { LogLine } from '../../src/model/logs.ts';
import { clear, now, world } from '../act/some.ts';

/** Beliefs about some services on one server; only what differs is named. */
export function beliefs(views: readonly ServiceView[], over: Partial<Beliefs> = {}): Beliefs {
  return {
    at: now,
    world: world(views, clear),
    shown: views.map(each => each.service.id),
    scope: { by: 'all', detail: 'all containers', unmatched: [] },
    issues: [],
    incidents: [],
    attention: { leases: [] },
    ...over,
  };
}

export const lease = (scope: string, until: number): Lease => ({ id: scope, scope, by: 'person', reason: 'a test', since: now, until });

export const logLine = (text: string, over: Partial<LogLine> = {}): LogLine => ({ at: now, stamp: '', stream: 'out', text, ...over });

export interface FakeEngine {
  readonly engine: Engine;
  readonly wants: LogWant[];
  /** Makes the world another one and tells it. */
  see(next: Beliefs): void;
}

/** An engine whose log stretches are given one after the other; a function may change the world while it is read. */
export function fakeEngine(first: Beliefs, stretches: ((fake: FakeEngine) => readonly LogLine[])[]): FakeEngine {
  let present = first;
  const changes = new Emitter<Beliefs>();
  const wants: LogWant[] = [];
  const fake: FakeEngine = {
    wants,
    see(next) {
      present = next;
      changes.fire(next);
    },
    engine: {
      changed: changes.event,
      beliefs: () => present,
      async *readLogs(_service: string, want: LogWant) {
        wants.push(want);
        yield* stretches.shift()?.(fake) ?? [];
      },
    } as Partial<Engine> as Engine,
  };
  return fake;
}
