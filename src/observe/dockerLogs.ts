import { LruMap } from '../base/bounded.ts';
import type { Disposable } from '../base/emitter.ts';
import { eachLimited } from '../base/limit.ts';
import type { Log } from '../base/log.ts';
import type { Clock } from '../base/time.ts';
import type { DockerApi } from '../connect/dockerApi.ts';
import type { Line } from '../connect/lines.ts';
import type { LogDigest, LogLine } from '../model/logs.ts';
import type { Facts, InstanceId, ServiceId } from '../model/service.ts';
import type { DockerInventory } from './dockerInventory.ts';
import { type LogSource, newestOf, readTail, Seam } from './dockerLogLines.ts';
import { follow, isUnreadable } from './follower.ts';

export type Digest = (lines: readonly LogLine[]) => LogDigest;

export type LogNews =
  | { readonly kind: 'logs'; readonly service: ServiceId; readonly instance: InstanceId; readonly digest: LogDigest }
  | { readonly kind: 'logs-unreadable'; readonly service: ServiceId; readonly instance: InstanceId; readonly why: string };

export interface LogDeps {
  readonly api: DockerApi;
  readonly inventory: DockerInventory;
  readonly digest: Digest;
  readonly clock: Clock;
  readonly log: Log;
  /** Read the logs of running containers as they are written. */
  readonly follow: boolean;
  readonly emit: (news: LogNews) => void;
}

const followerCap = 64;
const readWidth = 16;
const batchMs = 250;
const batchLines = 5000;
const readMs = 5000;

const fails = (facts: Facts): boolean => facts.state === 'restarting' || (facts.state === 'exited' && (facts.exitCode ?? 0) !== 0);

/** Reads the logs of one server's containers: the tail at first, then what is written, and the last words of a run. */
export class DockerLogs {
  private readonly seams = new LruMap<InstanceId, Seam>(2000);
  private readonly active = new Map<InstanceId, AbortController>();
  private readonly queue = new Set<InstanceId>();
  /** Began anew while their old follower had not ended yet. */
  private readonly again = new Set<InstanceId>();
  /** Logs that cannot be read; asked for again when the container starts anew. */
  private readonly mute = new Set<InstanceId>();
  private gathered = new Map<InstanceId, Line[]>();
  /** The newest lines that followers heard: a container that is removed by force takes its log along. */
  private readonly heard = new LruMap<InstanceId, readonly Line[]>(2 * followerCap);
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
    const service = this.deps.inventory.serviceOf(id);
    if (source === undefined || service === undefined) return undefined;
    if (this.deps.inventory.get(id)?.facts?.logDriver === 'none') return noLogs(service, id);
    // A follower hears everything; what it has gathered is the newest there is.
    if (this.active.has(id)) return { kind: 'logs', service, instance: id, digest: this.deps.digest(this.taken(id)) };
    try {
      const lines = await readTail(this.deps.api, source, this.seamOf(id), AbortSignal.any([signal, AbortSignal.timeout(readMs)]));
      return { kind: 'logs', service, instance: id, digest: this.deps.digest(lines) };
    } catch (error) {
      return isUnreadable(error) ? this.unreadable(service, id, error.message) : undefined;
    }
  }

  private sourceOf(id: InstanceId): LogSource | undefined {
    const facts = this.deps.inventory.get(id)?.facts;
    return facts === undefined ? undefined : { id, tty: facts.tty };
  }

  private seamOf(id: InstanceId): Seam {
    const seam = this.seams.get(id) ?? new Seam();
    this.seams.set(id, seam);
    return seam;
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
    const service = this.deps.inventory.serviceOf(id);
    if (source === undefined || service === undefined) return;
    const { api, clock, log } = this.deps;
    // Two readers of one log at once could not tell whose line is new.
    await this.reading.get(id);
    try {
      await follow({ api, clock, log, sink: lines => this.gather(id, lines) }, source, this.seamOf(id), signal);
    } catch (error) {
      if (isUnreadable(error)) this.deps.emit(this.unreadable(service, id, error.message));
    }
    this.sendOne(id, service);
  }

  private unreadable(service: ServiceId, instance: InstanceId, why: string): LogNews {
    this.mute.add(instance);
    return { kind: 'logs-unreadable', service, instance, why };
  }

  /** What a follower heard last of a log; empty where none did. */
  newest(id: InstanceId): readonly Line[] {
    return this.heard.get(id) ?? [];
  }

  private gather(id: InstanceId, lines: readonly Line[]): void {
    this.heard.set(id, newestOf([...this.newest(id), ...lines.slice(-batchLines)]));
    const kept = this.gathered.get(id) ?? [];
    for (const line of lines) kept.push(line);
    this.gathered.set(id, kept.length > batchLines ? kept.slice(-batchLines) : kept);
    this.flush ??= this.deps.clock.after(batchMs, () => this.send());
  }

  private send(): void {
    this.flush?.dispose();
    this.flush = undefined;
    for (const id of [...this.gathered.keys()]) this.sendOne(id, this.deps.inventory.serviceOf(id));
  }

  private sendOne(id: InstanceId, service: ServiceId | undefined): void {
    const lines = this.taken(id);
    if (lines.length === 0 || service === undefined) return;
    this.deps.emit({ kind: 'logs', service, instance: id, digest: this.deps.digest(lines) });
  }

  private taken(id: InstanceId): readonly Line[] {
    const lines = this.gathered.get(id) ?? [];
    this.gathered.delete(id);
    return lines;
  }
}

const noLogs = (service: ServiceId, instance: InstanceId): LogNews => ({
  kind: 'logs-unreadable',
  service,
  instance,
  why: 'the log driver is "none": the engine keeps no logs of this container',
});
