import * as vscode from 'vscode';
import type { Level } from '../model/logs.ts';
import type { Style } from './ansi.ts';
import type { LogRow } from './logView.ts';

const names = ['Black', 'Red', 'Green', 'Yellow', 'Blue', 'Magenta', 'Cyan', 'White'] as const;
const themeColor = (n: number): vscode.ThemeColor =>
  new vscode.ThemeColor(`terminal.ansi${n >= 8 ? 'Bright' : ''}${names[n % 8] ?? 'White'}`);

const levelKeys: Partial<Record<Level, string>> = { trace: 'dim', debug: 'dim', warn: 'warn', error: 'error', fatal: 'error' };

/** Decorations by key: levels, the terminal's colours, and marks of style. All by colours that high contrast themes have too. */
function decorationTypes(): ReadonlyMap<string, vscode.TextEditorDecorationType> {
  // Closed at both ends: what is written beside a decoration is another line and has a level of its own.
  const rangeBehavior = vscode.DecorationRangeBehavior.ClosedClosed;
  const make = (look: vscode.DecorationRenderOptions) => vscode.window.createTextEditorDecorationType({ ...look, rangeBehavior });
  const ruler = (color: string) => ({
    overviewRulerColor: new vscode.ThemeColor(color),
    overviewRulerLane: vscode.OverviewRulerLane.Right,
  });
  return new Map([
    ['header', make({ color: new vscode.ThemeColor('descriptionForeground'), fontStyle: 'italic' })],
    ['dim', make({ color: new vscode.ThemeColor('descriptionForeground') })],
    ['warn', make({ color: new vscode.ThemeColor('editorWarning.foreground') })],
    ['error', make({ color: new vscode.ThemeColor('errorForeground'), ...ruler('editorOverviewRuler.errorForeground') })],
    ['error-mark', make(ruler('editorOverviewRuler.errorForeground'))],
    ['bold', make({ fontWeight: 'bold' })],
    ['faint', make({ opacity: '0.7' })],
    ['italic', make({ fontStyle: 'italic' })],
    ['underline', make({ textDecoration: 'underline' })],
    ...Array.from({ length: 16 }, (_, n) => [`color${n}`, make({ color: themeColor(n) })] as const),
  ]);
}

const styleKeys = (style: Style): readonly string[] => [
  ...(style.color === undefined ? [] : [`color${style.color}`]),
  ...(['bold', 'faint', 'italic', 'underline'] as const).filter(mark => style[mark] === true),
];

/** Key and columns of each decoration of one line. A line with colours of its own keeps them; its level then shows at the edge only. */
function lineKeys(row: LogRow): readonly (readonly [key: string, from: number, to: number])[] {
  const key = row.text.startsWith('── ') ? 'header' : levelKeys[row.level];
  const own = row.spans.flatMap(span => styleKeys(span.style).map(name => [name, span.from, span.to] as const));
  const coloured = row.spans.some(span => span.style.color !== undefined);
  const level = coloured ? (key === 'error' ? 'error-mark' : undefined) : key;
  return level === undefined ? own : [[level, 0, row.text.length], ...own];
}

/** Colours log editors: only what can be seen, and a margin, so that a long log costs no more than a short one. */
export class LogPaint implements vscode.Disposable {
  private readonly types = decorationTypes();

  /** `rows[i]` is line i + 1 of the document; line 0 is the header. */
  paint(editor: vscode.TextEditor, rows: readonly LogRow[]): void {
    const found = new Map<string, vscode.Range[]>([['header', [new vscode.Range(0, 0, 0, 2000)]]]);
    for (const line of this.linesNear(editor)) {
      const row = rows[line - 1];
      // The editor is a step behind while new text is on its way: a line is coloured once it is there.
      if (row === undefined || line >= editor.document.lineCount || editor.document.lineAt(line).text !== row.text) continue;
      for (const [key, from, to] of lineKeys(row)) {
        const ranges = found.get(key) ?? [];
        ranges.push(new vscode.Range(line, from, line, to));
        found.set(key, ranges);
      }
    }
    for (const [key, type] of this.types) editor.setDecorations(type, found.get(key) ?? []);
  }

  private linesNear(editor: vscode.TextEditor): readonly number[] {
    const margin = 80;
    const lines = new Set<number>();
    for (const range of editor.visibleRanges) {
      const to = Math.min(editor.document.lineCount, range.end.line + margin);
      for (let line = Math.max(1, range.start.line - margin); line <= to; line++) lines.add(line);
    }
    return [...lines];
  }

  dispose(): void {
    for (const type of this.types.values()) type.dispose();
  }
}
