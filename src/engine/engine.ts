import { Emitter, type Event } from '../base/emitter.ts';
import { reasonOf } from '../base/log.ts';
import { devMode, exclusionOf } from '../decide/devMode.ts';
import { quietAbout } from '../decide/quiet.ts';
import { correlate } from '../diagnose/correlate.ts';
import type { Report } from '../diagnose/report.ts';
import { type Selection, select } from '../diagnose/scope.ts';
import { openIssues, type TriageInput, triage } from '../diagnose/triage.ts';
import { emptyWorld } from '../diagnose/world.ts';
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
import { Links } from './links.ts';
import type { EngineNeeds } from './needs.ts';
import { reassess, type State, step } from './pipeline.ts';
import type { Beliefs, Confirm, Engine, EngineCounts, LogWant } from './port.ts';
import { Intake, Pulse } from './queue.ts';
import { request, type Wish } from './request.ts';

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
  private readonly deaths: DeathKeeper;
  private readonly links: Links;
  private readonly intake: Intake;
  private readonly pulse: Pulse;
  private settings: Settings;
  private folders: readonly string[];
  private state: State = { world: emptyWorld([], 0), issues: new Map() };
  private cached: Beliefs | undefined;
  private aging: { dispose(): void } | undefined;

  readonly changed: Event<Beliefs> = this.changes.event;
  readonly entry: Event<TimelineEntry> = this.entries.event;

  constructor(needs: EngineNeeds) {
    this.needs = needs;
    this.settings = needs.settings;
    this.folders = needs.folders;
    this.attention = new AttentionKeeper(needs.memory, needs.clock, () => this.touched());
    this.deaths = new DeathKeeper(needs.memory, needs.clock);
    this.intake = new Intake(needs.clock, batch => this.take(batch));
    this.pulse = new Pulse(needs.clock, pulseEvery, () => this.changes.fire(this.beliefs()));
    this.links = new Links(needs, seen => this.intake.push(seen));
  }

  get counts(): EngineCounts {
    return { observations: this.intake.taken, dropped: 0, queued: this.intake.queued };
  }

  start(): void {
    void this.connect();
  }

  private async connect(): Promise<void> {
    await this.links.connect(this.settings, servers => {
      this.state = { world: emptyWorld(servers, this.needs.clock.now()), issues: new Map() };
      this.touched();
    });
  }

  private take(batch: readonly Observation[]): void {
    const now = this.needs.clock.now();
    const next = step(this.state, batch, now);
    const world = this.deaths.settle(next.state.world, next.changed);
    this.state = world === next.state.world ? next.state : reassess({ ...next.state, world }, next.changed, now).state;
    this.write(next.entries);
    this.links.note(batch);
    if (next.changed.size > 0 || batch.some(seen => seen.kind === 'sight' || seen.kind === 'synced')) this.touched();
  }

  private touched(): void {
    this.cached = undefined;
    this.pulse.beat();
    if (this.state.issues.size > 0) this.aging ??= this.needs.clock.after(ageEvery, () => this.age());
  }

  /** Time alone changes beliefs: evidence ages, a loop ends by nothing happening. */
  private age(): void {
    this.aging = undefined;
    const next = reassess(this.state, [...this.state.issues.keys()], this.needs.clock.now());
    this.state = next.state;
    this.write(next.entries);
    this.touched();
  }

  private write(entries: readonly TimelineEntry[]): void {
    if (entries.length === 0) return;
    const all = entries.flatMap(entry => [entry, ...this.silence(entry)]);
    try {
      for (const entry of this.needs.memory.append(all)) this.entries.fire(entry);
    } catch (error) {
      this.needs.log.error(`The timeline could not be written: ${reasonOf(error)}`);
    }
  }

  /** An issue that opens while somebody wanted quiet: the silence is a decision too, and is written down. */
  private silence(entry: TimelineEntry): readonly TimelineEntry[] {
    if (entry.kind !== 'diagnosed' || entry.change !== 'opened' || entry.service === undefined) return [];
    const quiet = quietAbout(this.attention.get(), entry.service, this.needs.clock.now());
    if (quiet === undefined) return [];
    const { id, at, plusMinus, server, service } = entry;
    return [
      { id: `${id}:quiet`, at, plusMinus, server, service, actor: 'dozor', kind: 'decided', detail: 'stay quiet', because: quiet.reason },
    ];
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
    this.intake.drainNow();
    const next = reassess(this.state, [...this.state.issues.keys()], this.needs.clock.now());
    this.state = next.state;
    this.write(next.entries);
    return triage(this.input());
  }

  timeline(query: TimelineQuery): readonly TimelineEntry[] {
    return this.needs.memory.timeline(query);
  }

  readLogs(service: ServiceId, want: LogWant, signal: AbortSignal): AsyncIterable<LogLine> {
    const { link, target } = this.links.target(service, this.state.world);
    return link.readLogs(target, want, signal);
  }

  async inspect(service: ServiceId, signal: AbortSignal): Promise<unknown> {
    const { link, target } = this.links.target(service, this.state.world);
    return link.inspect(target, signal);
  }

  request(wish: Wish, confirm: Confirm, signal: AbortSignal): Promise<Outcome> {
    const { links, attention, needs } = this;
    const world = () => this.state.world;
    return request(wish, confirm, signal, {
      ...needs,
      links,
      attention,
      world,
      emit: seen => this.intake.push(seen),
      write: entry => this.write([entry]),
    });
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

  retryNow(server?: ServerId): void {
    this.links.retryNow(server);
  }

  dispose(): void {
    for (const part of [this.links, this.intake, this.pulse, this.attention, this.deaths]) part.dispose();
    this.aging?.dispose();
    this.changes.dispose();
    this.entries.dispose();
  }
}

/** Makes an engine; it does nothing before `start`. Whoever hands it the memory disposes the memory, after the engine. */
export function createEngine(needs: EngineNeeds): Engine {
  return new DozorEngine(needs);
}
