import assert from 'node:assert/strict';
import * as vscode from 'vscode';

interface Contributes {
  readonly commands: readonly { readonly command: string }[];
}

describe('the extension in VS Code', () => {
  const extension = () => {
    const found = vscode.extensions.all.find(({ packageJSON }) => packageJSON.name === 'dozor');
    assert.ok(found, 'Dozor is not among the extensions');
    return found;
  };

  it('activates by itself after startup', async () => {
    for (let left = 100; left > 0 && !extension().isActive; left--) await new Promise(resolve => setTimeout(resolve, 100));
    assert.equal(extension().isActive, true);
  });

  it('has a handler for every command it contributes', async () => {
    await extension().activate();
    const contributed = (extension().packageJSON.contributes as Contributes).commands.map(({ command }) => command);
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      contributed.filter(command => !registered.has(command)),
      [],
    );
  });
});
