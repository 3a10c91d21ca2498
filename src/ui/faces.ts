import * as vscode from 'vscode';
import type { Clock } from '../base/time.ts';
import type { Engine } from '../engine/port.ts';
import { chatParticipant } from './chatParticipant.ts';
import { registerTools } from './chatTools.ts';
import { registerCommands } from './commands.ts';
import { Documents } from './documents.ts';
import { GroupDocuments } from './groupDocuments.ts';
import { inspectText } from './inspectText.ts';
import { Investigations } from './investigations.ts';
import { LogDocuments } from './logDocuments.ts';
import { ServicesTree } from './servicesTree.ts';
import type { SettingsFace } from './settings.ts';
import { statusBar } from './statusBar.ts';
import { serveTriage } from './triageDocument.ts';

/** What the faces are handed by the door. */
export interface FaceNeeds {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly settings: SettingsFace;
  readonly output: vscode.LogOutputChannel;
  readonly extension: vscode.Uri;
}

/** Every face of Dozor inside VS Code. A face that cannot be made is reported, and the others are there all the same. */
export function registerFaces(needs: FaceNeeds): vscode.Disposable {
  const { engine, clock, settings, output } = needs;
  const documents = new Documents();
  const logs = new LogDocuments(engine, clock, documents, () => settings.current.logLines);
  const tree = new ServicesTree(engine, clock, settings);
  const parts: vscode.Disposable[] = [documents, logs, tree];
  documents.serve('inspect', uri => inspectText(engine, uri.query));
  serveTriage(engine, documents);
  const investigations = new Investigations(engine, documents);
  const groups = new GroupDocuments(engine, clock, documents);
  parts.push(groups, investigations);
  const deck = { engine, clock, log: output, settings, tree, documents, logs, investigations, groups, showOutput: () => output.show() };
  const door = { engine, clock, log: output, devModeHours: () => settings.current.devModeHours };
  const icon = vscode.Uri.joinPath(needs.extension, 'media', 'icon.png');
  const makers: readonly (readonly [string, () => vscode.Disposable])[] = [
    ['commands', () => registerCommands(deck)],
    ['status bar', () => statusBar(engine, clock)],
    // Forks of VS Code may lack the chat or the tools.
    ['language model tools', () => registerTools(door)],
    ['chat participant', () => chatParticipant(door, icon)],
  ];
  for (const [name, make] of makers) {
    try {
      parts.push(make());
    } catch (error) {
      output.error(`Dozor works without its ${name}: ${String(error)}`);
    }
  }
  return vscode.Disposable.from(...parts);
}
