import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { docker, mustDocker } from '../../scripts/docker.ts';

const call = docker();
const image = process.env['DOZOR_TEST_IMAGE'] ?? '';

async function runContainer(name: string, script: string): Promise<void> {
  const labels = { 'com.docker.compose.project': 'inhost', 'com.docker.compose.service': name };
  await mustDocker(call, 'POST', `/containers/create?name=inhost-${name}-1`, { Image: image, Cmd: ['sh', '-c', script], Labels: labels });
  await mustDocker(call, 'POST', `/containers/inhost-${name}-1/start`);
}

async function invoke(name: string, input: object): Promise<string> {
  const result = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
  return result.content.map(part => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
}

/** Asks again until the answer fits; events take their few milliseconds. */
async function until(name: string, input: object, wanted: RegExp): Promise<string> {
  let text = '';
  for (const end = Date.now() + 10_000; Date.now() < end; await new Promise(resolve => setTimeout(resolve, 100))) {
    text = await invoke(name, input);
    if (wanted.test(text)) return text;
  }
  assert.match(text, wanted);
  return text;
}

interface Inspected {
  readonly State: { readonly StartedAt: string };
}

const startedAt = async (container: string): Promise<string> =>
  (JSON.parse(await mustDocker(call, 'GET', `/containers/${container}/json`)) as Inspected).State.StartedAt;

describe('the tools in VS Code, before a real engine', () => {
  before(async () => {
    await runContainer('calm', "echo 'INFO ready'; sleep 86400");
    await runContainer('broken', "echo 'ERROR cannot open queue'; exit 3");
  });

  it('are all offered to language models', () => {
    const names = vscode.lm.tools.map(tool => tool.name);
    const contributed = vscode.extensions.all.find(({ packageJSON }) => packageJSON.name === 'dozor')?.packageJSON.contributes
      .languageModelTools;
    for (const { name } of contributed as { name: string }[]) assert.ok(names.includes(name), name);
  });

  it('list the services with their state', async () => {
    await until('dozor_list_services', {}, /broken[\s\S]*exited 3[\s\S]*calm[^\n]*up |calm[^\n]*up [\s\S]*broken[\s\S]*exited 3/);
  });

  it('triage: verdict first, the exit code and the line that tells why', async () => {
    const text = await until('dozor_triage', {}, /code 3[\s\S]*cannot open queue/);
    assert.match(text, /broken/);
    assert.match(text, /cannot open queue/);
    assert.ok(text.length <= 6000);
  });

  it('read logs', async () => {
    assert.match(await until('dozor_get_logs', { service: 'inhost/calm' }, /ready/), /ready/);
  });

  it('tell what to do about a name nobody has', async () => {
    await assert.rejects(invoke('dozor_get_logs', { service: 'clam' }), /calm/);
  });

  it('refuse input of the wrong shape', async () => {
    await assert.rejects(invoke('dozor_inspect', { mode: 'everything' }), /mode/);
  });

  it('turn dev mode on with an end, and off', async () => {
    assert.match(await invoke('dozor_dev_mode', { action: 'on', hours: 1, reason: 'a test' }), /DEV MODE|dev mode/i);
    assert.match(await invoke('dozor_dev_mode', { action: 'off' }), /ended/);
  });

  it('restart nothing without a person who agreed', async () => {
    const before = await startedAt('inhost-calm-1');
    const answer = await invoke('dozor_restart', { service: 'inhost/calm', because: 'a test' }).catch(error => String(error));
    assert.doesNotMatch(answer, /^Restarted/);
    assert.equal(await startedAt('inhost-calm-1'), before);
  });
});
