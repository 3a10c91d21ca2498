import type { InstanceId } from '../model/service.ts';

/** Reads of /proc; both reject where it may not be looked at. */
export interface ProcReads {
  text(path: string): Promise<string>;
  /** Where the links of a folder lead. */
  links(folder: string): Promise<readonly string[]>;
}

/** What listens on a machine's loopback, as far as it concerns one container that shares the machine's network. */
export interface HostPorts {
  /** Ports that its processes listen on. */
  readonly own: readonly number[];
  /** Ports that anybody listens on. */
  readonly taken: ReadonlySet<number>;
}

/** Most processes of one container that are looked at. */
const most = 64;
/** Addresses that 127.0.0.1 comes to, as the kernel writes them: any, itself, and any of the newer kind. */
const reachable: ReadonlySet<string> = new Set(['00000000', '0100007F', '0'.repeat(32)]);

async function processesOf(pid: number, read: ProcReads['text']): Promise<readonly number[]> {
  const found = [pid];
  for (let i = 0; i < found.length && found.length < most; i++) {
    const children = await read(`/proc/${found[i]}/task/${found[i]}/children`).catch(() => '');
    found.push(...children.split(' ').map(Number).filter(Boolean));
  }
  return found.slice(0, most);
}

/** Inode → port of what listens in the network of a process. */
async function listeners(pid: number, read: ProcReads['text']): Promise<ReadonlyMap<string, number>> {
  const tables = await Promise.all(['tcp', 'tcp6'].map(name => read(`/proc/${pid}/net/${name}`).catch(() => '')));
  const rows = tables.join('\n').matchAll(/^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} 0A \S+ \S+ \S+\s+\d+\s+\d+ (\d+)/gm);
  return new Map(
    [...rows].flatMap(([, address = '', port = '', inode = '']) => (reachable.has(address) ? [[inode, Number.parseInt(port, 16)]] : [])),
  );
}

/**
 * Tells the ports of one container apart from all others of the machine, by the sockets that its processes hold. None are its own where
 * the process is another's by now, or may not be looked at. Never rejects.
 */
export async function hostPorts(pid: number, id: InstanceId, { text, links }: ProcReads): Promise<HostPorts> {
  const mine = pid > 0 && (await text(`/proc/${pid}/cgroup`).catch(() => '')).includes(id);
  if (!mine) return { own: [], taken: new Set() };
  const [processes, open] = await Promise.all([processesOf(pid, text), listeners(pid, text)]);
  const held = await Promise.all(processes.map(each => links(`/proc/${each}/fd`).catch(() => [])));
  const ports = held.flat().flatMap(link => open.get(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? '') ?? []);
  return { own: [...new Set(ports)].sort((a, b) => a - b), taken: new Set(open.values()) };
}
