import { displaySafe } from '../base/safeText.ts';
import type { Seal } from '../base/seal.ts';
import { type Facts, type InstanceId, type ServerId, type Service, type ServiceId, serviceId, shortInstance } from '../model/service.ts';
import type { Seen } from './dockerSeen.ts';
import { identities } from './identity.ts';
import type { Dependency, Labels } from './labels.ts';
import { given } from './readers.ts';

interface Entry {
  readonly seen: Seen;
  readonly facts?: Facts;
}

/** What is known of the containers of one server: list and inspect -> services. */
export class DockerInventory {
  private readonly entries = new Map<InstanceId, Entry>();
  /** What came out when its health check URL was to be asked. */
  private readonly probeNotes = new Map<InstanceId, string>();
  private known: ReturnType<typeof identities> | undefined;
  private readonly server: ServerId;
  /** Whether containers of this server can be asked over HTTP from here. */
  private readonly probed: boolean;

  /** Hides the values of environments; without one nothing is known of what containers are made from. */
  readonly seal: Seal | undefined;

  constructor(server: ServerId, probed = true, seal?: Seal) {
    this.server = server;
    this.probed = probed;
    this.seal = seal;
  }

  has(instance: InstanceId): boolean {
    return this.entries.has(instance);
  }

  get(instance: InstanceId): Entry | undefined {
    return this.entries.get(instance);
  }

  ids(): InstanceId[] {
    return [...this.entries.keys()];
  }

  serviceOf(instance: InstanceId): ServiceId | undefined {
    return this.identities().who.get(instance)?.service;
  }

  /** The service of one instance, as `services` has it. */
  serviceAt(instance: InstanceId): Service | undefined {
    const entry = this.entries.get(instance);
    return entry && this.service(entry);
  }

  /**
   * Takes in a whole list. Gives those that need an inspect: new ones, and those whose state, health, exit code or name is not what
   * it was.
   */
  takeList(listed: readonly Seen[]): InstanceId[] {
    const there = new Set(listed.map(seen => seen.id));
    for (const id of this.entries.keys()) if (!there.has(id)) this.remove(id);
    const changed: InstanceId[] = [];
    for (const seen of listed) {
      const before = this.entries.get(seen.id);
      if (before?.facts === undefined || before.seen.mark !== seen.mark || before.seen.name !== seen.name) changed.push(seen.id);
      this.put(seen.id, { ...before, seen });
    }
    return changed;
  }

  /** Takes in an inspect, which knows better than the list before it. True when the list of services looks different now. */
  takeInspect(seen: Seen, facts: Facts): boolean {
    const before = this.entries.get(seen.id)?.seen;
    const contested = this.identities().contested && before?.state !== seen.state;
    this.put(seen.id, { seen, facts });
    return before === undefined || contested || before.name !== seen.name || shapeOf(before) !== shapeOf(seen);
  }

  /** Keeps, or takes back, why its health check URL is not asked. True when that is news. */
  noteProbe(instance: InstanceId, why: string | undefined): boolean {
    if (this.probeNotes.get(instance) === why || !this.entries.has(instance)) return false;
    if (why === undefined) this.probeNotes.delete(instance);
    else this.probeNotes.set(instance, why);
    return true;
  }

  remove(instance: InstanceId): boolean {
    this.probeNotes.delete(instance);
    if (!this.entries.delete(instance)) return false;
    this.known = undefined;
    return true;
  }

  /** All services, disabled ones too; not the new container of a recreate that is under way. */
  services(): Service[] {
    const { who } = this.identities();
    return [...this.entries.values()].filter(({ seen }) => who.get(seen.id)?.hidden !== true).map(entry => this.service(entry));
  }

  private put(id: InstanceId, entry: Entry): void {
    const before = this.entries.get(id)?.seen;
    const { seen } = entry;
    // State and age decide only between containers that claim the same service; names are made up anew for the whole server.
    const asOld = before?.state === seen.state && before.created === seen.created;
    if (before?.name !== seen.name || (!asOld && this.known?.contested !== false)) this.known = undefined;
    this.entries.set(id, entry);
  }

  private identities(): ReturnType<typeof identities> {
    this.known ??= identities(
      this.server,
      [...this.entries.values()].map(entry => entry.seen),
    );
    return this.known;
  }

  private service({ seen, facts }: Entry): Service {
    const { labels } = seen;
    const { who, services } = this.identities();
    const identity = who.get(seen.id);
    const group = labels.group ?? labels.project;
    return {
      id: identity?.service ?? seen.id,
      instance: seen.id,
      server: this.server,
      name: labels.name ?? labels.composeService ?? (seen.name || shortInstance(seen.id)),
      containerName: seen.name,
      kind: 'container',
      ...(labels.project === undefined ? {} : { project: labels.project }),
      ...(labels.composeService === undefined ? {} : { composeService: labels.composeService }),
      ...(group === undefined ? {} : { group }),
      ...needsOf(this.server, labels, identity?.service),
      state: facts?.state ?? seen.state,
      since: sinceOf(seen, facts),
      image: seen.image,
      ports: seen.ports,
      ...(seen.addresses.length === 0 ? {} : { addresses: seen.addresses }),
      ...(labels.folder === undefined ? {} : { folder: labels.folder }),
      enabled: labels.enabled,
      ...given('logPattern', labels.pattern),
      ...given('alertChannel', labels.channel),
      oneOff: labels.oneOff,
      diagnostics: [
        ...labels.diagnostics,
        ...(identity?.notes ?? []),
        ...danglingOf(this.server, labels, services),
        ...this.probeNote(seen),
      ],
    };
  }

  private probeNote({ id, labels }: Seen): string[] {
    if (labels.probe === undefined) return [];
    if (!this.probed) return ['label dozor.healthcheck.url is not asked: its server is another machine, and is not probed from here'];
    const why = this.probeNotes.get(id);
    return why === undefined ? [] : [`label dozor.healthcheck.url ${why}; it is not asked`];
  }
}

/** A restart may give a container other addresses and ports. */
const shapeOf = ({ ports, addresses }: Seen): string => JSON.stringify([ports, addresses]);

/** Compose's dependencies are those of its project; our label also works between containers that have none. */
const usable = ({ project, dependsOn }: Labels): readonly Dependency[] =>
  project === undefined ? dependsOn.filter(need => need.byLabel) : dependsOn;

const needId = (server: ServerId, need: Dependency, project: string | undefined): ServiceId =>
  serviceId(server, need.service.toWellFormed(), project);

/** Dependencies hold within one project of one server; one that was removed stays named, since it may be the cause. */
function needsOf(server: ServerId, labels: Labels, own: ServiceId | undefined): Pick<Service, 'dependsOn' | 'waitsForEnd'> {
  const id = (need: Dependency): ServiceId => needId(server, need, labels.project);
  const needs = usable(labels).filter(need => id(need) !== own);
  const jobs = needs.filter(need => need.condition === 'service_completed_successfully');
  return { dependsOn: needs.map(id), waitsForEnd: jobs.map(id) };
}

/** Names in our label that no service of this server and project answers to: misspelled, or removed. */
function danglingOf(server: ServerId, labels: Labels, known: ReadonlySet<ServiceId>): string[] {
  const missing = usable(labels).filter(need => need.byLabel && !known.has(needId(server, need, labels.project)));
  const where = labels.project === undefined ? 'among the containers without a project' : 'in its project';
  return missing.map(need => `label dozor.depends_on names "${displaySafe(need.service, 60)}", and there is no such service ${where}`);
}

/** When the present state began, as far as inspect tells; 0 when not known. */
function sinceOf(seen: Seen, facts: Facts | undefined): number {
  if (facts === undefined) return seen.state === 'created' ? seen.created : 0;
  if (facts.state === 'created') return facts.createdAt ?? 0;
  return (facts.state === 'running' || facts.state === 'paused' ? facts.startedAt : facts.finishedAt) ?? 0;
}
