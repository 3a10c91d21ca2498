import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { displaySafe } from '../base/safeText.ts';
import { type Endpoint, parseAddress, type TlsPaths, tlsFolder } from './endpoint.ts';

/** What the search looks at; replaced in tests. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly uid: number | undefined;
  /** The text of a file, or undefined where there is none; rejects files above 1 MiB by giving undefined. */
  readText(path: string): string | undefined;
  exists(path: string): boolean;
  /** Exists and may be opened for reading and writing. */
  usable(path: string): boolean;
}

export const thisMachine: Machine = {
  platform: process.platform,
  home: homedir(),
  uid: process.getuid?.(),
  readText(path) {
    try {
      const text = readFileSync(path, 'utf8');
      return text.length > 1024 * 1024 ? undefined : text;
    } catch {
      return undefined;
    }
  },
  exists: existsSync,
  usable(path) {
    try {
      accessSync(path, constants.R_OK | constants.W_OK);
      return true;
    } catch {
      return false;
    }
  },
};

export interface Found {
  readonly endpoint: Endpoint;
  /** Where the address came from, for people. */
  readonly origin: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The one local engine, as the docker command would find it: DOCKER_HOST, then DOCKER_CONTEXT or the current context, then the
 * usual sockets. Never throws: what is malformed becomes an endpoint that says so.
 */
export function findEndpoint(env: Env, machine: Machine = thisMachine): Found {
  const host = env['DOCKER_HOST']?.trim();
  if (host !== undefined && host !== '') return { endpoint: fromEnvironment(host, env, machine), origin: 'DOCKER_HOST' };
  return fromContext(env, machine) ?? { endpoint: usualSocket(env, machine), origin: 'default socket' };
}

function fromEnvironment(host: string, env: Env, machine: Machine): Endpoint {
  const wantsTls = (env['DOCKER_TLS_VERIFY'] ?? '') !== '';
  if (!wantsTls) return parseAddress(host);
  return parseAddress(host, { tls: tlsFolder(env['DOCKER_CERT_PATH'] || join(machine.home, '.docker')) });
}

// ---- contexts

function json(text: string | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

function fromContext(env: Env, machine: Machine): Found | undefined {
  const folder = env['DOCKER_CONFIG'] || join(machine.home, '.docker');
  const name = textOf(env['DOCKER_CONTEXT']) ?? textOf(json(machine.readText(join(folder, 'config.json')))?.['currentContext']);
  if (name === undefined || name === 'default') return undefined;
  const shown = displaySafe(name, 60);
  const origin = `Docker context ${shown}`;
  const hash = createHash('sha256').update(name).digest('hex');
  const meta = json(machine.readText(join(folder, 'contexts', 'meta', hash, 'meta.json')));
  const docker = objectOf(objectOf(meta?.['Endpoints'])['docker']);
  const host = textOf(docker['Host']);
  if (host !== undefined) {
    const tls = contextTls(join(folder, 'contexts', 'tls', hash, 'docker'), machine);
    return { endpoint: parseAddress(host, tls === undefined ? {} : { tls }), origin };
  }
  const why = `The Docker context "${shown}" ${meta === undefined ? 'does not exist or cannot be read' : 'names no engine'}.`;
  return { endpoint: { kind: 'unreachable', why, next: 'Choose another with "docker context use", or set dozor.servers.' }, origin };
}

function contextTls(folder: string, machine: Machine): TlsPaths | undefined {
  const there = Object.entries(tlsFolder(folder)).filter(([, path]) => machine.exists(path));
  return there.length === 0 ? undefined : Object.fromEntries(there);
}

// ---- usual places

function usualPlaces(env: Env, machine: Machine): string[] {
  const { home } = machine;
  const runtime = env['XDG_RUNTIME_DIR'] || (machine.uid === undefined ? undefined : `/run/user/${machine.uid}`);
  return [
    '/var/run/docker.sock',
    ...(runtime === undefined ? [] : [join(runtime, 'docker.sock')]),
    join(home, '.docker/run/docker.sock'),
    join(home, '.docker/desktop/docker.sock'),
    ...(runtime === undefined ? [] : [join(runtime, 'podman/podman.sock')]),
    '/run/podman/podman.sock',
    join(home, '.local/share/containers/podman/machine/podman.sock'),
  ];
}

function usualSocket(env: Env, machine: Machine): Endpoint {
  if (machine.platform === 'win32') return { kind: 'pipe', path: '//./pipe/docker_engine' };
  const places = usualPlaces(env, machine);
  // One that may be opened goes before one that merely exists: root's engine is no use to somebody with a rootless one.
  const path = places.find(place => machine.usable(place)) ?? places.find(place => machine.exists(place)) ?? '/var/run/docker.sock';
  return { kind: 'socket', path, others: places.filter(place => place !== path) };
}
