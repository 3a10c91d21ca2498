import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { performer } from './act/perform.ts';
import { systemClock } from './base/time.ts';
import { createEngine } from './engine/engine.ts';
import { connectServers } from './observe/links.ts';
import { LogMill } from './observe/logMill.ts';
import { workerFile } from './observe/workerFile.ts';
import { sealOf } from './remember/seal.ts';
import { openMemory } from './remember/store.ts';
import { registerFaces } from './ui/faces.ts';
import { SettingsFace } from './ui/settings.ts';

/** The door inside VS Code: settings, memory, engine, faces. All of it ends with the subscriptions, last made first. */
export async function start(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel('Dozor', { log: true });
  const settings = new SettingsFace(context.workspaceState, output);
  const storage = context.globalStorageUri;
  const memory = await openMemory(storage.scheme === 'file' ? storage.fsPath : undefined, output);
  const clock = systemClock;
  const seal = sealOf(memory);
  const core = async () => (await import('./logWorker.ts')).openCore();
  const mill = new LogMill({ clock, log: output, worker: workerFile(import.meta.dirname), core });
  const engine = createEngine({
    links: wanted => connectServers(wanted, process.env, { clock, log: output, mill, performer, seal, followLogs: wanted.followLogs }),
    memory,
    clock,
    log: output,
    settings: settings.current,
    folders: settings.folders,
    trusted: () => vscode.workspace.isTrusted,
    newId: () => randomBytes(16).toString('hex'),
  });
  const configured = settings.changed(() => engine.configure(settings.current, settings.folders));
  const faces = registerFaces({ engine, clock, settings, output, extension: context.extensionUri });
  context.subscriptions.push(output, memory, mill, engine, settings, configured, faces);
  engine.start();
}
