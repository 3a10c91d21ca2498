import type { Investigation, Progress } from '../act/investigation.ts';
import { disposeAll, Emitter, type Event } from '../base/emitter.ts';
import { reasonOf } from '../base/log.ts';
import { devMode, exclusionOf } from '../decide/devMode.ts';
import { correlate } from '../diagnose/correlate.ts';
import type { Report } from '../diagnose/report.ts';
import { type Selection, select } from '../diagnose/scope.ts';
import { openIssues, type TriageInput, triage } from '../diagnose/triage.ts';
import type { Outcome } from '../model/action.ts';
import type { AskedBy, Lease } from '../model/attention.ts';
import type { TimelineEntry } from '../model/incident.ts';
import type { LogLine } from '../model/logs.ts';
import type { Observation } from '../model/observation.ts';
import type { ServerId, ServiceId } from '../model/service.ts';
import type { Settings } from '../model/settings.ts';
import type { TimelineQuery } from '../remember/memory.ts';
import { AttentionKeeper } from './attention.ts';
import { DeathKeeper } from './deaths.ts';
import { Investigations } from './investigation.ts';
import type { Keeper } from './keeper.ts';
import { Links } from './links.ts';
import type { EngineNeeds } from './needs.ts';
import { PeerProbes } from './peerProbes.ts';
import { emptyState, reassess, type State, type Step, step } from './pipeline.ts';
import type { Beliefs, Confirm, Engine, EngineCounts, LogWant } from './port.ts';
import { Intake, Pulse } from './queue.ts';
import { request, type Wish } from './request.ts';
import { RunLogKeeper } from './runLogs.ts';
import { silence } from './silence.ts';

/** The inventory is fresh for this long; an older one is asked for again before a triage. */
const freshFor = 30_000;
/** Beliefs age: while there are issues they are weighed again this often. */
const ageEvery = 30_000;
const pulseEvery = 50;

/** Holds the world, feeds the pipeline, offers the port. All order is here, all thinking elsewhere. */
class DozorEngine implements Engine {
  private readonly needs: EngineNeeds;
  private readonly changes = new Emitter<Beliefs>();
  private readonly entries = new Emitter<TimelineEntry>();
  private readonly attention: AttentionKeeper;
  private readonly keepers: readonly Keeper[];
  private readonly links: Links;
  private readonly peers: PeerProbes;
  private readonly investigations: Investigations;
  private readonly intake: Intake;
  private readonly pulse: Pulse;
  private settings: Settings;
  private folders: readonly string[];
  private state: State = emptyState([], 0);
  private cached: Beliefs | undefined;
  private aging: { dispose(): void } | undefined;
  private ended = false;
  readonly retryNow = (server?: ServerId): void => this.links.retryNow(server);
  readonly timeline = (query: TimelineQuery): readonly TimelineEntry[] => this.needs.memory.timeline(query);
  private readonly world = () => this.state.world;
  private readonly emit = (seen: Observation): void => this.intake.push(seen);

  readonly changed: Event<Beliefs> = this.changes.event;
  readonly entry: Event<TimelineEntry> = this.entries.event;

  constructor(needs: EngineNeeds) {
    this.needs = needs;
    this.settings = needs.settings;
    this.folders = needs.folders;
    this.attention = new AttentionKeeper(needs.memory, needs.clock, () => this.touched());
    const take = (batch: readonly Observation[]): void => this.safely('What was seen could not be taken in', () => this.take(batch));
    this.intake = new Intake(needs.clock, take, () => this.missed());
    this.pulse = new Pulse(needs.clock, pulseEvery, () => this.safely('A listener failed', () => this.changes.fire(this.beliefs())));
    this.links = new Links(needs, this.emit);
    const { links, emit, world } = this;
    const drain = (): void => this.intake.drainNow();
    this.peers = new PeerProbes({ ...needs, links, emit, world, drain });
    this.investigations = new Investigations(this, { ...needs, peers: this.peers, drain });
    this.keepers = [new DeathKeeper(needs.memory, needs.clock), new RunLogKeeper(needs.memory, needs.clock), this.peers];
  }

  get counts(): EngineCounts {
    return { observations: this.intake.taken, dropped: this.intake.dropped, queued: this.intake.queued };
  }

  start(): void {
    void this.connect();
  }

  private async connect(): Promise<void> {
    await this.links.connect(this.settings, servers => {
      // What was seen through the old links says nothing about the new ones.
      this.intake.clear();
      for (const keeper of this.keepers) keeper.begin();
      this.state = emptyState(servers, this.needs.clock.now());
      this.touched();
    });
  }

  private take(batch: readonly Observation[]): void {
    const now = this.needs.clock.now();
    const next = step(this.state, batch, now);
    const world = this.keepers.reduce((known, keeper) => keeper.settle(known, next.changed), next.state.world);
    this.state = next.state;
    this.write(next.entries);
    if (world !== next.state.world) this.adopt(reassess({ ...next.state, world }, next.changed, now));
    this.links.note(batch);
    if (next.changed.size > 0 || batch.some(seen => seen.kind === 'sight' || seen.kind === 'synced')) this.touched();
  }

  private missed(): void {
    this.needs.log.warn(`${this.intake.dropped} observations were let go, too many came at once; every server is looked at anew.`);
    void this.links.refresh(-1, new AbortController().signal);
  }

  private adopt(next: Step): void {
    this.state = next.state;
    this.cached = undefined;
    this.write(next.entries);
  }

  private touched(): void {
    this.cached = undefined;
    if (this.ended) return;
    this.pulse.beat();
    if (this.state.issues.size > 0) this.aging ??= this.needs.clock.after(ageEvery, () => this.age());
  }

  /** Time alone changes beliefs: evidence ages, a loop ends by nothing happening. */
  private age(): void {
    this.aging = undefined;
    this.adopt(this.reassessed());
    this.touched();
  }

  private reassessed(): Step {
    return reassess(this.state, [...this.state.issues.keys()], this.needs.clock.now());
  }

  private write(entries: readonly TimelineEntry[]): void {
    if (entries.length === 0) return;
    const all = entries.flatMap(entry => [entry, ...silence(entry, this.attention.get(), this.needs.clock.now())]);
    let written: readonly TimelineEntry[] = [];
    this.safely('The timeline could not be written', () => {
      written = this.needs.memory.append(all);
    });
    for (const entry of written) this.safely('A listener failed', () => this.entries.fire(entry));
  }

  /** A surprise in one part, or in whoever listens, may not end the rest. */
  private safely(what: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      this.needs.log.error(`${what}: ${reasonOf(error)}`);
    }
  }

  beliefs(): Beliefs {
    this.cached ??= this.believe();
    return this.cached;
  }

  private believe(): Beliefs {
    const input = this.input();
    const issues = openIssues(input);
    const { world, selection, now } = input;
    return {
      at: now,
      world,
      shown: selection.shown,
      scope: selection.scope,
      issues,
      incidents: correlate(issues, world),
      attention: this.attention.get(),
    };
  }

  private input(): TriageInput {
    const now = this.needs.clock.now();
    const attention = this.attention.get();
    const selection: Selection = select(this.state.world, this.settings, this.folders);
    return {
      world: this.state.world,
      selection,
      issues: this.state.issues,
      now,
      exclusion: id => exclusionOf(attention, id, now),
      devMode: devMode(attention, now),
    };
  }

  ready(signal?: AbortSignal): Promise<void> {
    return this.links.ready(signal);
  }

  async triage(signal: AbortSignal = new AbortController().signal): Promise<Report> {
    await this.ready(signal);
    await this.links.refresh(freshFor, signal);
    await this.peers.now(signal);
    const next = this.reassessed();
    this.adopt(next);
    if (next.entries.length > 0) this.touched();
    return triage(this.input());
  }

  readLogs(service: ServiceId, want: LogWant, signal: AbortSignal): AsyncIterable<LogLine> {
    const { link, target } = this.links.target(service, this.state.world);
    return link.readLogs(target, want, signal);
  }

  async inspect(service: ServiceId, signal: AbortSignal): Promise<unknown> {
    const { link, target } = this.links.target(service, this.state.world);
    return link.inspect(target, signal);
  }

  investigate(service: ServiceId, signal: AbortSignal, progress?: Progress): Promise<Investigation> {
    return this.investigations.run(service, signal, progress);
  }

  request(wish: Wish, confirm: Confirm, signal: AbortSignal): Promise<Outcome> {
    const { links, attention, needs, emit, world } = this;
    this.investigations.clear();
    return request(wish, confirm, signal, { ...needs, links, attention, world, emit, write: entry => this.write([entry]) });
  }

  lease(wish: { scope: 'all' | ServiceId; by: AskedBy; reason: string; until: number }): Lease {
    return this.attention.lease(wish);
  }

  endLease(scope: 'all' | ServiceId, by: AskedBy): number {
    return this.attention.end(scope, by);
  }

  configure(settings: Settings, folders: readonly string[]): void {
    const before = this.settings;
    this.settings = settings;
    this.folders = folders;
    if (this.links.needsNew(before, settings)) void this.connect();
    else this.touched();
  }

  dispose(): void {
    this.ended = true;
    this.aging?.dispose();
    disposeAll([this.entries, this.changes, ...this.keepers, this.attention, this.pulse, this.intake, this.links]);
  }
}

/** Makes an engine; it does nothing before `start`. Whoever hands it the memory disposes the memory, after the engine. */
export function createEngine(needs: EngineNeeds): Engine {
  return new DozorEngine(needs);
}
