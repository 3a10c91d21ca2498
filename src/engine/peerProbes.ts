import { LruMap } from '../base/bounded.ts';
import type { Disposable } from '../base/emitter.ts';
import { eachLimited } from '../base/limit.ts';
import { type Log, reasonOf } from '../base/log.ts';
import { redact } from '../base/redact.ts';
import { displaySafe } from '../base/safeText.ts';
import { type Clock, minutes, pause, seconds } from '../base/time.ts';
import { type NamedPeer, newestNamed } from '../diagnose/namedPeers.ts';
import type { ServiceView, World } from '../diagnose/world.ts';
import type { Observation } from '../model/observation.ts';
import { isUp, type PeerProbe, type PeerRound } from '../model/probe.ts';
import type { Facts, ServiceId } from '../model/service.ts';
import type { Keeper } from './keeper.ts';
import type { Links } from './links.ts';

/** A line this old names a peer no more. */
const newsFor = minutes(2);
const settleMs = 500;
/** Most rounds in a minute that nobody asked for. */
const perMinute = 6;
const width = 4;
/** The same question is not put again for this long; sooner where nothing was learned. */
const again = minutes(10);
const soonAgain = seconds(30);
/** A peer that began to run gets this long to open its ports, ms. */
const youngFor = seconds(5);
/** How long a triage waits for answers, ms. */
const triageMs = 800;
/** Most peers of one investigation. */
const mostPeers = 6;

interface Deps {
  readonly clock: Clock;
  readonly log: Log;
  readonly links: Pick<Links, 'target'>;
  readonly world: () => World;
  readonly emit: (seen: Observation) => void;
  /** Takes in at once what was emitted. */
  readonly drain: () => void;
}

interface Wish extends Partial<NamedPeer> {
  readonly peer: ServiceId;
}

/** It runs, and nothing of its own says that it is in trouble: only a question can tell. */
const looksWell = (view: ServiceView | undefined): boolean =>
  view?.service.state === 'running' && view.service.enabled && view.facts?.health !== 'unhealthy' && view.facts?.health !== 'starting';

/** Something that will stay so: it takes the connection, or keeps who asks waiting. A port that is closed may open yet. */
const conclusive = ({ answers, named }: PeerProbe): boolean =>
  answers.some(answer => isUp(answer) || answer.outcome === 'silent') &&
  !answers.some(({ port, outcome }) => port === named && outcome === 'refused');

/** Asks peers on behalf of services whose errors name them, though they look well: once per question and state, a few in a minute. */
export class PeerProbes implements Keeper {
  private readonly dirty = new Set<ServiceId>();
  /** Question and state of the peer → when it may be put again, steady ms. */
  private readonly due = new LruMap<string, number>(500);
  private spent: number[] = [];
  private timer: Disposable | undefined;
  private running: Promise<void> = Promise.resolve();
  private readonly life = new AbortController();
  private readonly deps: Deps;

  constructor(deps: Deps) {
    this.deps = deps;
  }

  /** Takes note of services with new errors; adds nothing to what is known, which comes as observations. */
  settle(world: World, changed: ReadonlySet<ServiceId>): World {
    const { clock } = this.deps;
    for (const id of changed) {
      const newest = world.services.get(id)?.logs?.errors.at(-1)?.at;
      if (newest !== undefined && clock.now() - newest <= newsFor) this.dirty.add(id);
    }
    this.schedule();
    return world;
  }

  private schedule(): void {
    if (this.dirty.size > 0 && !this.life.signal.aborted) this.timer ??= this.deps.clock.after(settleMs, () => void this.run());
  }

  private later(id: ServiceId): void {
    this.dirty.add(id);
    this.schedule();
  }

  /** Takes in all that was seen and puts what it asks for now; resolves with the answers taken in, after 800 ms in any case. */
  async now(signal: AbortSignal): Promise<void> {
    const { clock, drain } = this.deps;
    drain();
    if (this.dirty.size > 0) await Promise.race([this.run(), pause(clock, triageMs, signal)]);
    drain();
  }

  private run(): Promise<void> {
    this.timer?.dispose();
    this.timer = undefined;
    const ids = [...this.dirty];
    this.dirty.clear();
    this.running = this.running.then(() => this.askFor(ids));
    return this.running;
  }

  private async askFor(ids: readonly ServiceId[]): Promise<void> {
    const { clock, world } = this.deps;
    const now = world();
    const wishes = ids.flatMap(id => {
      const view = now.services.get(id);
      if (view === undefined || !view.service.enabled) return [];
      return newestNamed(view, now, clock.now() - newsFor).map(wish => ({ view, wish }));
    });
    const due = wishes.filter(({ wish }) => wish.complaint !== 'none' && looksWell(now.services.get(wish.peer)));
    await eachLimited(due, width, ({ view, wish }) => this.askOnce(view.service.id, wish, now.services.get(wish.peer)?.facts));
  }

  /** Puts a question unless it was put of late; a peer that has just begun to run is asked a little later. */
  private async askOnce(id: ServiceId, wish: NamedPeer, peer: Facts | undefined): Promise<void> {
    const { clock, log } = this.deps;
    const key = JSON.stringify([id, wish.peer, wish.port, wish.complaint, peer?.instance, peer?.startedExact]);
    if (clock.now() - (peer?.startedAt ?? 0) < youngFor) return this.later(id);
    if (!this.mayAsk(key)) return;
    const { told } = await this.ask(id, wish, this.life.signal);
    if (typeof told === 'string') log.debug(`peer ${wish.peer} was not asked: ${told}`);
    const learned = typeof told === 'string' || conclusive(told);
    this.due.set(key, clock.steady() + (learned ? again : soonAgain));
  }

  private mayAsk(key: string): boolean {
    const now = this.deps.clock.steady();
    if (now < (this.due.get(key) ?? Number.NEGATIVE_INFINITY)) return false;
    this.spent = this.spent.filter(at => now - at < seconds(60));
    if (this.spent.length >= perMinute) return false;
    this.spent.push(now);
    this.due.set(key, now + again);
    return true;
  }

  /** Asks all that a service needs or complains of, and the service itself where others complain of it, for somebody who wants to know now. Never rejects. */
  async askAll(id: ServiceId, signal: AbortSignal): Promise<readonly PeerRound[]> {
    const world = this.deps.world();
    const view = world.services.get(id);
    if (view === undefined) return [];
    const named = newestNamed(view, world, this.deps.clock.now() - again);
    const others = view.service.dependsOn.filter(need => !named.some(({ peer }) => peer === need)).map(peer => ({ peer }));
    const wishes = [...named, ...others].map(wish => ({ dependant: id, wish }));
    const running = [...wishes, ...this.complaintsOf(id)].filter(({ wish }) => world.services.get(wish.peer)?.service.state === 'running');
    const both = AbortSignal.any([signal, this.life.signal]);
    return Promise.all(running.slice(0, mostPeers).map(({ dependant, wish }) => this.ask(dependant, wish, both)));
  }

  /** What others of its place complain of in it: it is asked as they ask. */
  private complaintsOf(id: ServiceId): { dependant: ServiceId; wish: Wish }[] {
    const world = this.deps.world();
    return [...world.services.values()].flatMap(view => {
      const named = newestNamed(view, world, this.deps.clock.now() - newsFor).find(({ peer }) => peer === id);
      return named === undefined ? [] : [{ dependant: view.service.id, wish: named }];
    });
  }

  private async ask(
    dependant: ServiceId,
    { peer, port, complaint = 'none', http = false, line }: Wish,
    signal: AbortSignal,
  ): Promise<PeerRound> {
    const named = port === undefined ? {} : { named: port };
    const { clock, links, world } = this.deps;
    try {
      const { link, target } = links.target(peer, world());
      const answers = (await link.probePeer?.(target, { ...named, complaint, http }, signal)) ?? 'it has no ports that could be asked';
      if (typeof answers === 'string') return { peer, told: answers };
      const said = line === undefined ? '' : displaySafe(redact(line.text), 300);
      const probe: PeerProbe = { at: clock.now(), dependant, peer, ...named, complaint, answers, said };
      const seen = { at: probe.at, plusMinus: 0, server: link.server.id, how: 'live' as const };
      this.deps.emit({ ...seen, kind: 'peer-probe', service: dependant, probe });
      return { peer, told: probe };
    } catch (error) {
      return { peer, told: reasonOf(error) };
    }
  }

  /** What was learned is of services that may be gone: the world begins anew. */
  begin(): void {
    this.timer?.dispose();
    this.timer = undefined;
    this.dirty.clear();
  }

  dispose(): void {
    this.begin();
    this.life.abort();
  }
}
