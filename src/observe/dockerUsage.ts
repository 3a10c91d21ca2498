import type { Disposable } from '../base/emitter.ts';
import { type Clock, minutes, seconds } from '../base/time.ts';
import type { Facts, InstanceId, ServiceId } from '../model/service.ts';
import type { Usage } from '../model/usage.ts';
import { readSample, type Sample, usageSince } from './dockerStats.ts';

/** A container that runs. */
export interface UsageTarget {
  readonly service: ServiceId;
  readonly facts: Facts;
}

export interface UsageDeps {
  readonly clock: Clock;
  /** 0…1 */
  readonly random: () => number;
  /** Undefined when it does not run. */
  readonly target: (instance: InstanceId) => UsageTarget | undefined;
  readonly ask: (instance: InstanceId, signal: AbortSignal) => Promise<unknown>;
  readonly tell: (service: ServiceId, usage: Usage) => void;
  /** An ask was rejected. */
  readonly failed: (error: unknown) => void;
}

const width = 8;
/**
 * A sample costs the engine about a millisecond, so that everybody once a minute would be the larger part of all that is asked at rest.
 * Whoever can reach a limit, or was in trouble lately, is asked each minute; all others each five minutes, which is enough to know
 * what is usual; a suspect each five seconds, for two minutes at most.
 */
const every = { suspect: seconds(5), watched: minutes(1), calm: minutes(5) } as const;
const suspectFor = minutes(2);
/** Trouble within this time is one trouble: a restart loop does not make it a suspect for ever. */
const troubleFor = minutes(10);
/** The first sample of a run: of one that can reach a limit, and of one that was in trouble before, since it may not live long. */
const first = seconds(3);
const again = seconds(1);
/** So near to a limit it is a suspect. */
const near = 0.8;

interface Entry {
  timer?: Disposable;
  asking?: AbortController;
  before?: Sample;
  /** When its newest trouble began, steady ms. */
  trouble?: number;
  /** When it was asked last, steady ms; kept over ends, so that a restart loop is not asked faster than any suspect. */
  asked?: number;
  near?: boolean;
}

/** Samples what containers use while they run, 8 at once. Observes by facts alone: a limit, a death, an out-of-memory kill, health. */
export class DockerUsage {
  private readonly entries = new Map<InstanceId, Entry>();
  private readonly waiting = new Set<InstanceId>();
  private active = 0;
  private readonly deps: UsageDeps;

  constructor(deps: UsageDeps) {
    this.deps = deps;
  }

  /** Something is known anew of an instance: begins, goes on, or ends. */
  see(instance: InstanceId): void {
    const target = this.deps.target(instance);
    if (target === undefined) return this.drop(instance);
    if (target.facts.health === 'unhealthy') this.suspect(instance);
    if (this.idle(instance)) this.later(instance, this.firstWait(target.facts));
  }

  /** It died, or one of its processes was killed for memory. */
  suspect(instance: InstanceId): void {
    const [entry, now] = [this.entry(instance), this.deps.clock.steady()];
    if (entry.trouble !== undefined && now - entry.trouble < troubleFor) return;
    entry.trouble = now;
    if (entry.timer === undefined) return;
    entry.timer.dispose();
    this.later(instance, 0);
  }

  /** It does not run: no further sample, and one under way no longer counts. */
  drop(instance: InstanceId): void {
    const entry = this.entries.get(instance);
    if (entry === undefined) return;
    entry.timer?.dispose();
    entry.asking?.abort();
    this.waiting.delete(instance);
    const { trouble, asked } = entry;
    this.entries.set(instance, { ...(trouble === undefined ? {} : { trouble }), ...(asked === undefined ? {} : { asked }) });
  }

  /** It is gone for good. */
  forget(instance: InstanceId): void {
    this.drop(instance);
    this.entries.delete(instance);
  }

  close(): void {
    for (const instance of this.entries.keys()) this.forget(instance);
  }

  private entry(instance: InstanceId): Entry {
    const found = this.entries.get(instance) ?? {};
    this.entries.set(instance, found);
    return found;
  }

  private idle(instance: InstanceId): boolean {
    const { timer, asking } = this.entry(instance);
    return timer === undefined && asking === undefined && !this.waiting.has(instance);
  }

  private firstWait(facts: Facts): number {
    const share = this.deps.random();
    if (this.entry(facts.instance).trouble !== undefined) return again * (0.5 + 0.5 * share);
    // Who cannot reach a limit may wait: the first samples of many are spread over the whole time.
    return hasLimit(facts) ? first * (0.5 + 0.5 * share) : Math.max(first, every.calm * share);
  }

  private wait(instance: InstanceId, facts: Facts): number {
    const { trouble } = this.entry(instance);
    const since = trouble === undefined ? Number.POSITIVE_INFINITY : this.deps.clock.steady() - trouble;
    if (since < suspectFor) return every.suspect;
    if (since < troubleFor || hasLimit(facts)) return every.watched;
    return every.calm;
  }

  private later(instance: InstanceId, ms: number): void {
    const entry = this.entry(instance);
    const since = this.deps.clock.steady() - (entry.asked ?? Number.NEGATIVE_INFINITY);
    entry.timer = this.deps.clock.after(Math.max(Math.round(ms), every.suspect - since), () => {
      delete entry.timer;
      this.waiting.add(instance);
      this.pump();
    });
  }

  private pump(): void {
    for (const instance of this.waiting) {
      if (this.active >= width) return;
      this.waiting.delete(instance);
      const target = this.deps.target(instance);
      if (target === undefined) this.drop(instance);
      else void this.ask(instance, target);
    }
  }

  private async ask(instance: InstanceId, { service, facts }: UsageTarget): Promise<void> {
    const [entry, asking] = [this.entry(instance), new AbortController()];
    entry.asking = asking;
    entry.asked = this.deps.clock.steady();
    this.active++;
    try {
      const sample = readSample(await this.deps.ask(instance, asking.signal), facts);
      if (sample !== undefined && !asking.signal.aborted) this.take(entry, service, sample);
    } catch (error) {
      if (!asking.signal.aborted) this.deps.failed(error);
    } finally {
      this.active--;
      delete entry.asking;
      if (!asking.signal.aborted) this.later(instance, this.wait(instance, facts));
      this.pump();
    }
  }

  private take(entry: Entry, service: ServiceId, sample: Sample): void {
    const usage = usageSince(entry.before, sample);
    entry.before = sample;
    const isNear = nearLimit(usage);
    // It has just come near to a limit; one that always is there is not looked at closer for ever.
    if (isNear && entry.near !== true) this.suspect(usage.instance);
    entry.near = isNear;
    this.deps.tell(service, usage);
  }
}

const hasLimit = (facts: Facts): boolean => facts.memoryLimit !== undefined || facts.pidsLimit !== undefined;

const nearLimit = ({ memory = 0, memoryLimit, pids = 0, pidsLimit }: Usage): boolean =>
  (memoryLimit !== undefined && memory >= near * memoryLimit) || (pidsLimit !== undefined && pids >= near * pidsLimit);
