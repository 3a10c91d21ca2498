import * as vscode from 'vscode';
import type { Investigation, Place, Progress } from '../act/investigation.ts';
import { investigationText, quotePlaces } from '../act/investigationText.ts';
import { forToast } from '../base/safeText.ts';
import type { Engine } from '../engine/port.ts';
import type { Service, ServiceId } from '../model/service.ts';
import { signalOf } from './chatTools.ts';
import { type Documents, documentUri, scheme, serviceOf } from './documents.ts';
import { linkOf, quoteLines } from './evidenceLinks.ts';

const kind = 'investigate';

/** The Markdown of an investigation of one service. */
export const investigationMarkdown = async (
  engine: Engine,
  service: ServiceId,
  signal: AbortSignal,
  progress?: Progress,
): Promise<string> => investigationText(await engine.investigate(service, signal, progress), 'markdown');

/** How many texts are held for their documents. */
const most = 20;

interface Held {
  readonly text: string;
  readonly places: readonly (Place | undefined)[];
}

/** Runs investigations on demand and shows each as a document whose quotes open the log at their line. */
export class Investigations implements vscode.DocumentLinkProvider, vscode.Disposable {
  private readonly engine: Engine;
  private readonly documents: Documents;
  private readonly held = new Map<ServiceId, Held>();
  private readonly registration: vscode.Disposable;

  constructor(engine: Engine, documents: Documents) {
    this.engine = engine;
    this.documents = documents;
    documents.serve(
      kind,
      uri => this.held.get(serviceOf(uri))?.text ?? 'This investigation is over. Run "Dozor: Investigate Service" again.',
    );
    this.registration = vscode.languages.registerDocumentLinkProvider({ scheme }, this);
  }

  /** Shows progress that can be cancelled, then the document; nothing opens when it was cancelled. */
  async show(service: Service): Promise<void> {
    const title = forToast(`Investigating ${service.name}`, 80);
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    const found = await vscode.window.withProgress(options, async (report, token) => {
      const tell: Progress = ({ check }, done, of) => report.report({ message: `${check}, ${done} of ${of}`, increment: 100 / of });
      const made = await this.engine.investigate(service.id, signalOf(token), tell);
      return token.isCancellationRequested ? undefined : made;
    });
    if (found !== undefined) await this.open(service, found);
  }

  provideDocumentLinks(document: vscode.TextDocument): vscode.DocumentLink[] {
    const { uri } = document;
    const places = uri.authority === kind ? (this.held.get(serviceOf(uri))?.places ?? []) : [];
    return quoteLines(document.getText()).flatMap(({ line, from }, i) => {
      const place = places[i];
      if (place === undefined) return [];
      const link = new vscode.DocumentLink(
        new vscode.Range(line, from, line, document.lineAt(line).text.length),
        vscode.Uri.parse(linkOf(place)),
      );
      link.tooltip = 'Open the log at this line';
      return [link];
    });
  }

  private async open(service: Service, found: Investigation): Promise<void> {
    this.held.delete(service.id);
    this.held.set(service.id, { text: investigationText(found, 'plain'), places: quotePlaces(found) });
    for (const old of [...this.held.keys()].slice(0, -most)) this.held.delete(old);
    await this.documents.show(documentUri(kind, service, `Investigation ${service.name}`, 'txt'));
  }

  dispose(): void {
    this.registration.dispose();
  }
}
