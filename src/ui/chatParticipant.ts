import * as vscode from 'vscode';
import { left } from '../act/ages.ts';
import type { Progress } from '../act/investigation.ts';
import { type Log, reasonOf } from '../base/log.ts';
import { forMarkdown, forTree } from '../base/safeText.ts';
import { hours } from '../base/time.ts';
import type { LogLine } from '../model/logs.ts';
import { catalog } from '../tools/catalog.ts';
import { resolveService } from '../tools/resolve.ts';
import { toolLoop } from './chatLoop.ts';
import { promptMessages } from './chatPrompt.ts';
import { signalOf, type ToolDoor } from './chatTools.ts';
import { devModeMarkdown, devModeWish, logsMarkdown, statusMarkdown } from './chatWords.ts';
import { parseWhen } from './duration.ts';
import { investigationMarkdown } from './investigations.ts';
import { triageMarkdown } from './triageDocument.ts';

export interface ChatDoor extends ToolDoor {
  readonly log: Log;
  readonly devModeHours: () => number;
}

interface Ask {
  readonly door: ChatDoor;
  readonly request: vscode.ChatRequest;
  readonly context: vscode.ChatContext;
  readonly stream: vscode.ChatResponseStream;
  readonly token: vscode.CancellationToken;
}

/** The service named behind a slash command. Says so in the chat when it cannot be told; undefined then. */
function named({ door, request, stream }: Ask): string | undefined {
  const found = resolveService(door.engine.beliefs(), request.prompt.trim());
  if (found.ok) return found.id;
  stream.markdown(forMarkdown(found.because));
  return undefined;
}

/** Every slash command answers in full without any model. */
const slash: Readonly<Record<string, (ask: Ask) => void | Promise<void>>> = {
  async triage(ask) {
    const service = ask.request.prompt.trim() === '' ? undefined : named(ask);
    if (service === undefined && ask.request.prompt.trim() !== '') return;
    ask.stream.progress('Looking at every service');
    ask.stream.markdown(await triageMarkdown(ask.door.engine, service, signalOf(ask.token)));
  },
  async investigate(ask) {
    const { door, request, stream, token } = ask;
    if (request.prompt.trim() === '') return stream.markdown('Name a service: `/investigate api`.');
    const id = named(ask);
    if (id === undefined) return;
    const tell: Progress = ({ check }, done, of) => stream.progress(`${check}: ${done} of ${of} checks`);
    stream.progress('Looking at this service');
    stream.markdown(await investigationMarkdown(door.engine, id, signalOf(token), tell));
  },
  async status({ door, stream, token }) {
    await door.engine.ready(signalOf(token));
    stream.markdown(statusMarkdown(door.engine.beliefs(), door.clock.now()));
  },
  async logs(ask) {
    const { door, request, stream, token } = ask;
    if (request.prompt.trim() === '') return stream.markdown('Name a service: `/logs api`.');
    const id = named(ask);
    const view = id === undefined ? undefined : door.engine.beliefs().world.services.get(id);
    if (view === undefined) return;
    const lines: LogLine[] = [];
    for await (const line of door.engine.readLogs(view.service.id, { tail: 40, follow: false }, signalOf(token))) lines.push(line);
    stream.markdown(logsMarkdown(view.service, lines.slice(-40)));
    stream.button({ command: 'dozor.showLogs', title: 'Follow This Log', arguments: [view.service.id] });
  },
  devmode({ door, request, stream }) {
    const now = door.clock.now();
    const wish = devModeWish(request.prompt);
    if (wish.kind === 'off') door.engine.endLease('all', 'person');
    if (wish.kind === 'on') {
      const when = wish.when === '' ? { ok: true as const, until: now + hours(door.devModeHours()) } : parseWhen(wish.when, now);
      if (!when.ok) return stream.markdown(forMarkdown(when.because));
      const lease = door.engine.lease({ scope: 'all', by: 'person', reason: 'turned on in the chat', until: when.until });
      return stream.markdown(`Dev mode is **on** for ${left(lease.until, now)}: Dozor only watches\\. Say \`/devmode off\` to end it\\.`);
    }
    stream.markdown(devModeMarkdown(door.engine.beliefs(), now));
  },
};

const toolOffers = (): vscode.LanguageModelChatTool[] => {
  const ours = new Set(catalog.map(tool => tool.name));
  return vscode.lm.tools
    .filter(tool => ours.has(tool.name))
    .map(({ name, description, inputSchema }) => ({ name, description, ...(inputSchema === undefined ? {} : { inputSchema }) }));
};

/** Free words go to the model of the request; without one the triage answers, as it is what people ask for most. */
async function talk(ask: Ask): Promise<void> {
  const { door, request, context, stream, token } = ask;
  try {
    const messages = promptMessages(door.engine.beliefs(), request, context, door.clock.now());
    if (await toolLoop({ request, messages, tools: toolOffers(), stream, token })) return;
  } catch (error) {
    if (token.isCancellationRequested) return;
    door.log.info(`The chat answered without a model: ${reasonOf(error)}`);
  }
  stream.markdown(await triageMarkdown(door.engine, undefined, signalOf(token)));
  stream.markdown(
    '\n\nThis is the answer without a language model. Choose a model in the chat to ask in free words, or use `/triage`, `/investigate`, `/status`, `/logs` and `/devmode`, which need none.',
  );
}

function followups(door: ChatDoor, result: vscode.ChatResult): vscode.ChatFollowup[] {
  const beliefs = door.engine.beliefs();
  const first = beliefs.issues.find(issue => issue.service !== undefined)?.service;
  const name = first === undefined ? undefined : beliefs.world.services.get(first)?.service.name;
  const command = result.metadata?.['command'];
  const shown = name === undefined ? undefined : forTree(name, 40);
  // A name that cannot be shown as it is cannot be typed either: then the id stands for it.
  const prompt = shown === name ? name : first;
  return [
    ...(prompt === undefined || command === 'logs' ? [] : [{ prompt, command: 'logs', label: `What did ${shown} log last?` }]),
    ...(command === 'triage' ? [] : [{ prompt: '', command: 'triage', label: 'What is wrong, and why?' }]),
    ...(command === 'status' ? [] : [{ prompt: '', command: 'status', label: 'How are all services?' }]),
  ];
}

/** The participant `@dozor`: a thin door to the engine and the tools. */
export function chatParticipant(door: ChatDoor, icon: vscode.Uri): vscode.Disposable {
  const participant = vscode.chat.createChatParticipant('dozor.dozor', async (request, context, stream, token) => {
    const answer = slash[request.command ?? ''] ?? talk;
    await answer({ door, request, context, stream, token });
    return { metadata: { command: request.command ?? '' } };
  });
  participant.iconPath = icon;
  participant.followupProvider = { provideFollowups: result => followups(door, result) };
  return participant;
}
