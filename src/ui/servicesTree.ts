import * as vscode from 'vscode';
import { type Clock, seconds } from '../base/time.ts';
import type { Engine } from '../engine/port.ts';
import type { ServiceId } from '../model/service.ts';
import { count, openIssues, symptoms } from './glance.ts';
import type { SettingsFace } from './settings.ts';
import { rowTooltip } from './tooltip.ts';
import { changedRows, drawnRows } from './treeChanges.ts';
import { type Row, type Rows, treeRows } from './treeRows.ts';
import { contextKeys, viewMessage, viewState } from './viewState.ts';

/** What the tree hands to commands. Stale or missing refs are normal: a command asks the engine again. */
export interface Ref {
  readonly id: string;
  readonly service?: ServiceId;
  readonly server?: string;
}

const viewId = 'dozor.services';
/**
 * A little longer than VS Code gathers changes of a tree, ms: it draws the first at once, and what follows only when it has been quiet
 * for 200 ms. News that come faster would hold the view still for as long as the storm lasts.
 */
const restTime = 220;
/** Refs outlive their rows, as VS Code may still ask for one and takes a second ref of the same id for an error. */
const mostRefs = 5000;
const nothing: Rows = { roots: [], byId: new Map(), shown: 0, hidden: 0 };

/** The tree server > group > service. It draws what the engine believes and never drives it. */
export class ServicesTree implements vscode.TreeDataProvider<Ref>, vscode.Disposable {
  private readonly engine: Engine;
  private readonly clock: Clock;
  private readonly settings: SettingsFace;
  private readonly moved = new vscode.EventEmitter<Ref | Ref[] | undefined>();
  private readonly view: vscode.TreeView<Ref>;
  private readonly refs = new Map<string, Ref>();
  private readonly told = new Map<string, unknown>();
  private readonly parts: vscode.Disposable[];
  private rows: Rows = nothing;
  /** What VS Code was told last: rows that still look as they did then are not told again. */
  private drawn: Rows = nothing;
  private resting: vscode.Disposable | undefined;
  private stale = false;
  private words = '';
  private quietSince: number | undefined;
  readonly onDidChangeTreeData = this.moved.event;

  constructor(engine: Engine, clock: Clock, settings: SettingsFace) {
    this.engine = engine;
    this.clock = clock;
    this.settings = settings;
    this.view = vscode.window.createTreeView(viewId, { treeDataProvider: this, canSelectMany: true, showCollapseAll: true });
    this.parts = [
      this.view,
      this.moved,
      engine.changed(() => this.update()),
      settings.changed(() => this.update()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.update()),
      this.view.onDidChangeVisibility(() => this.tick()),
    ];
    this.update();
    this.tick();
  }

  get filter(): string {
    return this.words;
  }

  set filter(words: string) {
    this.words = words.trim();
    this.update();
  }

  getChildren(ref?: Ref): Ref[] {
    if (ref === undefined) return viewState(this.engine.beliefs()) === 'ready' ? this.refsOf(this.rows.roots) : [];
    return this.refsOf(this.rows.byId.get(ref.id)?.children ?? []);
  }

  getTreeItem(ref: Ref): vscode.TreeItem {
    const row = this.rows.byId.get(ref.id);
    return row === undefined ? new vscode.TreeItem('gone') : itemOf(row);
  }

  /** Hovers are made when they are asked for: most never are. */
  resolveTreeItem(item: vscode.TreeItem, ref: Ref): vscode.TreeItem {
    const text = rowTooltip(this.engine.beliefs(), ref, this.clock.now());
    if (text) item.tooltip = new vscode.MarkdownString(text);
    return item;
  }

  private refsOf(ids: readonly string[]): Ref[] {
    return ids.flatMap(id => {
      const known = this.refs.get(id);
      if (known !== undefined) return [known];
      const row = this.rows.byId.get(id);
      if (row === undefined) return [];
      const ref: Ref = {
        id,
        ...(row.service === undefined ? {} : { service: row.service }),
        ...(row.kind === 'server' ? { server: row.server } : {}),
      };
      if (this.refs.size >= mostRefs) this.refs.clear();
      this.refs.set(id, ref);
      return [ref];
    });
  }

  /** News come in storms; VS Code draws a tree at most each 200 ms, so more often is work for nothing. */
  private update(): void {
    if (this.resting === undefined) this.draw({ ages: false, parents: false });
    else this.stale = true;
  }

  /** `ages`: rows that only became older are drawn too. Without `parents`, those that only count anew wait for the next time. */
  private draw(what: { readonly ages: boolean; readonly parents: boolean }): void {
    const beliefs = this.engine.beliefs();
    const now = this.clock.now();
    this.rows = viewState(beliefs) === 'ready' ? treeRows(beliefs, now, this.words) : nothing;
    this.tellContext({ ...contextKeys(beliefs, now, this.words), showsAll: this.settings.showsAll });
    this.tellBadge(openIssues(beliefs, now).length, symptoms(beliefs, now).length, now);
    const { all, rows, parents } = changedRows(this.drawn, this.rows, what.ages);
    const later = !what.parents && rows.length > 0;
    this.stale = !all && later && parents.length > 0;
    if (all) this.tell(undefined);
    else this.tell(later ? rows : [...rows, ...parents]);
    this.tellMessage(now);
  }

  /** Hands rows to VS Code, all of them for undefined, and rests for a moment. */
  private tell(ids: readonly string[] | undefined): void {
    if (ids?.length === 0) return;
    this.drawn = ids === undefined ? this.rows : drawnRows(this.drawn, this.rows, ids);
    this.resting?.dispose();
    this.resting = this.clock.after(restTime, () => this.wake());
    this.moved.fire(ids?.flatMap(id => this.refs.get(id) ?? []));
  }

  private wake(): void {
    this.resting = undefined;
    if (this.stale) this.draw({ ages: false, parents: true });
  }

  private tellBadge(issues: number, below: number, now: number): void {
    this.quietSince = issues + below > 0 ? undefined : (this.quietSince ?? now);
    const badge = issues === 0 ? undefined : { value: issues, tooltip: count(issues, 'open issue') };
    if (this.view.badge?.value !== badge?.value) this.view.badge = badge;
  }

  /** After the rows, never before: to VS Code a message is a change like any other, and the rows would wait for it to settle. */
  private tellMessage(now: number): void {
    const trusted = vscode.workspace.isTrusted;
    const { problems } = this.settings;
    const facts = { now, filter: this.words, hidden: this.rows.hidden, trusted, problems, quietSince: this.quietSince };
    const message = viewMessage(this.engine.beliefs(), facts);
    // The API clears it by an empty text as well, and its type has no undefined.
    if (this.view.message !== message) this.view.message = message ?? '';
  }

  private tellContext(keys: Readonly<Record<string, string | boolean>>): void {
    for (const [key, value] of Object.entries(keys)) {
      if (this.told.get(key) === value) continue;
      this.told.set(key, value);
      vscode.commands.executeCommand('setContext', `dozor.${key}`, value);
    }
  }

  /** Ages in the rows grow old by themselves; nobody looks at them while the view is hidden. */
  private timer: vscode.Disposable | undefined;
  private tick(): void {
    this.timer?.dispose();
    if (!this.view.visible) return;
    if (this.resting === undefined) this.draw({ ages: true, parents: true });
    this.timer = this.clock.after(seconds(20), () => this.tick());
  }

  dispose(): void {
    this.timer?.dispose();
    this.resting?.dispose();
    for (const part of this.parts) part.dispose();
  }
}

const expanded: Record<Row['kind'], vscode.TreeItemCollapsibleState> = {
  server: vscode.TreeItemCollapsibleState.Expanded,
  group: vscode.TreeItemCollapsibleState.Expanded,
  service: vscode.TreeItemCollapsibleState.None,
};

function itemOf(row: Row): vscode.TreeItem {
  const item = new vscode.TreeItem(row.label, expanded[row.kind]);
  item.id = row.id;
  item.description = row.description;
  item.iconPath = new vscode.ThemeIcon(row.look.icon, row.look.color === undefined ? undefined : new vscode.ThemeColor(row.look.color));
  item.contextValue = row.flags;
  item.accessibilityInformation = { label: row.says, role: 'treeitem' };
  return item;
}
