import { randomUUID } from 'node:crypto';
import { inRoot } from '../../scripts/paths.ts';
import { performer } from '../../src/act/perform.ts';
import { silentLog } from '../../src/base/log.ts';
import { systemClock } from '../../src/base/time.ts';
import { createEngine } from '../../src/engine/engine.ts';
import type { Engine, ServerLink } from '../../src/engine/port.ts';
import { openCore } from '../../src/logWorker.ts';
import type { Observation } from '../../src/model/observation.ts';
import { defaultSettings, type Settings } from '../../src/model/settings.ts';
import { connectServers } from '../../src/observe/links.ts';
import { LogMill } from '../../src/observe/logMill.ts';
import { workerFile } from '../../src/observe/workerFile.ts';
import { openMemory } from '../../src/remember/store.ts';
import { startCountingProxy } from '../bench/countingProxy.ts';

/** What a link said, and when it came. */
export interface Heard {
  /** ms */
  readonly came: number;
  readonly seen: Observation;
}

export interface Watcher {
  readonly engine: Engine;
  readonly heard: readonly Heard[];
  /** The server's link, for what an investigation would read. */
  link(): ServerLink;
  /** Calls since the start that could change something. */
  mutating(): Promise<number>;
  stop(): Promise<void>;
}

/** The engine as the doors make it, with logs followed as in VS Code, behind a proxy that counts what it asks. */
export async function startWatcher(socket: string): Promise<Watcher> {
  const proxy = await startCountingProxy(socket);
  const settings: Settings = {
    ...defaultSettings,
    servers: [{ name: 'local', host: `unix://${proxy.socket}` }],
    userServices: [],
    scope: 'all',
  };
  const memory = await openMemory(undefined, silentLog);
  const heard: Heard[] = [];
  const parts = { clock: systemClock, log: silentLog };
  const mill = new LogMill({ ...parts, worker: workerFile(inRoot('src')), core: async () => openCore() });
  let first: ServerLink | undefined;
  const links = async (now: Settings): Promise<readonly ServerLink[]> => {
    const made = await connectServers(now, {}, { ...parts, mill, performer, followLogs: true });
    const wrapped = made.map(link => heardThrough(link, heard));
    first = wrapped[0];
    return wrapped;
  };
  const engine = createEngine({ ...parts, links, memory, settings, folders: [], trusted: () => true, newId: randomUUID });
  engine.start();
  await engine.ready();
  let mutating = 0;
  return {
    engine,
    heard,
    link() {
      if (first === undefined) throw new Error('the engine has made no link');
      return first;
    },
    async mutating() {
      const counts = await proxy.take();
      for (const [kind, count] of Object.entries(counts)) if (!/^(GET|HEAD) /.test(kind)) mutating += count;
      return mutating;
    },
    async stop() {
      engine.dispose();
      memory.dispose();
      mill.dispose();
      await proxy.stop();
    },
  };
}

function heardThrough(link: ServerLink, heard: Heard[]): ServerLink {
  return {
    ...link,
    watch: (emit, signal) =>
      link.watch(seen => {
        heard.push({ came: Date.now(), seen });
        emit(seen);
      }, signal),
  };
}
