import type { Make } from './change.ts';

/** Stable name of a watched server, from the settings or `local`. */
export type ServerId = string;
/**
 * What lasts: `server/project/name` for a compose service (`#n` for a replica above 1), `server/name` for a plain container,
 * `server/unit:name` for a systemd unit. Parts are URI-encoded, so a slash always separates.
 */
export type ServiceId = string;
/** One run of a service: a container id of 64 hex digits, or a unit's invocation id. */
export type InstanceId = string;

export type ServerReach =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'pipe'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls?: TlsFiles }
  | { readonly kind: 'unreachable'; readonly why: string };

/** Paths of PEM files, read when the connection is made. */
export interface TlsFiles {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface Server {
  readonly id: ServerId;
  readonly label: string;
  readonly reach: ServerReach;
  /** Where the address came from: "setting dozor.servers", "DOCKER_HOST", "Docker context prod", "default socket". */
  readonly origin: string;
  readonly watches: readonly ('docker' | 'systemd')[];
}

export type ServiceKind = 'container' | 'unit';
/** `missing` was there and is removed; `unknown` could not be looked at. */
export type ServiceState = 'created' | 'starting' | 'running' | 'restarting' | 'paused' | 'exited' | 'missing' | 'unknown';
export type Health = 'none' | 'starting' | 'healthy' | 'unhealthy';

export interface Port {
  readonly container: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  /** Published on the server; absent when only exposed. */
  readonly host?: number;
  readonly address?: string;
}

export interface Service {
  readonly id: ServiceId;
  readonly instance?: InstanceId;
  readonly server: ServerId;
  /** For people: display label, else compose service, else container name, else short id. Raw text from outside. */
  readonly name: string;
  /** The container's own name, or the unit's; raw text from outside. */
  readonly containerName: string;
  readonly kind: ServiceKind;
  readonly project?: string;
  /** Name within the project. */
  readonly composeService?: string;
  /** Group for tree and health: `dozor.group`, else the compose project. */
  readonly group?: string;
  readonly dependsOn: readonly ServiceId[];
  /** Dependencies with the condition `service_completed_successfully`: those are jobs. */
  readonly waitsForEnd: readonly ServiceId[];
  readonly state: ServiceState;
  /** When the state began, ms; 0 when not known. */
  readonly since: number;
  readonly image?: string;
  readonly ports: readonly Port[];
  /** Its addresses in the networks it is in; the last known ones while it does not run. */
  readonly addresses?: readonly string[];
  /** Compose's working folder on the server, from its label. */
  readonly folder?: string;
  /** `dozor.enable`: false hides the service and forbids every effect. */
  readonly enabled: boolean;
  /** `dozor.logs.pattern`: a linear-time regular expression; a line that it matches is an error. */
  readonly logPattern?: string;
  /** `dozor.alert.channel`: a name of the settings, or of a built-in channel. */
  readonly alertChannel?: string;
  /** Made by `docker compose run`. */
  readonly oneOff: boolean;
  /** What was wrong with labels or names; shown on the service. */
  readonly diagnostics: readonly string[];
}

/** What inspect says about an instance: the authority for exit code, OOM flag, health and start. */
export interface Facts {
  readonly instance: InstanceId;
  readonly state: ServiceState;
  readonly health: Health;
  /** The newest health result of this run: exit code and redacted output (≤ 300 characters). */
  readonly healthLast?: { readonly exit: number; readonly output: string };
  readonly failingStreak: number;
  readonly hasHealthcheck: boolean;
  /** Ports of its own that the health check asks. */
  readonly checkedPorts?: readonly number[];
  readonly exitCode?: number;
  readonly oomKilled: boolean;
  /** `State.Error`: why the engine could not start it; redacted. */
  readonly error?: string;
  /** ms since the epoch; absent when the engine says "never". */
  readonly createdAt?: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** `State.StartedAt` to the letter: the identity of this run, for compare-and-act. */
  readonly startedExact: string;
  readonly restartCount: number;
  readonly restartPolicy: { readonly name: 'no' | 'always' | 'unless-stopped' | 'on-failure'; readonly max: number };
  readonly image: string;
  readonly imageId: string;
  readonly tty: boolean;
  readonly logDriver: string;
  readonly stopSignal: string;
  /** Seconds between the stop signal and SIGKILL. */
  readonly stopTimeout: number;
  /** Bytes; absent when unlimited. */
  readonly memoryLimit?: number;
  /** Processes and threads it may have; absent when unlimited. */
  readonly pidsLimit?: number;
  /** What this run was made from; absent for units. */
  readonly make?: Make;
  /** For units: systemd's Result, e.g. `exit-code`, `signal`, `oom-kill`. */
  readonly unitResult?: string;
}

/** Builds a service id; any part may be hostile, so each is encoded. Different parts never give the same id. */
export function serviceId(server: ServerId, name: string, project?: string): ServiceId {
  const parts = project === undefined ? [server, name] : [server, project, name];
  return parts.map(part => encodePart(part).replaceAll('%3A', ':').replaceAll('%23', '#').replaceAll('%40', '@')).join('/');
}

/** Half of a surrogate pair, which encodeURIComponent throws at, becomes `%u` and its code. */
const encodePart = (part: string): string =>
  part.isWellFormed()
    ? encodeURIComponent(part)
    : Array.from(part, c => (c.isWellFormed() ? encodeURIComponent(c) : `%u${c.charCodeAt(0).toString(16)}`)).join('');

export const shortInstance = (instance: InstanceId): string => instance.slice(0, 12);
