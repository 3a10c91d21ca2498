import { LruMap } from '../base/bounded.ts';
import type { Disposable } from '../base/emitter.ts';
import { eachLimited } from '../base/limit.ts';
import type { Log } from '../base/log.ts';
import { type Clock, pause } from '../base/time.ts';
import type { DockerApi } from '../connect/dockerApi.ts';
import type { LogDigest, LogLine } from '../model/logs.ts';
import type { Facts, InstanceId, ServiceId } from '../model/service.ts';
import type { DockerInventory } from './dockerInventory.ts';
import { feedLog, type LogSource } from './dockerLogLines.ts';
import { follow, isUnreadable } from './follower.ts';
import type { LogMill } from './logMill.ts';
import type { LogOf, MillStream } from './millStream.ts';

export type LogNews =
  | { readonly kind: 'logs'; readonly service: ServiceId; readonly instance: InstanceId; readonly digest: LogDigest }
  | { readonly kind: 'logs-unreadable'; readonly service: ServiceId; readonly instance: InstanceId; readonly why: string };

export interface LogDeps {
  readonly api: DockerApi;
  readonly inventory: DockerInventory;
  readonly mill: LogMill;
  readonly clock: Clock;
  readonly log: Log;
  /** Read the logs of running containers as they are written. */
  readonly follow: boolean;
  readonly emit: (news: LogNews) => void;
}

const followerCap = 64;
const readWidth = 16;
const batchMs = 250;
const tailLines = 200;
const readMs = 5000;
const retryMs = 1000;

const fails = (facts: Facts): boolean => facts.state === 'restarting' || (facts.state === 'exited' && (facts.exitCode ?? 0) !== 0);

/** Reads the logs of one server's containers: the tail at first, then what is written, and the last words of a run. */
export class DockerLogs {
  private readonly streams = new LruMap<InstanceId, MillStream>(2000);
  private readonly active = new Map<InstanceId, AbortController>();
  private readonly queue = new Set<InstanceId>();
  /** Began anew while their old follower had not ended yet. */
  private readonly again = new Set<InstanceId>();
  /** Logs that cannot be read; asked for again when the container starts anew. */
  private readonly mute = new Set<InstanceId>();
  /** Logs of which something has come that was not told yet. */
  private readonly fresh = new Set<InstanceId>();
  private readonly reading = new Map<InstanceId, Promise<LogNews | undefined>>();
  private flush: Disposable | undefined;
  private readonly deps: LogDeps;

  constructor(deps: LogDeps) {
    this.deps = deps;
  }

  /** Reads each log worth reading once: of running containers, and of those that failed. */
  async readAll(signal: AbortSignal): Promise<void> {
    await eachLimited(this.worthReading(), readWidth, id => this.read(id, signal));
  }

  private worthReading(): InstanceId[] {
    const { inventory } = this.deps;
    return inventory.ids().filter(id => {
      const entry = inventory.get(id);
      const { facts } = entry ?? {};
      return entry?.seen.labels.enabled === true && facts !== undefined && (facts.state === 'running' || fails(facts));
    });
  }

  /** Follows all running containers that are not followed yet. */
  followAll(signal: AbortSignal): void {
    for (const id of this.worthReading()) if (!this.mute.has(id) && !this.active.has(id)) this.started(id, signal);
  }

  /** A container runs: its log is followed from where it was left. */
  started(id: InstanceId, signal: AbortSignal): void {
    this.mute.delete(id);
    const entry = this.deps.inventory.get(id);
    if (!this.deps.follow || entry?.seen.labels.enabled !== true) return;
    if (entry.facts?.state !== 'running' || entry.facts.logDriver === 'none') return;
    if (this.active.has(id)) {
      this.again.add(id);
      return;
    }
    this.queue.add(id);
    this.fill(signal);
  }

  /** A run ended. A follower hears the last lines by itself; else they are read now, before the container is removed. */
  died(id: InstanceId, signal: AbortSignal): void {
    this.queue.delete(id);
    if (!this.active.has(id) && this.deps.inventory.get(id)?.seen.labels.enabled === true) void this.read(id, signal);
  }

  /** Ends all followers; what has gathered goes out first. */
  close(): void {
    for (const life of this.active.values()) life.abort();
    this.active.clear();
    this.queue.clear();
    this.again.clear();
    this.mute.clear();
    this.send();
  }

  /** One read of the end of a log, told as news. Never rejects. */
  async read(id: InstanceId, signal: AbortSignal): Promise<void> {
    const news = await this.look(id, signal);
    if (news !== undefined) this.deps.emit(news);
  }

  /** What the log says beyond what was read before. Reads of one log wait for each other, so that no line is told twice. */
  async look(id: InstanceId, signal: AbortSignal): Promise<LogNews | undefined> {
    const turn = (this.reading.get(id) ?? Promise.resolve(undefined)).then(() => this.lookNow(id, signal));
    this.reading.set(id, turn);
    const news = await turn;
    if (this.reading.get(id) === turn) this.reading.delete(id);
    return news;
  }

  private async lookNow(id: InstanceId, signal: AbortSignal): Promise<LogNews | undefined> {
    const source = this.sourceOf(id);
    const of = this.logOf(id);
    if (source === undefined || of === undefined) return undefined;
    const { service } = of;
    if (this.deps.inventory.get(id)?.facts?.logDriver === 'none') return noLogs(service, id);
    try {
      // A follower hears everything; what it has gathered is the newest there is.
      if (!this.active.has(id)) await this.readTail(source, of, AbortSignal.any([signal, AbortSignal.timeout(readMs)]));
      return { kind: 'logs', service, instance: id, digest: await this.digest(id, service) };
    } catch (error) {
      return isUnreadable(error) ? this.unreadable(service, id, error.message) : undefined;
    }
  }

  /** The end of a log: what has not been taken of it yet. A second time where the thread that reads it was lost. */
  private async readTail(source: LogSource, of: LogOf, signal: AbortSignal): Promise<void> {
    const stream = this.streamOf(source.id, of.service);
    for (let tries = 0; tries < 2 && !signal.aborted; tries++) {
      if (tries > 0) await pause(this.deps.clock, retryMs, signal);
      stream.open(of);
      const { since } = stream;
      const query = { follow: false, tail: tailLines, ...(since === undefined ? {} : { since }) };
      if (await feedLog(this.deps.api, source, query, stream, signal)) return;
    }
  }

  private logOf(id: InstanceId): LogOf | undefined {
    const service = this.deps.inventory.serviceAt(id);
    const facts = this.deps.inventory.get(id)?.facts;
    if (service === undefined || facts === undefined) return undefined;
    return { service: service.id, pattern: service.logPattern, tty: facts.tty };
  }

  private digest(id: InstanceId, service: ServiceId): Promise<LogDigest> {
    this.fresh.delete(id);
    return this.streamOf(id, service).digest();
  }

  private sourceOf(id: InstanceId): LogSource | undefined {
    const facts = this.deps.inventory.get(id)?.facts;
    return facts === undefined ? undefined : { id, tty: facts.tty };
  }

  private streamOf(id: InstanceId, service: ServiceId): MillStream {
    const stream = this.streams.get(id) ?? this.deps.mill.stream(service);
    this.streams.set(id, stream);
    return stream;
  }

  private fill(signal: AbortSignal): void {
    for (const id of this.queue) {
      if (this.active.size >= followerCap) return;
      this.queue.delete(id);
      const life = new AbortController();
      this.active.set(id, life);
      void this.follow(id, AbortSignal.any([signal, life.signal])).finally(() => {
        if (this.active.get(id) === life) this.active.delete(id);
        if (this.again.delete(id)) this.queue.add(id);
        if (!signal.aborted) this.fill(signal);
      });
    }
  }

  private async follow(id: InstanceId, signal: AbortSignal): Promise<void> {
    const source = this.sourceOf(id);
    const of = this.logOf(id);
    if (source === undefined || of === undefined) return;
    const { api, clock, log } = this.deps;
    const { service } = of;
    // Two readers of one log at once could not tell whose line is new.
    await this.reading.get(id);
    const stream = this.streamOf(id, service);
    try {
      const tell = () => this.sendOne(id, service);
      await follow({ api, clock, log, stream, of, arrived: () => this.arrived(id), tell }, source, signal);
    } catch (error) {
      if (isUnreadable(error)) this.deps.emit(this.unreadable(service, id, error.message));
    }
    await this.sendOne(id, service);
  }

  private unreadable(service: ServiceId, instance: InstanceId, why: string): LogNews {
    this.mute.add(instance);
    return { kind: 'logs-unreadable', service, instance, why };
  }

  /** What was heard last of a log; empty where nobody read it. */
  async newest(id: InstanceId): Promise<readonly LogLine[]> {
    return (await this.streams.get(id)?.newestLines()) ?? [];
  }

  private arrived(id: InstanceId): void {
    this.fresh.add(id);
    this.flush ??= this.deps.clock.after(batchMs, () => this.send());
  }

  private send(): void {
    this.flush?.dispose();
    this.flush = undefined;
    for (const id of this.fresh) void this.sendOne(id, this.deps.inventory.serviceOf(id));
  }

  private async sendOne(id: InstanceId, service: ServiceId | undefined): Promise<void> {
    if (service === undefined) return void this.fresh.delete(id);
    const digest = await this.digest(id, service);
    if (digest.lines > 0 || digest.dropped !== undefined) this.deps.emit({ kind: 'logs', service, instance: id, digest });
  }
}

const noLogs = (service: ServiceId, instance: InstanceId): LogNews => ({
  kind: 'logs-unreadable',
  service,
  instance,
  why: 'the log driver is "none": the engine keeps no logs of this container',
});
