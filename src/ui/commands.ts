import * as vscode from 'vscode';
import { type Log, reasonOf } from '../base/log.ts';
import { forToast } from '../base/safeText.ts';
import { attentionCommands } from './attentionCommands.ts';
import { Advice, type Commands, type Deck, type Handler } from './deck.ts';
import { effectCommands } from './effectCommands.ts';
import { groupCommands } from './groupCommands.ts';
import { incidentCommands } from './incidentCommands.ts';
import { serviceCommands } from './serviceCommands.ts';
import { viewCommands } from './viewCommands.ts';

/** Every command of Dozor. */
const allCommands = (deck: Deck): Commands => ({
  ...serviceCommands(deck),
  ...effectCommands(deck),
  ...attentionCommands(deck),
  ...incidentCommands(deck),
  ...viewCommands(deck),
  ...groupCommands(deck),
});

/** The one place where a command may fail: what a person can change is told to them, a surprise goes to the log as well. */
function guarded(id: string, handler: Handler, log: Log, showOutput: () => void): Handler {
  return async (item, items) => {
    try {
      return await handler(item, items);
    } catch (error) {
      if (error instanceof Advice) {
        vscode.window.showInformationMessage(forToast(error.message));
        return undefined;
      }
      log.error(`${id}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      const choice = await vscode.window.showErrorMessage(forToast(`Dozor: ${reasonOf(error)}`), 'Show Log');
      if (choice === 'Show Log') showOutput();
      return undefined;
    }
  };
}

export function registerCommands(deck: Deck): vscode.Disposable {
  const all = Object.entries(allCommands(deck));
  const parts = all.map(([id, handler]) => vscode.commands.registerCommand(id, guarded(id, handler, deck.log, deck.showOutput)));
  return vscode.Disposable.from(...parts);
}
