import type { Disposable } from '../base/emitter.ts';
import { type Clock, seconds } from '../base/time.ts';
import type { Answer } from '../connect/http.ts';
import type { Allowed } from '../connect/probeUrl.ts';
import type { InstanceId, ServiceId } from '../model/service.ts';

export interface ProbeTarget extends Allowed {
  readonly service: ServiceId;
  readonly url: URL;
}

export interface ProbeDeps {
  readonly clock: Clock;
  /** 0…1 */
  readonly random: () => number;
  /** What to ask of an instance; undefined when it does not run, or wants nothing asked. */
  readonly target: (instance: InstanceId) => ProbeTarget | undefined;
  /** Must not reject. */
  readonly ask: (url: URL, allowed: Allowed, signal: AbortSignal) => Promise<Answer>;
  readonly tell: (instance: InstanceId, service: ServiceId, answer: Answer) => void;
}

const width = 8;
const apart = seconds(10);
const every = seconds(30);

/** Asks the health check URLs of containers while they run: every half minute, 8 at once, one container never within 10 s. */
export class HttpProbes {
  private readonly timers = new Map<InstanceId, Disposable>();
  private readonly waiting = new Set<InstanceId>();
  private readonly active = new Map<InstanceId, AbortController>();
  /** When each was asked last, steady ms; kept over stops, so that a restart loop does not ask faster. */
  private readonly asked = new Map<InstanceId, number>();
  private readonly deps: ProbeDeps;

  constructor(deps: ProbeDeps) {
    this.deps = deps;
  }

  /** Something is known anew of an instance: begins, goes on, or ends. */
  see(instance: InstanceId): void {
    if (this.deps.target(instance) === undefined) return this.drop(instance);
    if (this.timers.has(instance) || this.waiting.has(instance) || this.active.has(instance)) return;
    // A service that has just begun to run gets a moment to open its port.
    this.later(instance, Math.round(seconds(2 + 3 * this.deps.random())));
  }

  /** It stopped: no further question, and an answer under way no longer counts. */
  drop(instance: InstanceId): void {
    this.timers.get(instance)?.dispose();
    this.timers.delete(instance);
    this.waiting.delete(instance);
    this.active.get(instance)?.abort();
    this.active.delete(instance);
  }

  /** It is gone for good. */
  forget(instance: InstanceId): void {
    this.drop(instance);
    this.asked.delete(instance);
  }

  close(): void {
    for (const instance of [...this.timers.keys(), ...this.waiting, ...this.active.keys()]) this.drop(instance);
  }

  private later(instance: InstanceId, ms: number): void {
    const since = this.deps.clock.steady() - (this.asked.get(instance) ?? Number.NEGATIVE_INFINITY);
    const timer = this.deps.clock.after(Math.max(ms, apart - since), () => {
      this.timers.delete(instance);
      this.waiting.add(instance);
      this.pump();
    });
    this.timers.set(instance, timer);
  }

  private pump(): void {
    for (const instance of this.waiting) {
      if (this.active.size >= width) return;
      this.waiting.delete(instance);
      const target = this.deps.target(instance);
      if (target === undefined) this.forget(instance);
      else void this.ask(instance, target);
    }
  }

  private async ask(instance: InstanceId, target: ProbeTarget): Promise<void> {
    const { clock, random, ask, tell } = this.deps;
    const life = new AbortController();
    this.active.set(instance, life);
    this.asked.set(instance, clock.steady());
    const answer = await ask(target.url, target, life.signal);
    if (!life.signal.aborted) {
      this.active.delete(instance);
      this.later(instance, Math.round(every * (0.8 + 0.4 * random())));
      tell(instance, target.service, answer);
    }
    this.pump();
  }
}
