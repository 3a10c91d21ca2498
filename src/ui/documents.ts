import * as vscode from 'vscode';
import { displaySafe } from '../base/safeText.ts';
import type { Service, ServiceId } from '../model/service.ts';

export const scheme = 'dozor';

/** Makes the text of one kind of document, when the document is opened or changes. */
export type Maker = (uri: vscode.Uri) => string | Promise<string>;

/** A name for a tab: what a path or a URI would read as structure is replaced. */
const fileName = (text: string): string => displaySafe(text, 60).replace(/[^\p{L}\p{N} ._()@-]/gu, '_') || 'unnamed';

/** `kind` picks the maker, the service id travels in the query. The folder of logs gives them their language, see package.json. */
export function documentUri(kind: string, service: Service | undefined, title: string, extension: string): vscode.Uri {
  const project = service?.project === undefined ? '' : ` (${service.project})`;
  return vscode.Uri.from({
    scheme,
    authority: kind,
    path: `/dozor-${extension}/${fileName(`${title}${project}`)}.${extension}`,
    query: service?.id ?? '',
  });
}

export const serviceOf = (uri: vscode.Uri): ServiceId => uri.query;

/** Read-only documents of the scheme `dozor`: logs, inspect, triage. */
export class Documents implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly moved = new vscode.EventEmitter<vscode.Uri>();
  private readonly makers = new Map<string, Maker>();
  private readonly registration: vscode.Disposable;
  readonly onDidChange = this.moved.event;

  constructor() {
    this.registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  }

  /** Says who makes the documents of one kind. */
  serve(kind: string, maker: Maker): void {
    this.makers.set(kind, maker);
  }

  /** The text changed: VS Code asks for it again. */
  refresh(uri: vscode.Uri): void {
    this.moved.fire(uri);
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const maker = this.makers.get(uri.authority);
    return maker === undefined ? `Dozor has no document of the kind ${displaySafe(uri.authority, 40)}.` : maker(uri);
  }

  /** Opens a document and asks for its text anew, as VS Code may still hold an older one. */
  async show(uri: vscode.Uri): Promise<vscode.TextEditor> {
    const document = await vscode.workspace.openTextDocument(uri);
    this.refresh(uri);
    return vscode.window.showTextDocument(document, { preview: false });
  }

  /** Opens a Markdown document rendered; where no preview is at hand, its text. */
  async preview(uri: vscode.Uri): Promise<void> {
    await vscode.workspace.openTextDocument(uri);
    this.refresh(uri);
    try {
      await vscode.commands.executeCommand('markdown.showPreview', uri);
    } catch {
      await this.show(uri);
    }
  }

  dispose(): void {
    this.registration.dispose();
    this.moved.dispose();
  }
}
