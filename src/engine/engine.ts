import type { Investigation, Progress } from '../act/investigation.ts';
import { disposeAll, Emitter, type Event } from '../base/emitter.ts';
import type { Report } from '../diagnose/report.ts';
import { triage } from '../diagnose/triage.ts';
import type { Outcome } from '../model/action.ts';
import type { TimelineEntry } from '../model/incident.ts';
import type { LogLine } from '../model/logs.ts';
import type { Observation } from '../model/observation.ts';
import type { ServerId, ServiceId } from '../model/service.ts';
import type { Settings } from '../model/settings.ts';
import { AttentionKeeper } from './attention.ts';
import { allIssues, beliefsOf, type Grounds, triageInput } from './believing.ts';
import { Chronicle } from './chronicle.ts';
import { Escalator } from './escalate.ts';
import { IncidentKeeper } from './incidents.ts';
import { Investigations } from './investigation.ts';
import type { Keeper } from './keeper.ts';
import { keepersOf } from './keepers.ts';
import { Links } from './links.ts';
import type { EngineNeeds } from './needs.ts';
import { PeerProbes } from './peerProbes.ts';
import { emptyState, reassess, redeclare, type State, type Step, step } from './pipeline.ts';
import type { Beliefs, Confirm, Engine, EngineCounts, LogWant } from './port.ts';
import { Intake, Pulse } from './queue.ts';
import { request, type Wish } from './request.ts';
import { safely } from './safely.ts';

/** The inventory is fresh for this long; an older one is asked for again before a triage. */
const freshFor = 30_000;
/** Beliefs age: while there are issues they are weighed again this often. */
const ageEvery = 30_000;
const pulseEvery = 50;

/** Holds the world, feeds the pipeline, offers the port. All order is here, all thinking elsewhere. */
class DozorEngine implements Engine {
  private readonly needs: EngineNeeds;
  private readonly changes = new Emitter<Beliefs>();
  private readonly attention: AttentionKeeper;
  private readonly chronicle: Chronicle;
  private readonly escalator: Escalator;
  private readonly incidentKeeper: IncidentKeeper;
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
  private readonly world = () => this.state.world;
  private readonly emit = (seen: Observation): void => this.intake.push(seen);

  readonly changed: Event<Beliefs> = this.changes.event;
  readonly entry: Event<TimelineEntry>;

  constructor(needs: EngineNeeds) {
    this.needs = needs;
    this.settings = needs.settings;
    this.folders = needs.folders;
    this.attention = new AttentionKeeper(needs.memory, needs.clock, () => this.touched());
    this.chronicle = new Chronicle(needs, () => this.attention.get());
    this.entry = this.chronicle.entry;
    const tell = { write: (entries: readonly TimelineEntry[]) => this.chronicle.write(entries), changed: () => this.touched() };
    this.escalator = new Escalator({
      ...{ clock: needs.clock, log: needs.log, ...tell },
      attention: () => this.attention.get(),
      investigate: (service, signal) => this.investigate(service, signal),
      look: (service, signal) => this.links.look(service, this.state.world, signal),
      reassess: () => this.weighAnew(),
    });
    const { deepened } = this.escalator;
    this.incidentKeeper = new IncidentKeeper({ ...needs, ...tell, deepened });
    const take = (batch: readonly Observation[]): void => safely(needs.log, 'What was seen could not be taken in', () => this.take(batch));
    this.intake = new Intake(needs.clock, take, () => this.missed());
    this.pulse = new Pulse(needs.clock, pulseEvery, () => safely(needs.log, 'A listener failed', () => this.changes.fire(this.beliefs())));
    this.links = new Links(needs, this.emit);
    const { links, emit, world } = this;
    const drain = (): void => this.intake.drainNow();
    this.peers = new PeerProbes({ ...needs, links, emit, world, drain });
    this.investigations = new Investigations(this, { ...needs, peers: this.peers, drain });
    this.keepers = [...keepersOf(needs.memory, needs.clock), this.peers];
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
      this.state = emptyState(servers, this.needs.clock.now(), this.settings.dependencies);
      this.touched();
    });
  }

  private take(batch: readonly Observation[]): void {
    const now = this.needs.clock.now();
    const next = step(this.state, batch, now);
    const world = this.keepers.reduce((known, keeper) => keeper.settle(known, next.changed), next.state.world);
    this.adopt(next);
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
    this.chronicle.write(next.entries);
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

  beliefs(): Beliefs {
    this.cached ??= beliefsOf(this.grounds());
    return this.cached;
  }

  private grounds(): Grounds {
    const { state, settings, folders } = this;
    const now = this.needs.clock.now();
    const incidents = this.ended ? this.incidentKeeper.all : this.incidentKeeper.settle(allIssues(state, now), state.world, now);
    this.escalator.consider(incidents);
    return { state, incidents, attention: this.attention.get(), settings, folders, now };
  }

  ready(signal?: AbortSignal): Promise<void> {
    return this.links.ready(signal);
  }

  async triage(signal: AbortSignal = new AbortController().signal): Promise<Report> {
    await this.ready(signal);
    await this.links.refresh(freshFor, signal);
    await this.peers.now(signal);
    return triage(triageInput(this.weighAnew()));
  }

  private weighAnew(): Grounds {
    this.intake.drainNow();
    const next = this.reassessed();
    this.adopt(next);
    if (next.entries.length > 0) this.touched();
    return this.grounds();
  }

  readonly timeline: Engine['timeline'] = query => this.needs.memory.timeline(query);
  readonly incidents: Engine['incidents'] = query => this.incidentKeeper.recall(query);
  readonly acknowledge: Engine['acknowledge'] = (id, by) => this.incidentKeeper.acknowledge(id, by);
  readonly label: Engine['label'] = (id, label, by) => this.incidentKeeper.label(id, label, by);
  readonly calibration: Engine['calibration'] = () => this.incidentKeeper.calibration();
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
    this.investigations.clear();
    const { links, attention, needs, emit, world, chronicle } = this;
    return request(wish, confirm, signal, { ...needs, links, attention, world, emit, write: entry => chronicle.write([entry]) });
  }

  readonly lease: Engine['lease'] = wish => this.attention.lease(wish);
  readonly endLease: Engine['endLease'] = (scope, by) => this.attention.end(scope, by);
  configure(settings: Settings, folders: readonly string[]): void {
    const before = this.settings;
    this.settings = settings;
    this.folders = folders;
    this.adopt(redeclare(this.state, settings.dependencies, this.needs.clock.now()));
    if (this.links.needsNew(before, settings)) void this.connect();
    else this.touched();
  }

  dispose(): void {
    this.ended = true;
    this.aging?.dispose();
    disposeAll([
      this.chronicle,
      this.changes,
      this.incidentKeeper,
      this.escalator,
      ...this.keepers,
      this.attention,
      this.pulse,
      this.intake,
      this.links,
    ]);
  }
}

/** Makes an engine; it does nothing before `start`. Whoever hands it the memory disposes the memory, after the engine. */
export function createEngine(needs: EngineNeeds): Engine {
  return new DozorEngine(needs);
}
