import type { Disposable } from '../base/emitter.ts';
import type { Log } from '../base/log.ts';
import { newSealKey, type Seal, sealWith } from '../base/seal.ts';
import type { Clock } from '../base/time.ts';
import { type DockerApi, dockerApi } from '../connect/dockerApi.ts';
import { type Endpoint, parseAddress, showEndpoint, tlsFolder } from '../connect/endpoint.ts';
import { findEndpoint, type Machine, thisMachine } from '../connect/findEndpoint.ts';
import { localShell, type Shell } from '../connect/shell.ts';
import { userManager } from '../connect/systemctl.ts';
import type { Action, Outcome } from '../model/action.ts';
import type { LogLine } from '../model/logs.ts';
import type { Observation, Source } from '../model/observation.ts';
import type { PeerAnswer, PeerAsk } from '../model/probe.ts';
import type { InstanceId, Server, ServiceId } from '../model/service.ts';
import type { Settings } from '../model/settings.ts';
import { inspectJson, lookNow, readLines } from './dockerLink.ts';
import { DockerWatch } from './dockerWatch.ts';
import type { LogMill } from './logMill.ts';
import { probePeer } from './peerProbe.ts';
import { hasUserManager, readAllUnits, type UnitDeps, UnitWatch } from './systemd.ts';
import { inspectUnit, lookAtUnit, readUnitLines } from './systemdLink.ts';

interface Target {
  readonly service: ServiceId;
  readonly instance: InstanceId;
}

/** One server as the engine wants it; the same shape as the engine's `ServerLink`. */
interface Link extends Disposable {
  readonly server: Server;
  readonly watch: Source;
  refresh(signal: AbortSignal): Promise<void>;
  look(target: Target, at: 'inspect' | 'logs', signal: AbortSignal): Promise<readonly Observation[]>;
  readLogs(
    target: Target,
    want: { readonly tail: number; readonly follow: boolean; readonly after?: string },
    signal: AbortSignal,
  ): AsyncIterable<LogLine>;
  inspect(target: Target, signal: AbortSignal): Promise<unknown>;
  probePeer?(target: Target, ask: PeerAsk, signal: AbortSignal): Promise<readonly PeerAnswer[] | string>;
  perform(action: Action, signal: AbortSignal): Promise<Outcome>;
  retryNow(): void;
}

/** Makes the function that carries actions out; handed in by the doors, since a source has no business with effects. */
type Performer = (hands: { readonly docker?: DockerApi; readonly shell?: Shell; readonly clock: Clock }) => Link['perform'];

export interface LinkDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly mill: LogMill;
  readonly performer: Performer;
  /** Hides the values of environments; one of this process alone when absent, so that what was changed between two is not known. */
  readonly seal?: Seal;
  /** Read the logs of running services as they are written; a program that answers once and ends does not. */
  readonly followLogs: boolean;
  /** For tests. */
  readonly machine?: Machine;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * A link for every server of the settings, or for the one local engine, and one for the user's systemd units where there are any.
 * Never rejects: an address that cannot be used is a server out of sight that says so.
 */
export async function connectServers(settings: Settings, env: Env, deps: LinkDeps): Promise<Link[]> {
  const dockers = addresses(settings, env, deps).map(address => dockerLink(address, deps));
  const units = await unitLink(settings, env, deps);
  return units === undefined ? dockers : [...dockers, units];
}

// ---- docker

interface Address {
  readonly id: string;
  readonly label: string;
  readonly endpoint: Endpoint;
  readonly origin: string;
}

function addresses(settings: Settings, env: Env, { machine = thisMachine, log }: LinkDeps): Address[] {
  if (settings.servers.length === 0) return [{ id: 'local', label: 'local', ...findEndpoint(env, machine) }];
  // Two servers of one name would be one server to everybody: the first counts.
  const named = settings.servers.filter((server, at, all) => all.findIndex(other => other.name === server.name) === at);
  if (named.length < settings.servers.length) log.warn('dozor.servers holds a name twice; the first of that name counts');
  return named.map(({ name, host, tls, insecure }) => ({
    id: name,
    label: name,
    origin: 'setting dozor.servers',
    endpoint: parseAddress(host, {
      ...(tls === undefined ? {} : { tls: tlsFolder(tls) }),
      ...(insecure === undefined ? {} : { insecure }),
    }),
  }));
}

/** Watches one Docker engine. */
function dockerLink({ id, label, endpoint, origin }: Address, deps: LinkDeps): Link {
  const { clock, log, mill } = deps;
  const api = dockerApi(endpoint);
  const { followLogs, seal = sealWith(newSealKey()) } = deps;
  const watch = new DockerWatch({ server: id, api, clock, log, mill, followLogs, seal, near: endpoint.kind !== 'tcp' });
  log.info(`${id}: ${showEndpoint(endpoint)} (${origin})`);
  return {
    server: { id, label, reach: endpoint, origin, watches: ['docker'] },
    watch: watch.source,
    refresh: () => watch.refresh(),
    look: (target, at, signal) => lookNow(api, watch, mill, target, at, signal),
    readLogs: (target, want, signal) => readLines(api, watch, target, want, signal),
    inspect: (target, signal) => inspectJson(api, target, signal),
    probePeer: (target, ask, signal) => probePeer(api, endpoint.kind !== 'tcp', target.instance, ask, signal),
    perform: deps.performer({ docker: api, clock }),
    retryNow: () => watch.retryNow(),
    dispose: () => api.dispose(),
  };
}

// ---- systemd

/** A link to the user's units; none where there is no manager, or nothing of it would be watched. */
async function unitLink(settings: Settings, env: Env, deps: LinkDeps): Promise<Link | undefined> {
  if (settings.userServices?.length === 0 || !hasUserManager(env)) return undefined;
  // Times and words are read by a program: they must not depend on where the user lives.
  const shell = localShell({ ...env, TZ: 'UTC', LC_ALL: 'C' });
  const manager = userManager(shell);
  const wanted = settings.userServices;
  const found = await readAllUnits({ manager, wanted }, [], AbortSignal.timeout(5000));
  if (typeof found === 'string') deps.log.debug(`no user units: ${found}`);
  if (typeof found === 'string' || (found.length === 0 && wanted === null)) return undefined;
  const server: Server = {
    id: 'units',
    label: 'user units',
    reach: { kind: 'socket', path: 'systemd --user' },
    origin: 'systemd',
    watches: ['systemd'],
  };
  const unit: UnitDeps = { server, manager, wanted, clock: deps.clock, log: deps.log, mill: deps.mill };
  const watch = new UnitWatch(unit);
  const act = deps.performer({ shell, clock: deps.clock });
  return {
    server,
    watch: watch.source,
    refresh: signal => watch.poll(signal),
    look: (target, at, signal) => lookAtUnit(unit, target, at, signal),
    readLogs: (target, want, signal) => readUnitLines(unit, target, want, signal),
    inspect: (target, signal) => inspectUnit(unit, target, signal),
    async perform(action, signal) {
      const outcome = await act(action, signal);
      // systemd sends us no events: what it did is seen by asking.
      await watch.poll(signal);
      return outcome;
    },
    retryNow: () => undefined,
    dispose: () => undefined,
  };
}
