import { reportText } from '../act/message.ts';
import type { Engine } from '../engine/port.ts';
import type { Service, ServiceId } from '../model/service.ts';
import type { Deck } from './deck.ts';
import { type Documents, documentUri, serviceOf } from './documents.ts';
import { reportOf } from './report.ts';

/** The Markdown of a triage, of all that is shown or of one service. */
export async function triageMarkdown(engine: Engine, service?: ServiceId, signal?: AbortSignal): Promise<string> {
  const report = await engine.triage(signal);
  return reportText(service === undefined ? report : reportOf(report, service), engine.beliefs().world, 'markdown');
}

export function serveTriage(engine: Engine, documents: Documents): void {
  documents.serve('triage', async uri => `# Triage\n\n${await triageMarkdown(engine, serviceOf(uri) || undefined)}`);
}

/** Opens the report rendered. */
export function showTriage(deck: Deck, service?: Service): Promise<void> {
  return deck.documents.preview(documentUri('triage', service, service === undefined ? 'Triage' : `Triage ${service.name}`, 'md'));
}
