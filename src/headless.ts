import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { performer } from './act/perform.ts';
import type { Log } from './base/log.ts';
import { forPlain } from './base/safeText.ts';
import { systemClock } from './base/time.ts';
import { createEngine } from './engine/engine.ts';
import { connectServers } from './observe/links.ts';
import { LogMill } from './observe/logMill.ts';
import { workerFile } from './observe/workerFile.ts';
import { sealOf } from './remember/seal.ts';
import { openMemory } from './remember/store.ts';
import { runCli } from './tools/cli.ts';
import type { CliFace, OpenEngine } from './tools/cliRun.ts';
import { cliSettings } from './tools/cliSettings.ts';

const { env, stdout, stderr } = process;
const clock = systemClock;
const ending = new AbortController();

/** Only what a person must know: a script's stdout stays clean, and a calm run says nothing. */
const warn = (text: string): void => void stderr.write(`dozor: ${forPlain(text, 1000)}\n`);
const log: Log = { debug() {}, info() {}, warn, error: warn };

const folderOf = (variable: string, ...fallback: string[]): string => join(env[variable] || join(homedir(), ...fallback), 'dozor');

function settingsFile(): string | undefined {
  try {
    return readFileSync(join(folderOf('XDG_CONFIG_HOME', '.config'), 'settings.json'), 'utf8');
  } catch {
    return undefined;
  }
}

const open: OpenEngine = async ({ followLogs, server, memory: keep }) => {
  const { settings: read, problems } = cliSettings(settingsFile(), env);
  for (const problem of problems) warn(problem);
  const settings = { ...read, followLogs: read.followLogs && followLogs };
  const memory = await openMemory(keep ? folderOf('XDG_STATE_HOME', '.local', 'state') : undefined, log);
  // One look ends before a thread would have begun.
  const worker = settings.followLogs ? workerFile(import.meta.dirname) : undefined;
  const mill = new LogMill({ clock, log, worker, core: async () => (await import('./logWorker.ts')).openCore() });
  const all = await connectServers(settings, env, { clock, log, mill, performer, seal: sealOf(memory), followLogs: settings.followLogs });
  const wanted = all.filter(link => server === undefined || link.server.id === server);
  for (const link of all) if (!wanted.includes(link)) link.dispose();
  const engine = createEngine({
    links: async () => wanted,
    memory,
    clock,
    log,
    settings,
    folders: [process.cwd()],
    trusted: () => true,
    newId: () => randomBytes(16).toString('hex'),
  });
  const dispose = (): void => {
    engine.dispose();
    mill.dispose();
    memory.dispose();
  };
  return { engine, servers: all.map(link => link.server.id), dispose };
};

const face: CliFace = {
  out: line => void stdout.write(`${line}\n`),
  err: line => void stderr.write(`${line}\n`),
  colours: stdout.isTTY === true && (env['NO_COLOR'] ?? '') === '',
  signal: ending.signal,
  clock,
};

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => ending.abort());
// `dozor watch | head` closes the pipe: that is an end, not an error.
for (const stream of [stdout, stderr]) stream.on('error', () => ending.abort());

void runCli(process.argv.slice(2), face, open).then(code => {
  process.exitCode = code;
  // What a server still holds open must not keep the program; the timer alone does not keep it either.
  setTimeout(() => process.exit(), 1000).unref();
});
