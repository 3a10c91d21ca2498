import type { Disposable } from '../base/emitter.ts';
import { reasonOf } from '../base/log.ts';
import type { World } from '../diagnose/world.ts';
import type { Observation } from '../model/observation.ts';
import type { Server, ServerId, ServiceId } from '../model/service.ts';
import type { Settings } from '../model/settings.ts';
import type { EngineNeeds } from './needs.ts';
import type { ServerLink, Target } from './port.ts';
import { watchServer } from './serverWatch.ts';

interface Watched {
  readonly link: ServerLink;
  readonly watch: Disposable;
}

/** The links in force: made from the settings, watched, and replaced as a whole when the settings name other servers. */
export class Links implements Disposable {
  private readonly needs: Pick<EngineNeeds, 'links' | 'clock' | 'log'>;
  private readonly emit: (seen: Observation) => void;
  private watched: readonly Watched[] = [];
  private generation = 0;
  private waitingFor = new Set<ServerId>();
  private connected = false;
  private waiters: (() => void)[] = [];
  private readonly listedAt = new Map<ServerId, number>();

  constructor(needs: Pick<EngineNeeds, 'links' | 'clock' | 'log'>, emit: (seen: Observation) => void) {
    this.needs = needs;
    this.emit = emit;
  }

  /** Other servers, units or logs to watch. What only changes the view needs no new connection. */
  needsNew(before: Settings, after: Settings): boolean {
    const of = (settings: Settings): string => JSON.stringify([settings.servers, settings.userServices, settings.followLogs]);
    return of(before) !== of(after);
  }

  async connect(settings: Settings, begin: (servers: readonly Server[]) => void): Promise<void> {
    const generation = ++this.generation;
    this.connected = false;
    const links = await this.needs.links(settings).catch((error: unknown) => {
      this.needs.log.error(`No server could be prepared: ${reasonOf(error)}`);
      return [];
    });
    // Settings changed again, or the engine ended, while the links were made.
    if (generation !== this.generation) return links.forEach(link => void link.dispose());
    this.end();
    this.waitingFor = new Set(links.map(link => link.server.id));
    this.connected = true;
    begin(links.map(link => link.server));
    this.watched = links.map(link => ({
      link,
      watch: watchServer(
        link,
        seen => {
          if (generation === this.generation) this.emit(seen);
        },
        this.needs,
      ),
    }));
    this.settle();
  }

  /** Takes note of which servers were looked at. */
  note(batch: readonly Observation[]): void {
    for (const seen of batch) {
      if (seen.kind === 'inventory') this.listedAt.set(seen.server, this.needs.clock.steady());
      if (seen.kind === 'synced' || (seen.kind === 'sight' && !seen.clear)) this.waitingFor.delete(seen.server);
    }
    this.settle();
  }

  private settle(): void {
    if (!this.connected || this.waitingFor.size > 0) return;
    for (const waiter of this.waiters.splice(0)) waiter();
  }

  ready(signal?: AbortSignal): Promise<void> {
    if ((this.connected && this.waitingFor.size === 0) || signal?.aborted) return Promise.resolve();
    return new Promise(resolve => {
      this.waiters.push(resolve);
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  /** Asks anew where the last list is older than `age` ms; a server that cannot answer says so through its watch. */
  async refresh(age: number, signal: AbortSignal): Promise<void> {
    const old = this.watched.filter(
      ({ link }) => this.needs.clock.steady() - (this.listedAt.get(link.server.id) ?? Number.NEGATIVE_INFINITY) > age,
    );
    await Promise.all(
      old.map(({ link }) =>
        link.refresh(signal).catch((error: unknown) => this.needs.log.debug(`Refresh of ${link.server.label}: ${reasonOf(error)}`)),
      ),
    );
  }

  /** The link and the present instance of a service. Throws with what to do next when there is none. */
  target(service: ServiceId, world: World): { link: ServerLink; target: Target } {
    const view = world.services.get(service);
    if (view === undefined) throw new Error(`There is no service ${service}. List the services to see their names.`);
    const link = this.watched.find(each => each.link.server.id === view.service.server)?.link;
    if (link === undefined) throw new Error(`The server ${view.service.server} is not watched any more.`);
    const { instance } = view.service;
    if (instance === undefined || view.service.state === 'missing')
      throw new Error(`${view.service.name} was removed; it has no instance now.`);
    return { link, target: { service, instance } };
  }

  /** Looks at a service and its log anew; what that shows is taken in like anything else. */
  async look(service: ServiceId, world: World, signal: AbortSignal): Promise<void> {
    const { link, target } = this.target(service, world);
    const seen = await Promise.all([link.look(target, 'inspect', signal), link.look(target, 'logs', signal)]);
    for (const one of seen.flat()) this.emit(one);
  }

  retryNow(server?: ServerId): void {
    for (const { link } of this.watched) if (server === undefined || link.server.id === server) link.retryNow();
  }

  private end(): void {
    for (const { watch } of this.watched) watch.dispose();
    this.watched = [];
    this.listedAt.clear();
  }

  dispose(): void {
    this.generation++;
    this.end();
    this.connected = true;
    this.waitingFor.clear();
    for (const waiter of this.waiters.splice(0)) waiter();
  }
}
