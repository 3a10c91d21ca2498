import * as vscode from 'vscode';
import { Emitter } from '../base/emitter.ts';
import type { Log } from '../base/log.ts';
import { forToast } from '../base/safeText.ts';
import { defaultSettings, parseSettings, type Settings } from '../model/settings.ts';
import { rawSettings } from './settingValues.ts';

const scopeKey = 'dozor.scope';

/** The settings in force: configuration, environment, and the scope a person chose for this window. */
export class SettingsFace implements vscode.Disposable {
  private settings: Settings = defaultSettings;
  private told = '';
  private readonly moved = new Emitter<void>();
  private readonly parts: vscode.Disposable[];
  private readonly memento: vscode.Memento;
  private readonly log: Log;
  readonly changed = this.moved.event;
  /** What is wrong with the settings, one sentence each. */
  problems: readonly string[] = [];

  constructor(memento: vscode.Memento, log: Log) {
    this.memento = memento;
    this.log = log;
    this.read();
    this.parts = [
      vscode.workspace.onDidChangeConfiguration(event => event.affectsConfiguration('dozor') && this.refresh()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.refresh()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.refresh()),
    ];
  }

  /** A person chose to see everything in this window. */
  get showsAll(): boolean {
    return this.memento.get<string>(scopeKey) === 'all';
  }

  get current(): Settings {
    return this.showsAll ? { ...this.settings, services: [], scope: 'all' } : this.settings;
  }

  /** Folders on this machine; a virtual workspace has none. */
  get folders(): readonly string[] {
    return (vscode.workspace.workspaceFolders ?? []).filter(folder => folder.uri.scheme === 'file').map(folder => folder.uri.fsPath);
  }

  /** Shows all services in this window, or goes back to what the settings say. */
  async chooseScope(scope: 'all' | undefined): Promise<void> {
    await this.memento.update(scopeKey, scope);
    this.moved.fire();
  }

  private refresh(): void {
    this.read();
    this.moved.fire();
  }

  private read(): void {
    const configuration = vscode.workspace.getConfiguration('dozor');
    const raw = rawSettings(key => configuration.inspect(key), process.env, vscode.workspace.isTrusted);
    const { settings, problems } = parseSettings(raw.values, this.settings);
    this.settings = settings;
    this.problems = [...problems.map(problem => problem.text), ...raw.ignored];
    this.tell();
  }

  /** Each set of problems is told once: a toast that comes back with every keystroke teaches people to close toasts. */
  private tell(): void {
    const text = this.problems.join('\n');
    if (text === this.told) return;
    this.told = text;
    if (text === '') return;
    this.log.warn(text);
    const open = 'Open Settings';
    vscode.window.showWarningMessage(forToast(this.problems.join(' '), 500), open).then(choice => {
      if (choice === open) vscode.commands.executeCommand('workbench.action.openSettings', '@ext:dozor.dozor');
    });
  }

  dispose(): void {
    for (const part of this.parts) part.dispose();
    this.moved.dispose();
  }
}
