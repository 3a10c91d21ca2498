import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inRoot } from '../../scripts/paths.ts';
import { performer } from '../../src/act/perform.ts';
import { silentLog } from '../../src/base/log.ts';
import { systemClock } from '../../src/base/time.ts';
import { createEngine } from '../../src/engine/engine.ts';
import type { Beliefs, Engine } from '../../src/engine/port.ts';
import { openCore } from '../../src/logWorker.ts';
import type { Observation, Source } from '../../src/model/observation.ts';
import { defaultSettings, type Settings } from '../../src/model/settings.ts';
import { connectServers } from '../../src/observe/links.ts';
import { LogMill } from '../../src/observe/logMill.ts';
import { workerFile } from '../../src/observe/workerFile.ts';
import { openMemory } from '../../src/remember/store.ts';

export interface UnderTest {
  readonly engine: Engine;
  stop(): void;
}

const tapped =
  (watch: Source, tap: (seen: Observation) => void): Source =>
  (emit, signal) =>
    watch(seen => {
      tap(seen);
      emit(seen);
    }, signal);

/** The engine as a door makes it, on one socket, with a memory on disk. `followLogs`: true as in VS Code, false as on the command line. `tap` hears what is observed; `over` are other settings. */
export async function startUnderTest(
  socket: string,
  followLogs: boolean,
  tap: (seen: Observation) => void = () => undefined,
  over: Partial<Settings> = {},
): Promise<UnderTest> {
  const folder = mkdtempSync(join(tmpdir(), 'dozor-bench-'));
  const settings: Settings = {
    ...defaultSettings,
    servers: [{ name: 'bench', host: `unix://${socket}` }],
    userServices: [],
    scope: 'all',
    followLogs,
    ...over,
  };
  const memory = await openMemory(folder, silentLog);
  const parts = { clock: systemClock, log: silentLog };
  const worker = followLogs ? workerFile(inRoot('src')) : undefined;
  const mill = new LogMill({ ...parts, worker, core: async () => openCore() });
  const engine = createEngine({
    ...parts,
    links: async now =>
      (await connectServers(now, {}, { ...parts, mill, performer, followLogs })).map(link => ({ ...link, watch: tapped(link.watch, tap) })),
    memory,
    settings,
    folders: [],
    trusted: () => false,
    newId: randomUUID,
  });
  engine.start();
  return {
    engine,
    stop() {
      engine.dispose();
      mill.dispose();
      memory.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Resolves with the first beliefs that fit, those of now included; rejects after `ms`. */
export function beliefsWhere(engine: Engine, what: string, fits: (beliefs: Beliefs) => boolean, ms = 10_000): Promise<Beliefs> {
  return new Promise((resolve, reject) => {
    if (fits(engine.beliefs())) return resolve(engine.beliefs());
    const timer = setTimeout(() => {
      listening.dispose();
      reject(new Error(`Not within ${ms} ms: ${what}`));
    }, ms);
    const listening = engine.changed(beliefs => {
      if (!fits(beliefs)) return;
      clearTimeout(timer);
      listening.dispose();
      resolve(beliefs);
    });
  });
}
