import { checks } from '../act/checks.ts';
import { investigate } from '../act/investigate.ts';
import type { Investigation, Progress, Subject } from '../act/investigation.ts';
import { LruMap } from '../base/bounded.ts';
import { type Clock, seconds } from '../base/time.ts';
import type { ServiceId } from '../model/service.ts';
import type { PeerProbes } from './peerProbes.ts';
import type { Engine } from './port.ts';

/** Entries of the timeline that are searched for earlier incidents. */
const remembered = 500;
/** A log that nobody follows may have gone on unseen: no answer is given twice for longer, ms. */
const sameFor = seconds(30);

interface Deps {
  readonly clock: Clock;
  readonly peers: Pick<PeerProbes, 'askAll'>;
  /** Takes in at once what was emitted. */
  readonly drain: () => void;
}

interface Kept {
  /** All that it looked at, by identity: a view is made anew when anything of it changes. */
  readonly seen: readonly unknown[];
  readonly until: number;
  readonly found: Investigation;
}

type Readers = Pick<Engine, 'triage' | 'beliefs' | 'readLogs' | 'timeline'>;

/** Hands investigations what the engine knows and can read, and answers the same question from the last result while nothing changed. */
export class Investigations {
  private readonly kept = new LruMap<ServiceId, Kept>(50);
  private readonly engine: Readers;
  private readonly deps: Deps;

  constructor(engine: Readers, deps: Deps) {
    this.engine = engine;
    this.deps = deps;
  }

  async run(service: ServiceId, signal: AbortSignal, progress?: Progress): Promise<Investigation> {
    const { engine, deps } = this;
    const same = this.same(service);
    if (same !== undefined) return same;
    const needs = {
      clock: deps.clock,
      subject: () => this.subject(service),
      prepare: (ending: AbortSignal) => engine.triage(ending),
      readLogs: (tail: number, ending: AbortSignal) => engine.readLogs(service, { tail, follow: false }, ending),
      askPeers: (ending: AbortSignal) => deps.peers.askAll(service, ending),
      history: () => engine.timeline({ service, limit: remembered }),
    };
    const found = await investigate(checks, needs, signal, progress);
    const until = deps.clock.steady() + sameFor;
    if (!found.cancelled && found.notSeen.length === 0) this.kept.set(service, { seen: this.seenFor(service), until, found });
    return found;
  }

  private same(service: ServiceId): Investigation | undefined {
    const kept = this.kept.get(service);
    if (kept === undefined || this.deps.clock.steady() > kept.until) return undefined;
    this.deps.drain();
    const seen = this.seenFor(service);
    return seen.length === kept.seen.length && seen.every((each, i) => each === kept.seen[i]) ? kept.found : undefined;
  }

  private seenFor(service: ServiceId): readonly unknown[] {
    const { world } = this.engine.beliefs();
    const view = world.services.get(service);
    const others = [...world.services.values()].filter(
      ({ service: { dependsOn, id } }) => dependsOn.includes(service) || view?.service.dependsOn.includes(id),
    );
    return [view, view === undefined ? undefined : world.servers.get(view.service.server)?.sight, ...others];
  }

  private subject(service: ServiceId): Subject {
    this.deps.drain();
    const { world, issues, incidents } = this.engine.beliefs();
    const view = world.services.get(service);
    if (view === undefined) throw new Error(`There is no service ${service}. List the services to see their names.`);
    return { view, world, issues: issues.filter(issue => issue.service === service), incidents, now: this.deps.clock.now() };
  }

  /** Something was done: what was found before it is of no use. */
  clear(): void {
    this.kept.clear();
  }
}
