import * as vscode from 'vscode';
import type { Commands, Deck } from './deck.ts';
import { filterLog } from './logFilter.ts';
import { showMenu } from './menu.ts';
import { showTriage } from './triageDocument.ts';

const run = (id: string, ...rest: readonly unknown[]) => vscode.commands.executeCommand(id, ...rest);

export function viewCommands(deck: Deck): Commands {
  return {
    'dozor.menu': () => showMenu(deck),
    'dozor.triage': () => showTriage(deck),
    'dozor.filter': () => filterTree(deck),
    'dozor.clearFilter': () => {
      deck.tree.filter = '';
    },
    'dozor.showAll': () => deck.settings.chooseScope('all'),
    'dozor.showWorkspace': () => deck.settings.chooseScope(undefined),
    'dozor.retry': item => retry(deck, item),
    'dozor.showOutput': () => deck.showOutput(),
    'dozor.openSettings': () => run('workbench.action.openSettings', '@ext:dozor.dozor'),
    'dozor.filterLogs': () => filterLog(deck.logs),
    'dozor.pauseLogs': () => deck.logs.pause(true),
    'dozor.resumeLogs': () => deck.logs.pause(false),
  };
}

/** Filters as one types; leaving with Escape brings the old filter back. */
async function filterTree(deck: Deck): Promise<void> {
  const before = deck.tree.filter;
  const text = await vscode.window.showInputBox({
    title: 'Filter services',
    value: before,
    prompt: 'Words that occur in the name, group, image or status. Empty shows all.',
    validateInput: typed => {
      deck.tree.filter = typed;
      return undefined;
    },
  });
  deck.tree.filter = text ?? before;
}

function retry(deck: Deck, item: unknown): void {
  const server = typeof item === 'object' && item !== null ? (item as { server?: unknown }).server : undefined;
  deck.engine.retryNow(typeof server === 'string' ? server : undefined);
}
