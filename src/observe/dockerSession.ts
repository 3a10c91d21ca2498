import type { Log } from '../base/log.ts';
import { type Clock, hours, minutes, seconds } from '../base/time.ts';
import { ApiError, connectionError, keepsTrying } from '../connect/apiError.ts';
import type { ByteStream, DockerApi } from '../connect/dockerApi.ts';
import { sinceNano } from '../connect/stamps.ts';
import type { InstanceId, ServerId } from '../model/service.ts';
import { type EngineEvent, type EventReader, lifecycleOf, readStream } from './dockerEvents.ts';
import type { DockerInventory } from './dockerInventory.ts';
import type { DockerLogs } from './dockerLogs.ts';
import { lookAt, lookAtEach, type News, readList } from './dockerLook.ts';
import { EventQueue } from './eventQueue.ts';
import { Inspector } from './inspector.ts';
import { watchStart } from './refusedStarts.ts';
import type { ServerClock } from './serverClock.ts';
import { Strangers } from './strangers.ts';
import { Timers } from './timers.ts';

export interface SessionDeps {
  readonly server: ServerId;
  readonly api: DockerApi;
  readonly inventory: DockerInventory;
  readonly reader: EventReader;
  readonly logs: DockerLogs;
  readonly clock: Clock;
  readonly serverClock: ServerClock;
  readonly log: Log;
  /** `at`: ms on the server's clock; now when absent. */
  readonly tell: (news: News, at?: number) => void;
}

const reconcileEvery = minutes(1);
/** How far back a first look asks the engine for what it still remembers. */
const lookBack = hours(1);
const settleMs = 50;
const stormPause = 500;
const followAfter = seconds(3);

/** These change nothing that an inspect would show, or come with another event that does. */
const inspectless: ReadonlySet<EngineEvent['event']> = new Set(['kill', 'stop', 'restart']);

/**
 * One connection to an engine: subscribe, look at everything, then follow what happens, until the connection is lost.
 * Facts come after the events that led to them, so that the newest word is the surest.
 */
export class DockerSession {
  private readonly life = new AbortController();
  private readonly queue: EventQueue;
  private readonly inspector = new Inspector(id => this.inspect(id));
  private readonly strangers = new Strangers();
  private readonly timers: Timers;
  /** Newest event per instance, ms: a look that was asked for after it is not older than it. */
  private readonly lastEvent = new Map<InstanceId, number>();
  /** Began to run; their logs are followed once inspect has said how. */
  private readonly begun = new Set<InstanceId>();
  private lose: (error: ApiError) => void = () => undefined;
  private checking = false;
  private readonly deps: SessionDeps;

  constructor(deps: SessionDeps) {
    this.deps = deps;
    this.timers = new Timers(deps.clock);
    this.queue = new EventQueue(deps.clock.steady, event => this.take(event));
  }

  /** Resolves to why the session ended; it never rejects. */
  async run(outer: AbortSignal): Promise<ApiError> {
    const end = (): void => this.lose(new ApiError('aborted', 'Watching was ended.', ''));
    const lost = new Promise<ApiError>(resolve => {
      this.lose = resolve;
    });
    outer.addEventListener('abort', end, { once: true });
    this.begin().catch(error => this.lost(error));
    const why = await lost;
    outer.removeEventListener('abort', end);
    this.queue.stop();
    this.inspector.clear();
    this.timers.dispose();
    this.deps.logs.close();
    this.life.abort();
    return why;
  }

  private lost(error: unknown): void {
    this.lose(connectionError(error, this.deps.api.where));
  }

  private async begin(): Promise<void> {
    const { api, reader, clock, logs } = this.deps;
    const { signal } = this.life;
    reader.reopen();
    const since = reader.newest ?? `${Math.floor((clock.now() - lookBack) / 1000)}000000000`;
    this.listen(await api.events(sinceNano(since), signal));
    await this.lookAtAll();
    this.queue.start();
    await logs.readAll(signal);
    if (signal.aborted) return;
    this.deps.tell({ kind: 'synced' });
    this.timers.every('reconcile', reconcileEvery, () => this.reconcile());
    this.timers.later('follow', followAfter, () => logs.followAll(signal));
  }

  private listen(stream: ByteStream): void {
    const { api, reader } = this.deps;
    // A ping tells more than an end.
    const lose = (): void => this.lose(new ApiError('lost', `The connection to ${api.where} ended.`, keepsTrying));
    const ended = (): void => void this.check().then(lose);
    readStream(stream, reader, { event: event => this.queue.push(event), moved: id => this.moved(id), ended });
  }

  private async lookAtAll(): Promise<void> {
    const { api, inventory, tell, serverClock } = this.deps;
    const { signal } = this.life;
    await serverClock.ask(api, signal);
    const asked = serverClock.now();
    inventory.takeList(await readList(api, signal));
    const looks = await lookAtEach(api, inventory, signal);
    if (signal.aborted) return;
    tell({ kind: 'inventory', services: inventory.services() }, asked);
    for (const event of this.queue.take()) this.replay(event, asked);
    for (const news of looks) tell(news, asked);
    tell({ kind: 'sight', clear: true });
  }

  /** What happened before the look is told, and needs no further look. */
  private replay(event: EngineEvent, asked: number): void {
    if (event.at > asked - settleMs) this.take(event);
    else if (this.deps.inventory.has(event.instance)) this.tellEvent(event);
  }

  /** One list, and an inspect of what it shows to be changed. Resolves when all of it is told; never rejects. */
  async reconcile(): Promise<void> {
    const { api, inventory, logs, tell, serverClock } = this.deps;
    const asked = serverClock.now();
    try {
      const changed = inventory.takeList(await readList(api, this.life.signal));
      tell({ kind: 'inventory', services: inventory.services() }, asked);
      for (const id of changed) this.inspector.ask(id);
      await this.inspector.quiet();
      logs.followAll(this.life.signal);
    } catch (error) {
      this.lost(error);
    }
  }

  // ---- one container

  /** Never rejects; a failure that may concern the whole server is checked at once. */
  private async inspect(id: InstanceId): Promise<void> {
    const { api, inventory, serverClock, tell } = this.deps;
    const { signal } = this.life;
    const asked = Math.max(serverClock.now(), this.lastEvent.get(id) ?? 0);
    try {
      const { news, reshaped } = await lookAt(api, inventory, id, signal);
      if (signal.aborted) return;
      if (reshaped) this.reshape();
      if (news === undefined) this.strangers.forget(id);
      else if (!this.strangers.has(id)) tell(news, asked);
      if (this.begun.delete(id)) this.deps.logs.started(id, signal);
    } catch (error) {
      if (signal.aborted) return;
      const service = inventory.serviceOf(id);
      if (service !== undefined) tell({ kind: 'unseen', service, why: connectionError(error, api.where).message });
      void this.check();
    }
  }

  /** A call failed as if the engine were gone: is it? */
  async check(): Promise<void> {
    if (this.checking) return;
    this.checking = true;
    try {
      await this.deps.api.ping(this.life.signal);
    } catch (error) {
      this.lost(error);
    } finally {
      this.checking = false;
    }
  }

  // ---- events

  private take(event: EngineEvent): void {
    const { inventory } = this.deps;
    const { instance } = event;
    this.lastEvent.set(instance, event.at);
    this.noticeStorm();
    watchStart(event, this.timers, this.inspector, inventory);
    if (event.event === 'destroy') return this.takeLast(event);
    const stranger = this.strangers.has(instance) || !inventory.has(instance);
    if (stranger) this.strangers.add(event);
    else this.tellEvent(event);
    if (event.event === 'start') this.begun.add(instance);
    if (event.event === 'die' && !stranger) this.deps.logs.died(instance, this.life.signal);
    if (stranger || !inspectless.has(event.event)) this.inspector.ask(instance);
  }

  /** Each start and end moves a container, too, and is looked at by itself. What is replayed of the past is in the first look already. */
  private moved(id: InstanceId): void {
    const { inventory } = this.deps;
    if (!this.queue.isOpen) return;
    this.timers.later(`moved ${id}`, stormPause, () => inventory.get(id)?.facts?.state === 'running' && this.inspector.ask(id));
  }

  private takeLast(event: EngineEvent): void {
    const { instance } = event;
    this.tellEvent(event);
    this.lastEvent.delete(instance);
    this.begun.delete(instance);
    this.strangers.forget(instance);
    if (this.deps.inventory.remove(instance)) this.reshape();
  }

  private tellEvent(event: EngineEvent): void {
    const { inventory, tell } = this.deps;
    const service = inventory.serviceOf(event.instance);
    const labels = inventory.get(event.instance)?.seen.labels;
    if (service !== undefined && labels !== undefined) tell(lifecycleOf(event, service, labels), event.at);
  }

  /** Under a storm many events of a container make one look, and when it is over a list makes sure of the rest. */
  private noticeStorm(): void {
    if (!this.queue.stormy || this.timers.has('storm')) return;
    this.inspector.hold(true);
    this.timers.cancel('calm');
    this.timers.later('calm', stormPause * 4, () => void this.reconcile());
    this.timers.later('storm', stormPause, () => this.inspector.hold(false));
  }

  /** The list of services looks different: it is told soon, once for many changes. */
  private reshape(): void {
    this.timers.later('reshape', settleMs, () => {
      const { inventory, tell, serverClock } = this.deps;
      tell({ kind: 'inventory', services: inventory.services() }, serverClock.now());
      for (const [id, events] of this.strangers.take(id => inventory.get(id)?.facts !== undefined)) this.welcome(id, events);
    });
  }

  /** A stranger is known by now: its events, then what inspect says. */
  private welcome(id: InstanceId, events: readonly EngineEvent[]): void {
    const { inventory, tell, serverClock, logs } = this.deps;
    const service = inventory.serviceOf(id);
    const facts = inventory.get(id)?.facts;
    if (service === undefined || facts === undefined) return;
    for (const event of events) this.tellEvent(event);
    tell({ kind: 'inspected', service, facts }, Math.max(serverClock.now(), this.lastEvent.get(id) ?? 0));
    // The facts may be older than the death.
    if (events.some(event => event.event === 'die')) logs.died(id, this.life.signal);
  }
}
