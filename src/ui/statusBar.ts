import * as vscode from 'vscode';
import type { Clock } from '../base/time.ts';
import type { Engine } from '../engine/port.ts';
import { statusText } from './statusText.ts';

/** One glance in the status bar. A timer runs only while a lease counts down. */
export function statusBar(engine: Engine, clock: Clock): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('dozor.status', vscode.StatusBarAlignment.Left, 40);
  item.name = 'Dozor';
  item.command = 'dozor.menu';
  let timer: vscode.Disposable | undefined;
  const draw = (): void => {
    timer?.dispose();
    const status = statusText(engine.beliefs(), clock.now());
    if (item.text !== status.text) item.text = status.text;
    item.tooltip = status.tooltip;
    item.accessibilityInformation = { label: status.says, role: 'button' };
    item.backgroundColor = status.alarm ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    timer = status.again === undefined ? undefined : clock.after(status.again, draw);
  };
  draw();
  item.show();
  const listening = engine.changed(draw);
  return {
    dispose() {
      timer?.dispose();
      listening.dispose();
      item.dispose();
    },
  };
}
