import * as vscode from 'vscode';
import { type Clock, pause } from '../base/time.ts';
import type { Engine } from '../engine/port.ts';
import type { Service, ServiceId } from '../model/service.ts';
import { type Documents, documentUri, scheme, serviceOf } from './documents.ts';
import { LogPaint } from './logPaint.ts';
import { LogSession } from './logSession.ts';
import { type LogFilter, lineAt, noFilter } from './logView.ts';

const logKind = 'logs';
/** Until the editor has told what it shows, ms. */
const settleTime = 150;
/** A line is looked for while the log is read: every 100 ms, for 4 s. */
const findEvery = 100;
const findTries = 40;
const isLog = (document: vscode.TextDocument): boolean => document.uri.scheme === scheme && document.uri.authority === logKind;

/** Log documents: each follows one service for as long as a tab shows it. */
export class LogDocuments implements vscode.Disposable {
  private readonly engine: Engine;
  private readonly clock: Clock;
  private readonly documents: Documents;
  private readonly cap: () => number;
  private readonly sessions = new Map<string, LogSession>();
  private readonly paint = new LogPaint();
  private readonly parts: vscode.Disposable[];
  private soon: vscode.Disposable | undefined;

  constructor(engine: Engine, clock: Clock, documents: Documents, cap: () => number) {
    this.engine = engine;
    this.clock = clock;
    this.documents = documents;
    this.cap = cap;
    documents.serve(logKind, uri => this.sessionOf(uri).text());
    this.parts = [
      this.paint,
      vscode.workspace.onDidChangeTextDocument(event => isLog(event.document) && this.written(event.document)),
      vscode.window.onDidChangeTextEditorVisibleRanges(event => isLog(event.textEditor.document) && this.colour(event.textEditor)),
      vscode.window.onDidChangeTextEditorSelection(event => isLog(event.textEditor.document) && this.moved(event)),
      vscode.window.onDidChangeVisibleTextEditors(editors => this.coloured(editors)),
      vscode.window.onDidChangeActiveTextEditor(() => this.tellPaused()),
      vscode.window.tabGroups.onDidChangeTabs(event => this.closed(event.closed)),
    ];
  }

  async show(service: Service): Promise<void> {
    const uri = documentUri(logKind, service, service.name, 'log');
    this.sessionOf(uri);
    const editor = await this.documents.show(uri);
    this.toEnd(editor);
    this.tellPaused();
  }

  /** Opens the log with the line that was written at `at` (ms) selected. False when that line is not held any more. */
  async showAt(service: Service, at: number): Promise<boolean> {
    const uri = documentUri(logKind, service, service.name, 'log');
    const session = this.sessionOf(uri);
    session.atEnd = false;
    session.setFilter(noFilter);
    const editor = await this.documents.show(uri);
    for (let tries = 0; tries < findTries; tries++) {
      const line = lineAt(session.rows, at);
      if (line !== undefined && line < editor.document.lineCount) {
        const place = editor.document.lineAt(line).range;
        editor.selection = new vscode.Selection(place.start, place.end);
        editor.revealRange(place, vscode.TextEditorRevealType.InCenter);
        return true;
      }
      await pause(this.clock, findEvery);
    }
    return false;
  }

  /** The session of the log in front; undefined when something else is. */
  get active(): LogSession | undefined {
    const document = vscode.window.activeTextEditor?.document;
    return document !== undefined && isLog(document) ? this.sessionOf(document.uri) : undefined;
  }

  filter(filter: LogFilter): void {
    this.active?.setFilter(filter);
  }

  pause(paused: boolean): void {
    this.active?.setPaused(paused);
    this.tellPaused();
  }

  private tellPaused(): void {
    vscode.commands.executeCommand('setContext', 'dozor.logPaused', this.active?.paused === true);
  }

  private sessionOf(uri: vscode.Uri): LogSession {
    const key = uri.toString();
    const known = this.sessions.get(key);
    if (known !== undefined) return known;
    const service: ServiceId = serviceOf(uri);
    const session = new LogSession(this.engine, this.clock, service, this.cap(), () => this.documents.refresh(uri));
    this.sessions.set(key, session);
    return session;
  }

  private known(document: vscode.TextDocument): LogSession | undefined {
    return this.sessions.get(document.uri.toString());
  }

  /** New text is in the editor: colour it, and stay at the end when the cursor was there. */
  private written(document: vscode.TextDocument): void {
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document !== document) continue;
      if (this.known(document)?.atEnd !== false) this.toEnd(editor);
      this.colour(editor);
    }
    this.colourSoon();
  }

  /** What is visible is known a moment after the text: a document that shrank would stay pale. */
  private colourSoon(): void {
    this.soon ??= this.clock.after(settleTime, () => {
      this.soon = undefined;
      this.coloured(vscode.window.visibleTextEditors);
    });
  }

  private toEnd(editor: vscode.TextEditor): void {
    const end = new vscode.Position(editor.document.lineCount - 1, 0);
    editor.selection = new vscode.Selection(end, end);
    editor.revealRange(new vscode.Range(end, end));
  }

  /** Our own moves have no kind; only a person's decide whether the end is followed. */
  private moved(event: vscode.TextEditorSelectionChangeEvent): void {
    const session = this.known(event.textEditor.document);
    if (session === undefined || event.kind === undefined) return;
    session.atEnd = event.textEditor.selection.active.line >= event.textEditor.document.lineCount - 2;
  }

  private coloured(editors: readonly vscode.TextEditor[]): void {
    for (const editor of editors) if (isLog(editor.document)) this.colour(editor);
  }

  private colour(editor: vscode.TextEditor): void {
    const session = this.known(editor.document);
    if (session !== undefined) this.paint.paint(editor, session.rows);
  }

  private closed(tabs: readonly vscode.Tab[]): void {
    for (const tab of tabs) {
      const uri = tab.input instanceof vscode.TabInputText ? tab.input.uri : undefined;
      if (uri === undefined || uri.scheme !== scheme || uri.authority !== logKind || isOpen(uri)) continue;
      this.sessions.get(uri.toString())?.dispose();
      this.sessions.delete(uri.toString());
    }
  }

  dispose(): void {
    this.soon?.dispose();
    for (const part of this.parts) part.dispose();
    for (const session of this.sessions.values()) session.dispose();
  }
}

function isOpen(uri: vscode.Uri): boolean {
  const tabs = vscode.window.tabGroups.all.flatMap(group => group.tabs);
  return tabs.some(tab => tab.input instanceof vscode.TabInputText && tab.input.uri.toString() === uri.toString());
}
