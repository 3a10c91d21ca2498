import * as vscode from 'vscode';
import { serviceLabel, statusLine } from '../act/statusLine.ts';
import { forToast, forTree } from '../base/safeText.ts';
import { whyStopped } from '../diagnose/death.ts';
import type { ServiceView } from '../diagnose/world.ts';
import { Advice, type Commands, type Deck } from './deck.ts';
import { documentUri } from './documents.ts';
import { serviceFor, servicesFor } from './pick.ts';
import { publishedPages } from './published.ts';
import { shellArgs } from './shellArgs.ts';
import { showTriage } from './triageDocument.ts';

const any = (title: string) => ({ title, fits: () => true, none: 'Dozor sees no services yet.' });
const isContainer = (view: ServiceView): boolean => view.service.kind === 'container' && view.service.instance !== undefined;
const runs = (view: ServiceView): boolean => view.service.state === 'running' || view.service.state === 'starting';

export function serviceCommands(deck: Deck): Commands {
  return {
    'dozor.showLogs': (item, items) => showLogs(deck, item, items),
    'dozor.openLogLine': (item, at) => openLogLine(deck, item, at),
    'dozor.triageService': item => triage(deck, item),
    'dozor.investigate': item => investigate(deck, item),
    'dozor.whyStopped': item => why(deck, item),
    'dozor.inspect': item => inspect(deck, item),
    'dozor.openShell': item => openShell(deck, item),
    'dozor.openInBrowser': item => openPage(deck, item),
    'dozor.copyName': (item, items) => copy(deck, 'Copy Name', view => view.service.containerName, item, items),
    'dozor.copyId': (item, items) => copy(deck, 'Copy Id', view => view.service.instance, item, items),
    'dozor.copyImage': (item, items) => copy(deck, 'Copy Image', view => view.service.image, item, items),
    'dozor.copyStatus': (item, items) => copy(deck, 'Copy Status', view => statusOf(deck, view), item, items),
  };
}

const statusOf = (deck: Deck, view: ServiceView): string => {
  const server = deck.engine.beliefs().world.servers.get(view.service.server);
  return `${serviceLabel(view.service)}: ${statusLine(view, server, deck.clock.now())}`;
};

async function showLogs(deck: Deck, item: unknown, items: unknown): Promise<void> {
  const views = await servicesFor(deck, any('Show the logs of a service'), item, items);
  for (const view of views.slice(0, 10)) await deck.logs.show(view.service);
}

/** From a link of an investigation: a service that we know and a time, and nothing else. */
async function openLogLine(deck: Deck, item: unknown, at: unknown): Promise<void> {
  if (typeof item !== 'string' || typeof at !== 'number' || !Number.isFinite(at)) throw new Advice('Open a line from an investigation.');
  const view = await serviceFor(deck, any('Show the logs of a service'), item);
  if (view === undefined || (await deck.logs.showAt(view.service, at))) return;
  throw new Advice(
    'That line is not in the log any more: its container was removed, or newer lines took its place. The quote stands in the investigation.',
  );
}

async function triage(deck: Deck, item: unknown): Promise<void> {
  const view = await serviceFor(deck, any('Triage a service'), item);
  if (view !== undefined) await showTriage(deck, view.service);
}

async function investigate(deck: Deck, item: unknown): Promise<void> {
  const view = await serviceFor(deck, any('Investigate a service'), item);
  if (view !== undefined) await deck.investigations.show(view.service);
}

async function why(deck: Deck, item: unknown): Promise<void> {
  const wanted = { title: 'Why did it stop?', fits: (view: ServiceView) => !runs(view), none: 'Every service here is running.' };
  const view = await serviceFor(deck, wanted, item);
  if (view === undefined) return;
  const server = deck.engine.beliefs().world.servers.get(view.service.server);
  const stop = whyStopped(view, server?.gap);
  const text = `${statusOf(deck, view)}. Because: ${stop.because}${stop.inferred ? ' (inferred, not seen)' : ''}.`;
  const choice = await vscode.window.showInformationMessage(forToast(text), 'Show Logs', 'Triage');
  if (choice === 'Show Logs') await deck.logs.show(view.service);
  if (choice === 'Triage') await showTriage(deck, view.service);
}

async function inspect(deck: Deck, item: unknown): Promise<void> {
  const view = await serviceFor(deck, any('Inspect a service'), item);
  if (view === undefined) return;
  await deck.documents.show(documentUri('inspect', view.service, view.service.name, 'json'));
}

async function openShell(deck: Deck, item: unknown): Promise<void> {
  if (!vscode.workspace.isTrusted)
    throw new Advice('This workspace is in Restricted Mode, so Dozor opens no shell. Trust the workspace first.');
  const wanted = {
    title: 'Open a shell in a container',
    fits: (view: ServiceView) => isContainer(view) && runs(view),
    none: 'No container is running here.',
  };
  const view = await serviceFor(deck, wanted, item);
  if (view === undefined) return;
  if (!view.service.enabled) throw new Advice('The label dozor.enable=false forbids it on this container.');
  const server = deck.engine.beliefs().world.servers.get(view.service.server);
  const args = server === undefined ? undefined : shellArgs(view.service, server.server.reach);
  if (args === undefined)
    throw new Advice('The server of this container cannot be reached, so no shell can be opened. Retry the connection first.');
  const terminal = vscode.window.createTerminal({
    name: forTree(view.service.name, 40),
    shellPath: 'docker',
    shellArgs: [...args],
    iconPath: new vscode.ThemeIcon('terminal'),
  });
  terminal.show();
}

async function openPage(deck: Deck, item: unknown): Promise<void> {
  const { servers } = deck.engine.beliefs().world;
  const pages = (view: ServiceView) =>
    publishedPages(view.service.ports, servers.get(view.service.server)?.server.reach ?? { kind: 'unreachable', why: '' });
  const wanted = {
    title: 'Open in the browser',
    fits: (view: ServiceView) => runs(view) && pages(view).length > 0,
    none: 'No running service publishes a TCP port.',
  };
  const view = await serviceFor(deck, wanted, item);
  const found = view === undefined ? [] : pages(view);
  const rows = found.map(page => ({ label: page.url, description: `port ${page.port}`, page }));
  const chosen = rows.length > 1 ? await vscode.window.showQuickPick(rows, { title: 'Which port?' }) : rows[0];
  if (chosen === undefined) return;
  const uri = vscode.Uri.parse(chosen.page.url, true);
  // In a remote window the port is first brought to this computer.
  await vscode.env.openExternal(await vscode.env.asExternalUri(uri));
}

async function copy(
  deck: Deck,
  title: string,
  of: (view: ServiceView) => string | undefined,
  item: unknown,
  items: unknown,
): Promise<void> {
  const views = await servicesFor(deck, any(title), item, items);
  const text = views.flatMap(view => of(view) ?? []).join('\n');
  if (text === '') return;
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage('$(check) Copied', 2000);
}
