import * as vscode from 'vscode';
import { type GroupPicture, groupPictures } from '../act/groupPicture.ts';
import { groupMarkdown } from '../act/groupText.ts';
import { type Clock, seconds } from '../base/time.ts';
import type { Beliefs, Engine } from '../engine/port.ts';
import { type Documents, documentUri, scheme } from './documents.ts';
import { groupId } from './treeRows.ts';

const kind = 'group';
/** Dashboards are written anew at most this often, ms; also while nothing happens, as ages grow. */
const restTime = seconds(1);
const agingTime = seconds(30);
const gone = '# Group\n\nThis group is not there any more. Choose another one with "Dozor: Open Group Dashboard".\n';

/** The groups that have a name, and so a dashboard. */
export const namedGroups = (beliefs: Beliefs): readonly GroupPicture[] => groupPictures(beliefs).filter(({ name }) => name !== undefined);
/** The id of its row. */
export const rowOf = ({ server, name = '' }: GroupPicture): string => groupId(server, name);

/** The dashboards of groups: Markdown documents that follow what the engine believes while somebody looks at them. */
export class GroupDocuments implements vscode.Disposable {
  private readonly engine: Engine;
  private readonly clock: Clock;
  private readonly documents: Documents;
  /** Opened dashboards, and the text that each has now. */
  private readonly opened = new Map<string, { readonly uri: vscode.Uri; text: string }>();
  private readonly parts: vscode.Disposable[];
  private resting: vscode.Disposable | undefined;
  private due = false;

  constructor(engine: Engine, clock: Clock, documents: Documents) {
    this.engine = engine;
    this.clock = clock;
    this.documents = documents;
    documents.serve(kind, uri => this.write(uri));
    this.parts = [engine.changed(() => this.rest(restTime)), vscode.window.tabGroups.onDidChangeTabs(() => this.rest(restTime))];
  }

  /** Opens the dashboard rendered. */
  async show(group: GroupPicture): Promise<void> {
    const uri = documentUri(kind, undefined, `Group ${group.name ?? ''}`, 'md').with({ query: rowOf(group) });
    this.opened.set(uri.toString(), { uri, text: '' });
    await this.documents.preview(uri);
    this.rest(restTime);
  }

  private write(uri: vscode.Uri): string {
    const group = namedGroups(this.engine.beliefs()).find(each => rowOf(each) === uri.query);
    const text = group === undefined ? gone : groupMarkdown(group);
    const held = this.opened.get(uri.toString());
    if (held !== undefined) held.text = text;
    else {
      this.opened.set(uri.toString(), { uri, text });
      this.rest(restTime);
    }
    return text;
  }

  /** News that come faster than it is written wait for it, and do not put it off. */
  private rest(ms: number): void {
    if (this.opened.size === 0 || this.due) return;
    this.due = ms === restTime;
    this.resting?.dispose();
    this.resting = this.clock.after(ms, () => this.update());
  }

  private update(): void {
    this.due = false;
    const groups = new Map(namedGroups(this.engine.beliefs()).map(group => [rowOf(group), group]));
    for (const [key, { uri, text }] of this.opened) {
      const tab = tabOf(uri);
      if (tab === undefined) this.opened.delete(key);
      if (tab?.isActive !== true) continue;
      const group = groups.get(uri.query);
      if ((group === undefined ? gone : groupMarkdown(group)) !== text) this.refresh(uri);
    }
    this.rest(agingTime);
  }

  private refresh(uri: vscode.Uri): void {
    this.documents.refresh(uri);
    const held = vscode.workspace.textDocuments.some(document => document.uri.toString() === uri.toString());
    // VS Code lets go of a text that only a preview shows, and then hears of no change: the preview has to read it again.
    if (!held) vscode.commands.executeCommand('markdown.preview.refresh').then(undefined, () => undefined);
  }

  dispose(): void {
    this.resting?.dispose();
    for (const part of this.parts) part.dispose();
  }
}

/** The tab that shows a document: its text, or a preview, which is known by its title alone. */
function tabOf(uri: vscode.Uri): vscode.Tab | undefined {
  const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
  const shows = ({ input, label }: vscode.Tab): boolean =>
    input instanceof vscode.TabInputText
      ? input.uri.scheme === scheme && input.uri.toString() === uri.toString()
      : input instanceof vscode.TabInputWebview && input.viewType.endsWith('markdown.preview') && label.includes(name);
  const tabs = vscode.window.tabGroups.all.flatMap(group => group.tabs).filter(shows);
  return tabs.find(tab => tab.isActive) ?? tabs[0];
}
