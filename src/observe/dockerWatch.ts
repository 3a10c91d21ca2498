import type { Log } from '../base/log.ts';
import type { Seal } from '../base/seal.ts';
import { type Backoff, backoff, type Clock, pause, seconds } from '../base/time.ts';
import { type ApiError, connectionError, isLoss } from '../connect/apiError.ts';
import type { DockerApi } from '../connect/dockerApi.ts';
import { type Answer, askStatus } from '../connect/http.ts';
import type { Observation, SightLoss, Source } from '../model/observation.ts';
import type { InstanceId, ServerId, ServiceId } from '../model/service.ts';
import { EventReader } from './dockerEvents.ts';
import { DockerInventory } from './dockerInventory.ts';
import { DockerLogs } from './dockerLogs.ts';
import type { News } from './dockerLook.ts';
import { DockerSession } from './dockerSession.ts';
import { DockerUsage, type UsageTarget } from './dockerUsage.ts';
import { HttpProbes, type ProbeDeps, type ProbeTarget } from './httpProbes.ts';
import type { LogMill } from './logMill.ts';
import { RunLogs } from './runLogs.ts';
import { ServerClock } from './serverClock.ts';

export interface WatchDeps {
  readonly server: ServerId;
  readonly api: DockerApi;
  readonly clock: Clock;
  readonly log: Log;
  readonly mill: LogMill;
  readonly followLogs: boolean;
  /** 0…1, for the jitter of the waits. */
  readonly random?: () => number;
  /** Containers are on this machine, so that their health check URLs can be asked; true when absent. */
  readonly near?: boolean;
  /** Hides the values of environments; the same after a reload. */
  readonly seal?: Seal;
  /** For tests. */
  readonly ask?: ProbeDeps['ask'];
}

/** A session that lasted this long was a good one: the next loss begins with a short wait again. */
const steadyAfter = seconds(10);

const diedJustNow = seconds(5);

/** After these a container no longer answers. */
const ends: ReadonlySet<string> = new Set(['die', 'pause', 'destroy']);

/** What makes a container worth a closer look at what it uses. */
const troubles: ReadonlySet<string> = new Set(['die', 'oom']);

/** Any failure as a loss of sight. A refusal of the calls that everything rests on is one, too. */
function lossOf(error: ApiError): SightLoss {
  const code = isLoss(error) ? error.code : error.code === 'refused' ? 'permission' : 'lost';
  return { code, text: error.message, next: error.next };
}

/** One engine, watched for ever: what is seen of it, and the way back when sight is lost. */
export class DockerWatch {
  readonly inventory: DockerInventory;
  readonly logs: DockerLogs;
  readonly serverClock: ServerClock;
  private readonly probes: HttpProbes;
  private readonly usage: DockerUsage;
  private readonly runLogs: RunLogs;
  private readonly reader = new EventReader();
  private session: DockerSession | undefined;
  private skipWait = new AbortController();
  private emit: (seen: Observation) => void = () => undefined;
  private loss: string | undefined;
  /** It was said that there are no samples. */
  private unsampled = false;
  private readonly deps: WatchDeps;

  constructor(deps: WatchDeps) {
    this.deps = deps;
    const { api, clock, log, mill } = deps;
    this.inventory = new DockerInventory(deps.server, deps.near, deps.seal);
    this.serverClock = new ServerClock(clock);
    this.probes = new HttpProbes({
      clock,
      random: deps.random ?? Math.random,
      target: instance => this.probeTarget(instance),
      ask: deps.ask ?? askStatus,
      tell: (instance, service, answer) => this.tellProbe(instance, service, answer),
    });
    this.usage = new DockerUsage({
      clock,
      random: deps.random ?? Math.random,
      target: instance => this.usageTarget(instance),
      ask: (instance, signal) => api.stats(instance, signal),
      tell: (service, usage) => this.tell({ kind: 'usage', service, usage }, usage.at),
      failed: error => this.noSample(error),
    });
    this.logs = new DockerLogs({
      api,
      inventory: this.inventory,
      mill,
      clock,
      log,
      follow: deps.followLogs,
      emit: news => this.tell(news),
    });
    const heard = (instance: InstanceId): ReturnType<DockerLogs['newest']> => this.logs.newest(instance);
    this.runLogs = new RunLogs({ api, inventory: this.inventory, heard, tell: (news, at) => this.tell(news, at) });
  }

  /** Emits until the signal aborts; connects again for ever, first after a quarter of a second, at last every half minute. */
  readonly source: Source = async (emit, signal) => {
    this.emit = emit;
    const { clock } = this.deps;
    const first = (): Backoff => backoff(250, seconds(30), this.deps.random);
    let next = first();
    while (!signal.aborted) {
      const began = clock.steady();
      this.session = this.newSession();
      const why = await this.session.run(signal);
      this.session = undefined;
      this.probes.close();
      this.usage.close();
      if (signal.aborted) return;
      this.tellLoss(lossOf(why));
      if (clock.steady() - began >= steadyAfter) next = first();
      await this.wait(next.wait, signal);
      next = next.next();
    }
  };

  /** One list, and an inspect of what changed. Without a connection it drops the wait for the next try. */
  async refresh(): Promise<void> {
    if (this.session === undefined) this.retryNow();
    else await this.session.reconcile();
  }

  /** A call outside the watch failed as if the engine were gone. */
  doubt(): void {
    void this.session?.check();
  }

  retryNow(): void {
    this.skipWait.abort();
  }

  /** Puts server, time and uncertainty on news. */
  stamp(news: News, at = this.serverClock.now()): Observation {
    const how = 'live' as const;
    return { ...news, server: this.deps.server, at, plusMinus: this.serverClock.plusMinus, how } as Observation;
  }

  private newSession(): DockerSession {
    const { server, api, clock, log } = this.deps;
    const { inventory, reader, logs, serverClock } = this;
    return new DockerSession({ server, api, inventory, reader, logs, clock, serverClock, log, tell: (news, at) => this.tell(news, at) });
  }

  private tell(news: News, at?: number): void {
    if (news.kind === 'sight' && news.clear) this.logSight(undefined);
    this.emit(this.stamp(news, at));
    if (news.kind === 'inspected') {
      this.probes.see(news.facts.instance);
      this.usage.see(news.facts.instance);
    }
    if (news.kind === 'lifecycle') this.noteEvent(news, at);
  }

  private noteEvent({ event, instance }: { readonly event: string; readonly instance: InstanceId }, at: number | undefined): void {
    // What was replayed of the past is no news: its run is over for long, and another may write by now.
    if (event === 'die' && at !== undefined && this.serverClock.now() - at < diedJustNow) void this.runLogs.died(instance, at);
    if (troubles.has(event)) this.usage.suspect(instance);
    if (ends.has(event)) {
      this.probes.drop(instance);
      this.usage.drop(instance);
    }
    if (event === 'destroy') this.usage.forget(instance);
  }

  private usageTarget(instance: InstanceId): UsageTarget | undefined {
    const { facts, seen } = this.inventory.get(instance) ?? {};
    const service = this.inventory.serviceOf(instance);
    return service === undefined || facts?.state !== 'running' || !seen?.labels.enabled ? undefined : { service, facts };
  }

  /** A container that has gone meanwhile is no news; an engine behind a guard may refuse, and says so once. */
  private noSample(error: unknown): void {
    const failure = connectionError(error, this.deps.api.where);
    if (isLoss(failure)) return this.doubt();
    if (failure.code === 'not-found' || this.unsampled) return;
    this.unsampled = true;
    this.deps.log.info(`${this.deps.server}: what containers use cannot be seen: ${failure.message}`);
  }

  private probeTarget(instance: InstanceId): ProbeTarget | undefined {
    const entry = this.inventory.get(instance);
    const service = this.inventory.serviceOf(instance);
    if (this.deps.near === false || service === undefined || entry?.facts?.state !== 'running') return undefined;
    const { labels, addresses, ports } = entry.seen;
    return labels.probe === undefined || !labels.enabled ? undefined : { service, url: new URL(labels.probe), addresses, ports };
  }

  private tellProbe(instance: InstanceId, service: ServiceId, answer: Answer): void {
    const refused = answer.kind === 'refused' ? answer.why : undefined;
    if (this.inventory.noteProbe(instance, refused)) this.tell({ kind: 'inventory', services: this.inventory.services() });
    if (answer.kind === 'refused') return;
    const { kind: _kind, ...told } = answer;
    this.tell({ kind: 'probe', service, instance, ...told });
  }

  private tellLoss(why: SightLoss): void {
    this.logSight(why.text);
    this.emit(this.stamp({ kind: 'sight', clear: false, why }));
  }

  /** One line per change, so that a long outage is a short log. */
  private logSight(loss: string | undefined): void {
    const { log, server } = this.deps;
    if (loss === undefined) log.info(`${server}: in sight`);
    else if (loss !== this.loss) log.info(`${server}: out of sight: ${loss}`);
    this.loss = loss;
  }

  private async wait(ms: number, signal: AbortSignal): Promise<void> {
    this.skipWait = new AbortController();
    await pause(this.deps.clock, ms, AbortSignal.any([signal, this.skipWait.signal]));
  }
}
