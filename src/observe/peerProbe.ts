import { readFile } from 'node:fs/promises';
import { connectionError } from '../connect/apiError.ts';
import { type AskHow, askPort } from '../connect/askPort.ts';
import type { DockerApi } from '../connect/dockerApi.ts';
import { isEnginePort, isOwn } from '../connect/probeUrl.ts';
import type { PeerAnswer, PeerAsk } from '../model/probe.ts';
import type { InstanceId } from '../model/service.ts';
import { type Seen, seenInInspect } from './dockerSeen.ts';
import { fields, text, whole } from './readers.ts';

/** Most ports of one peer that are asked in one round. */
const most = 4;

/** For tests. */
export interface PeerParts {
  readonly ask?: typeof askPort;
  readonly platform?: string;
  readonly read?: (path: string) => Promise<string>;
}

const readText = (path: string): Promise<string> => readFile(path, 'latin1');

/** Ports that are listened on in the network of a local container's process; empty where that cannot be seen. */
async function listening(pid: number, id: InstanceId, read: (path: string) => Promise<string>, withLoopback: boolean): Promise<number[]> {
  const content = (path: string): Promise<string> => read(path).catch(() => '');
  // A number names another process after a restart, and one of this machine where the engine is in a virtual one.
  if (pid <= 0 || !(await content(`/proc/${pid}/cgroup`)).includes(id)) return [];
  const tables = await Promise.all(['tcp', 'tcp6'].map(name => content(`/proc/${pid}/net/${name}`)));
  const rows = tables.join('\n').matchAll(/^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} 0A /gm);
  const open = [...rows]
    .filter(([, address = '']) => withLoopback || !isLoopback(address))
    .map(([, , port = '']) => Number.parseInt(port, 16));
  return [...new Set(open)].sort((a, b) => a - b);
}

/** As the kernel writes them: each group of four bytes the wrong way round. */
const isLoopback = (address: string): boolean => /^[0-9A-F]{6}7F$/.test(address) || address === '00000000000000000000000001000000';

interface Door {
  readonly port: number;
  readonly address: string;
  /** The port at that address. */
  readonly at: number;
}

/** The way to a port: on Linux the container's own address, elsewhere (engines in a virtual machine) where it is published. */
function doorTo(port: number, seen: Seen, linux: boolean): Door | undefined {
  const direct = linux ? seen.addresses.find(address => isOwn(address, port, seen)) : undefined;
  if (direct !== undefined) return { port, address: direct, at: port };
  const published = seen.ports.find(one => one.container === port && one.protocol === 'tcp' && one.host !== undefined);
  const at = published?.host;
  return at !== undefined && isOwn('127.0.0.1', at, seen) ? { port, address: '127.0.0.1', at } : undefined;
}

function howOf(port: number, first: number | undefined, { complaint, http }: PeerAsk): AskHow {
  if (complaint !== 'timeout' || port !== first) return 'connect';
  return http ? 'http' : 'listen';
}

/**
 * A peer on the network of its machine: loopback holds the ports of everybody there, so only those that it exposes are connected to.
 * Of the port that is named the table tells that nobody listens; a port of somebody else is left alone.
 */
async function askShared(
  answer: unknown,
  all: readonly number[],
  wish: PeerAsk,
  ask: typeof askPort,
  signal: AbortSignal,
): Promise<readonly PeerAnswer[] | string> {
  const { named } = wish;
  const exposed = Object.keys(fields(fields(fields(answer)['Config'])['ExposedPorts'])).slice(0, 64);
  const own = exposed.flatMap(key => (key.endsWith('/tcp') ? [Number.parseInt(key, 10)] : [])).filter(port => all.includes(port));
  const mine = own.filter(port => !isEnginePort(port)).sort((a, b) => Number(b === named) - Number(a === named));
  const nobody: PeerAnswer[] = named !== undefined && !all.includes(named) ? [{ port: named, outcome: 'refused', ms: 0 }] : [];
  if (mine.length + nobody.length === 0) return 'it shares the network of its machine, and none of the ports there is known to be its own';
  const told = mine.slice(0, most).map(port => ask('127.0.0.1', port, howOf(port, named ?? mine[0], wish), signal));
  return [...nobody, ...(await Promise.all(told))];
}

/** A peer with a network of its own: the port that is named, then those it listens on, then those it exposes. */
async function askOwn(
  seen: Seen,
  open: readonly number[],
  wish: PeerAsk,
  { ask, linux }: { readonly ask: typeof askPort; readonly linux: boolean },
  signal: AbortSignal,
): Promise<readonly PeerAnswer[] | string> {
  const exposed = seen.ports.filter(({ protocol }) => protocol === 'tcp').map(({ container }) => container);
  const wanted = [...new Set([...(wish.named === undefined ? [] : [wish.named]), ...open, ...exposed])].filter(port => !isEnginePort(port));
  const doors = wanted.slice(0, most).flatMap(port => doorTo(port, seen, linux) ?? []);
  if (wanted.length === 0) return 'no port of it is known';
  if (doors.length === 0) return 'it has no address of its own that can be reached from here';
  const first = wish.named ?? doors[0]?.port;
  return Promise.all(doors.map(async ({ port, address, at }) => ({ ...(await ask(address, at, howOf(port, first, wish), signal)), port })));
}

/**
 * Connects to the port that a dependant names and to those that the peer opens, at addresses that inspect tells of it and nowhere
 * else. Never rejects; a text says why nothing was asked.
 */
export async function probePeer(
  api: DockerApi,
  near: boolean,
  id: InstanceId,
  wish: PeerAsk,
  signal: AbortSignal,
  { ask = askPort, platform = process.platform, read = readText }: PeerParts = {},
): Promise<readonly PeerAnswer[] | string> {
  if (!near) return 'its server is another machine, and is not probed from here';
  let answer: unknown;
  try {
    answer = await api.inspect(id, signal);
  } catch (error) {
    return connectionError(error, api.where).message;
  }
  const seen = seenInInspect(answer);
  if (seen === undefined || seen.id !== id || seen.state !== 'running') return 'it does not run';
  if (!seen.labels.enabled) return 'its label dozor.enable=false forbids it';
  const { State, HostConfig } = fields(answer);
  const shared = text(fields(HostConfig)['NetworkMode']) === 'host';
  const linux = platform === 'linux';
  const open = linux ? await listening(whole(fields(State)['Pid']), id, read, shared) : [];
  if (!shared) return askOwn(seen, open, wish, { ask, linux }, signal);
  if (open.length === 0) return 'it shares the network of its machine, where its ports cannot be told';
  return askShared(answer, open, wish, ask, signal);
}
