import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { type Bed, makeBed, packedExtension } from './bed.ts';
import { preview, runCommand, sidebar, soon, statusItem } from './pages.ts';

describe('Dozor without an engine and without a language model', () => {
  let bed: Bed;
  let page: Page;

  before(async () => {
    bed = await makeBed({ vsix: await packedExtension(), model: false, env: { DOCKER_HOST: 'unix:///nonexistent/docker.sock' } });
    page = await bed.open({ colorScheme: 'dark' });
    await sidebar(page).open();
  });

  after(() => bed?.close());

  it('says in the sidebar that there is none and offers a way on', async () => {
    const { welcome } = sidebar(page);
    await welcome.waitFor({ timeout: 30_000 });
    await soon(() => welcome.innerText(), /No Docker engine/, 10_000);
    assert.ok((await welcome.locator('.monaco-button, a').count()) > 0, 'there is nothing to click');
  });

  it('shows no issue for what it cannot see', async () => {
    assert.match((await statusItem(page).getAttribute('aria-label')) ?? '', /no open issues.*out of sight/);
  });

  it('calls it unknown in a triage, not healthy, and says what to do', async () => {
    await runCommand(page, 'Dozor: Triage: What Is Wrong?');
    const report = preview(page);
    await soon(() => report.innerText().catch(String), /Unknown/, 20_000);
    const text = await report.innerText();
    assert.match(text, /Start Docker/);
    assert.doesNotMatch(text, /healthy/i);
  });
});
