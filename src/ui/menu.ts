import * as vscode from 'vscode';
import { left } from '../act/ages.ts';
import { issueSummary } from '../act/message.ts';
import { forTree } from '../base/safeText.ts';
import type { Deck } from './deck.ts';
import { count, exclusions, leaseOf, openIssues } from './glance.ts';
import { showTriage } from './triageDocument.ts';

interface Row extends vscode.QuickPickItem {
  readonly run?: () => unknown;
}

const command =
  (id: string, ...rest: readonly unknown[]) =>
  () =>
    vscode.commands.executeCommand(id, ...rest);
const divider = (label: string): Row => ({ label, kind: vscode.QuickPickItemKind.Separator });

function issueRows(deck: Deck): Row[] {
  const beliefs = deck.engine.beliefs();
  const now = deck.clock.now();
  const issues = openIssues(beliefs, now);
  const rows = issues.slice(0, 8).map(issue => {
    const view = issue.service === undefined ? undefined : beliefs.world.services.get(issue.service);
    const run = () => showTriage(deck, view?.service);
    return {
      label: `$(${issue.severity === 'warning' ? 'warning' : 'error'}) ${forTree(issueSummary(issue, beliefs.world, now), 110)}`,
      run,
    };
  });
  return rows.length === 0 ? [] : [divider(count(issues.length, 'open issue')), ...rows];
}

function attentionRows(deck: Deck): Row[] {
  const beliefs = deck.engine.beliefs();
  const now = deck.clock.now();
  const dev = leaseOf(beliefs, 'all', now);
  const out = exclusions(beliefs, now);
  const hours = deck.settings.current.devModeHours;
  const modes: Row[] =
    dev === undefined
      ? [{ label: '$(eye) Turn Dev Mode On', description: `for ${hours} h: Dozor only watches`, run: command('dozor.devModeOn') }]
      : [{ label: '$(eye-closed) Turn Dev Mode Off', description: `${left(dev.until, now)} left`, run: command('dozor.devModeOff') }];
  const untilRow: Row = { label: '$(clock) Dev Mode Until…', run: command('dozor.devModeUntil') };
  const outRow: Row = { label: '$(mute) Exclusions…', description: count(out.length, 'service'), run: command('dozor.exclusions') };
  return [divider('attention'), ...modes, untilRow, ...(out.length > 0 ? [outRow] : [])];
}

function lookRows(deck: Deck): Row[] {
  const { servers } = deck.engine.beliefs().world;
  const blind = [...servers.values()].filter(view => view.sight === 'lost');
  const retry: Row[] = blind.map(view => ({
    label: `$(debug-disconnect) Retry ${forTree(view.server.label, 60)}`,
    description: forTree(view.loss?.text ?? 'out of sight', 100),
    run: command('dozor.retry', { server: view.server.id }),
  }));
  return [
    ...retry,
    divider('look'),
    { label: '$(pulse) Triage', description: 'what is wrong, and why', run: command('dozor.triage') },
    { label: '$(list-tree) Services', run: command('dozor.services.focus') },
    { label: '$(output) Dozor’s Own Log', run: command('dozor.showOutput') },
    { label: '$(settings-gear) Settings', run: command('dozor.openSettings') },
  ];
}

/** The menu behind the status bar item: what is wrong first, then what can be done. */
export async function showMenu(deck: Deck): Promise<void> {
  const rows = [...issueRows(deck), ...lookRows(deck), ...attentionRows(deck)];
  const chosen = await vscode.window.showQuickPick(rows, { title: 'Dozor', placeHolder: 'What next?' });
  await chosen?.run?.();
}
