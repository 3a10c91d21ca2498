import { readdir, readFile, readlink } from 'node:fs/promises';
import { connectionError } from '../connect/apiError.ts';
import { type AskHow, askPort } from '../connect/askPort.ts';
import type { DockerApi } from '../connect/dockerApi.ts';
import { isEnginePort, isOwn } from '../connect/probeUrl.ts';
import type { PeerAnswer, PeerAsk } from '../model/probe.ts';
import type { InstanceId } from '../model/service.ts';
import { type Seen, seenInInspect } from './dockerSeen.ts';
import { hostPorts } from './hostPorts.ts';
import { fields, text, whole } from './readers.ts';

/** Most ports of one peer that are asked in one round. */
const most = 4;

/** For tests. */
export interface PeerParts {
  readonly ask?: typeof askPort;
  readonly platform?: string;
  readonly read?: (path: string) => Promise<string>;
  readonly links?: (folder: string) => Promise<readonly string[]>;
}

const readText = (path: string): Promise<string> => readFile(path, 'latin1');
const readLinks = async (folder: string): Promise<readonly string[]> =>
  Promise.all((await readdir(folder)).map(name => readlink(`${folder}/${name}`).catch(() => '')));

/** Ports that a process of a local container listens on beyond its own loopback; empty where that cannot be seen. */
async function listening(pid: number, id: InstanceId, read: (path: string) => Promise<string>): Promise<number[]> {
  const table = (path: string): Promise<string> => read(path).catch(() => '');
  // A number names another process after a restart, and one of this machine where the engine is in a virtual one.
  if (pid <= 0 || !(await table(`/proc/${pid}/cgroup`)).includes(id)) return [];
  const tables = await Promise.all(['tcp', 'tcp6'].map(name => table(`/proc/${pid}/net/${name}`)));
  const rows = tables.join('\n').matchAll(/^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} 0A /gm);
  const open = [...rows].filter(([, address = '']) => !isLoopback(address)).map(([, , port = '']) => Number.parseInt(port, 16));
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
 * Connects to the port that a dependant names and to those that the peer opens, at addresses that inspect tells of it and nowhere
 * else. Never rejects; a text says why nothing was asked.
 */
export async function probePeer(
  api: DockerApi,
  near: boolean,
  id: InstanceId,
  wish: PeerAsk,
  signal: AbortSignal,
  { ask = askPort, platform = process.platform, read = readText, links = readLinks }: PeerParts = {},
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
  const linux = platform === 'linux';
  const pid = whole(fields(fields(answer)['State'])['Pid']);
  if (text(fields(fields(answer)['HostConfig'])['NetworkMode']) === 'host') {
    const { own, taken } = linux ? await hostPorts(pid, id, { text: read, links }) : nothing;
    return askOnHost(own, taken, wish, (port, how) => ask('127.0.0.1', port, how, signal));
  }
  const open = linux ? await listening(pid, id, read) : [];
  const exposed = seen.ports.filter(({ protocol }) => protocol === 'tcp').map(({ container }) => container);
  const wanted = [...new Set([...(wish.named === undefined ? [] : [wish.named]), ...open, ...exposed])].filter(port => !isEnginePort(port));
  const doors = wanted.slice(0, most).flatMap(port => doorTo(port, seen, linux) ?? []);
  if (wanted.length === 0) return 'no port of it is known';
  if (doors.length === 0) return 'it has no address of its own that can be reached from here';
  const first = doors[0]?.port;
  return Promise.all(
    doors.map(async ({ port, address, at }) => ({ ...(await ask(address, at, howOf(port, wish.named ?? first, wish), signal)), port })),
  );
}

const nothing = { own: [], taken: new Set<number>() };

/**
 * In the machine's own network a container has no address, and only ports that its processes hold are its own: those are asked. A named
 * port that nobody listens on refuses without being asked; one that is another's is left alone.
 */
async function askOnHost(
  own: readonly number[],
  taken: ReadonlySet<number>,
  wish: PeerAsk,
  ask: (port: number, how: AskHow) => Promise<PeerAnswer>,
): Promise<readonly PeerAnswer[] | string> {
  const mine = own.filter(port => !isEnginePort(port));
  if (mine.length === 0) return 'it is in the network of its machine, where its ports cannot be told from others';
  const { named } = wish;
  const free: PeerAnswer[] = named === undefined || taken.has(named) ? [] : [{ port: named, outcome: 'refused', ms: 0 }];
  const first = named !== undefined && mine.includes(named) ? named : mine[0];
  const ports = [...new Set([...(first === undefined ? [] : [first]), ...mine])].slice(0, most);
  return [...free, ...(await Promise.all(ports.map(port => ask(port, howOf(port, first, wish)))))];
}
