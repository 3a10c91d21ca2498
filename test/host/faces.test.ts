import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { docker, mustDocker } from '../../scripts/docker.ts';

const call = docker();
const image = process.env['DOZOR_TEST_IMAGE'] ?? '';
const container = 'inhost-talker-1';
const service = 'local/inhost/talker';

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

async function soon(what: () => string | Promise<string>, wanted: RegExp): Promise<string> {
  let last = '';
  for (const end = Date.now() + 15_000; Date.now() < end; await pause(100)) {
    last = await what();
    if (wanted.test(last)) return last;
  }
  assert.match(last, wanted);
  return last;
}

const triage = async (): Promise<string> => {
  const result = await vscode.lm.invokeTool('dozor_triage', { input: {}, toolInvocationToken: undefined });
  return result.content.map(part => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
};

const front = (): string => vscode.window.activeTextEditor?.document.getText() ?? '';
const run = (command: string, ...given: unknown[]) => vscode.commands.executeCommand(`dozor.${command}`, ...given);

describe('the faces in VS Code, before a real engine', () => {
  before(async () => {
    const labels = { 'com.docker.compose.project': 'inhost', 'com.docker.compose.service': 'talker' };
    const script = "printf '\\033[31mERROR\\033[0m no queue\\n'; echo 'INFO ready'; sleep 86400";
    await mustDocker(call, 'POST', `/containers/create?name=${container}`, { Image: image, Cmd: ['sh', '-c', script], Labels: labels });
    await mustDocker(call, 'POST', `/containers/${container}/start`);
    await soon(triage, /talker/);
  });

  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('open the log of a service without its colour codes and follow it through a restart', async () => {
    await run('showLogs', { id: `service:${service}`, service });
    await soon(front, /ERROR no queue\n.*INFO ready/);
    assert.equal(vscode.window.activeTextEditor?.document.languageId, 'dozor-log');
    await mustDocker(call, 'POST', `/containers/${container}/restart?t=0`);
    const text = await soon(front, /started again[\s\S]*INFO ready/);
    assert.equal(text.match(/INFO ready/g)?.length, 2);
  });

  it('open the log at the line that an investigation quotes', async () => {
    await run('investigate', service);
    await soon(front, /ERROR no queue/);
    const document = vscode.window.activeTextEditor?.document;
    assert.match(document?.fileName ?? '', /Investigation talker/);
    const links = (await vscode.commands.executeCommand('vscode.executeLinkProvider', document?.uri)) as vscode.DocumentLink[];
    const link = links.find(each => document?.getText(each.range).includes('ERROR no queue'));
    assert.match(link?.target?.toString() ?? '', /^command:dozor\.openLogLine\?/);
    await run('openLogLine', ...(JSON.parse(link?.target?.query ?? '[]') as unknown[]));
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.languageId, 'dozor-log');
    assert.match(editor?.document.getText(editor.selection) ?? '', /ERROR no queue$/);
  });

  it('show what inspect says as JSON', async () => {
    await run('inspect', service);
    await soon(front, /"Id"/);
    const facts = JSON.parse(front()) as { readonly Name: string };
    assert.equal(facts.Name, `/${container}`);
  });

  it('open the dashboard of a group rendered, and write it anew when something happens', async () => {
    const text = () => vscode.workspace.textDocuments.find(({ uri }) => uri.authority === 'group')?.getText() ?? 'no dashboard';
    const tabs = () =>
      vscode.window.tabGroups.all
        .flatMap(group => group.tabs)
        .map(({ label }) => label)
        .join();
    await run('openGroup', { id: 'group:local/inhost' });
    await soon(text, /^# Group inhost\n[\s\S]*\| talker \| \w+ \| up /);
    await soon(tabs, /Group inhost\.md/);
    await mustDocker(call, 'POST', `/containers/${container}/pause`);
    try {
      await soon(text, /\| talker \| \w+ \| paused/);
    } finally {
      await mustDocker(call, 'POST', `/containers/${container}/unpause`);
    }
    await soon(text, /\| talker \| \w+ \| up /);
  });

  it('open no dashboard of a group that is gone', async () => {
    await run('openGroup', { id: 'group:local/gone' });
    assert.equal(vscode.window.tabGroups.activeTabGroup.activeTab, undefined);
  });

  it('do nothing with a row that is gone', async () => {
    await run('inspect', { id: 'service:local/gone', service: 'local/gone' });
    assert.equal(vscode.window.activeTextEditor, undefined);
  });

  it('ask which service is meant when a menu hands over nothing', async () => {
    const asked = run('inspect', null, undefined);
    await pause(500);
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await asked;
    assert.equal(vscode.window.activeTextEditor, undefined);
  });

  it('leave a service out for an hour, and take it in again', async () => {
    await run('exclude1h', { id: '', service });
    await soon(triage, /talker[^\n]*\n?[^\n]*(excluded|59 min|1 h)|[Ee]xcluded[\s\S]*talker/);
    await run('endExclusion', { id: '', service });
    await soon(async () => ((await triage()).match(/[Ee]xcluded[^\n]*talker/) ? 'still out' : 'in'), /^in$/);
  });

  it('keep working when a setting is malformed', async () => {
    const settings = vscode.workspace.getConfiguration('dozor');
    await settings.update('logLines', 'many', vscode.ConfigurationTarget.Workspace);
    try {
      await run('showLogs', service);
      await soon(front, /INFO ready/);
    } finally {
      await settings.update('logLines', undefined, vscode.ConfigurationTarget.Workspace);
    }
  });
});
