import type { ExtensionContext } from 'vscode';

/**
 * The starter. It gives way once, so that VS Code's own start is not held up, and then loads the engine with its faces.
 * Commands, views and tools wait for the promise, so what activated Dozor finds its handler.
 */
export async function activate(context: ExtensionContext): Promise<void> {
  await new Promise(resolve => setImmediate(resolve));
  const { start } = await import('./main.ts');
  await start(context);
}
