import * as vscode from 'vscode';
import { forTree } from '../base/safeText.ts';
import type { Level } from '../model/logs.ts';
import { Advice } from './deck.ts';
import type { LogDocuments } from './logDocuments.ts';
import { levels, noFilter } from './logView.ts';

const label = (level: Level): string =>
  level === 'trace' ? 'All levels' : level === 'fatal' ? 'Fatal only' : `${level[0]?.toUpperCase()}${level.slice(1)} and worse`;

/** One picker for both: what is typed has to occur in a line, and the chosen row is the lowest level. It filters as one types. */
export function filterLog(logs: LogDocuments): void {
  const session = logs.active;
  if (session === undefined) throw new Advice('Open the log of a service first, then filter it.');
  const before = session.filter;
  const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { level: Level }>();
  pick.title = 'Filter log';
  pick.placeholder = 'Text that has to occur; choose the lowest level below';
  pick.value = before.text;
  pick.items = levels.map(level => ({
    label: label(level),
    level,
    alwaysShow: true,
    ...(level === before.atLeast ? { description: forTree('now') } : {}),
  }));
  pick.activeItems = pick.items.filter(row => row.level === before.atLeast);
  let accepted = false;
  const level = (): Level => pick.activeItems[0]?.level ?? noFilter.atLeast;
  pick.onDidChangeValue(text => session.setFilter({ text, atLeast: before.atLeast }));
  pick.onDidAccept(() => {
    accepted = true;
    session.setFilter({ text: pick.value, atLeast: level() });
    pick.hide();
  });
  pick.onDidHide(() => {
    if (!accepted) session.setFilter(before);
    pick.dispose();
  });
  pick.show();
}
