import * as vscode from 'vscode';
import type { Progress } from '../act/investigation.ts';
import { investigationText } from '../act/investigationText.ts';
import { forToast } from '../base/safeText.ts';
import type { Engine } from '../engine/port.ts';
import type { Service, ServiceId } from '../model/service.ts';
import { signalOf } from './chatTools.ts';
import { type Documents, documentUri, serviceOf } from './documents.ts';

/** The Markdown of an investigation of one service. */
export const investigationMarkdown = async (
  engine: Engine,
  service: ServiceId,
  signal: AbortSignal,
  progress?: Progress,
): Promise<string> => investigationText(await engine.investigate(service, signal, progress), 'markdown');

/** How many texts are held for their documents. */
const most = 20;

/** Runs investigations on demand and shows each as a document. */
export class Investigations {
  private readonly engine: Engine;
  private readonly documents: Documents;
  private readonly held = new Map<ServiceId, string>();

  constructor(engine: Engine, documents: Documents) {
    this.engine = engine;
    this.documents = documents;
    documents.serve(
      'investigate',
      uri => this.held.get(serviceOf(uri)) ?? 'This investigation is over. Run "Dozor: Investigate Service" again.',
    );
  }

  /** Shows progress that can be cancelled, then the document; nothing opens when it was cancelled. */
  async show(service: Service): Promise<void> {
    const title = forToast(`Investigating ${service.name}`, 80);
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    const text = await vscode.window.withProgress(options, async (report, token) => {
      const tell: Progress = ({ check }, done, of) => report.report({ message: `${check}, ${done} of ${of}`, increment: 100 / of });
      const made = await investigationMarkdown(this.engine, service.id, signalOf(token), tell);
      return token.isCancellationRequested ? undefined : made;
    });
    if (text !== undefined) await this.open(service, `# Investigation\n\n${text}`);
  }

  private async open(service: Service, text: string): Promise<void> {
    this.held.delete(service.id);
    this.held.set(service.id, text);
    for (const old of [...this.held.keys()].slice(0, -most)) this.held.delete(old);
    await this.documents.preview(documentUri('investigate', service, `Investigation ${service.name}`, 'md'));
  }
}
