import * as vscode from 'vscode';
import { serviceLabel, statusLine } from '../act/statusLine.ts';
import { forMarkdown } from '../base/safeText.ts';
import type { Clock } from '../base/time.ts';
import type { Engine } from '../engine/port.ts';
import { shortInstance } from '../model/service.ts';
import { catalog } from '../tools/catalog.ts';
import { resolveService } from '../tools/resolve.ts';
import type { Tool, ToolResult } from '../tools/tool.ts';
import { askPerson } from './confirm.ts';
import { readInput } from './toolInput.ts';

/** What tools need from their door. */
export interface ToolDoor {
  readonly engine: Engine;
  readonly clock: Clock;
}

const onlyAsks = (input: unknown): boolean =>
  typeof input === 'object' && input !== null && (input as { action?: unknown }).action === 'status';

/** Effects on containers and on attention show a card of VS Code; Dozor's own question comes on top of it. */
const changes = (tool: Tool, input: unknown): boolean =>
  tool.effect !== 'observe' && tool.effect !== 'probe' && !(tool.effect === 'attention' && onlyAsks(input));

/** `appendText` would join the words with hard spaces, and a long line could then not be broken. */
const plain = (text: string): vscode.MarkdownString => new vscode.MarkdownString(forMarkdown(text));

/** The exact target, from our inventory: server, container id and what it does now. */
function targetText(door: ToolDoor, input: unknown): string {
  const words = typeof input === 'object' && input !== null ? (input as { service?: unknown }).service : undefined;
  if (typeof words !== 'string') return '';
  const beliefs = door.engine.beliefs();
  const found = resolveService(beliefs, words);
  const view = found.ok ? beliefs.world.services.get(found.id) : undefined;
  if (view === undefined) return '';
  const server = beliefs.world.servers.get(view.service.server);
  const id = view.service.instance === undefined ? '' : `, ${shortInstance(view.service.instance)}`;
  return ` ${serviceLabel(view.service)} on ${server?.server.label ?? view.service.server}${id}: ${statusLine(view, server, door.clock.now())}.`;
}

export function signalOf(token: vscode.CancellationToken): AbortSignal {
  const ending = new AbortController();
  if (token.isCancellationRequested) ending.abort();
  token.onCancellationRequested(() => ending.abort());
  return ending.signal;
}

/** Runs a tool for a model. Input was checked by nobody we trust, so it is read again here. */
function runTool(tool: Tool, input: unknown, door: ToolDoor, signal: AbortSignal): Promise<ToolResult> {
  const checked = readInput(tool, input);
  return tool.run(checked, {
    engine: door.engine,
    signal,
    askedBy: 'model',
    confirm: proposal => askPerson([proposal]),
    now: () => door.clock.now(),
  });
}

function face(tool: Tool, door: ToolDoor): vscode.LanguageModelTool<unknown> {
  return {
    prepareInvocation({ input }) {
      const checked = readInput(tool, input);
      const running = tool.running(checked);
      const card = { title: tool.title, message: plain(`${running}.${targetText(door, checked)}`) };
      return { invocationMessage: plain(running), ...(changes(tool, checked) ? { confirmationMessages: card } : {}) };
    },
    async invoke({ input }, token) {
      const result = await runTool(tool, input, door, signalOf(token));
      if (result.status === 'error') throw new Error(result.text);
      return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(result.text)]);
    },
  };
}

/** Offers every tool of the catalog to the language models of VS Code. */
export function registerTools(door: ToolDoor): vscode.Disposable {
  return vscode.Disposable.from(...catalog.map(tool => vscode.lm.registerTool(tool.name, face(tool, door))));
}
