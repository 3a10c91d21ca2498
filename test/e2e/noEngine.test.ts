import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { type Bed, makeBed, packedExtension } from './bed.ts';
import { ask, sidebar, soon, statusItem } from './pages.ts';

describe('Dozor without an engine', () => {
  let bed: Bed;
  let page: Page;

  before(async () => {
    bed = await makeBed({ vsix: await packedExtension(), env: { DOCKER_HOST: 'unix:///nonexistent/docker.sock' } });
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

  it('calls it unknown in the chat, not healthy, and says what to do', async () => {
    const answer = await ask(page, '@dozor /triage', /Docker/);
    assert.match(answer, /^Unknown/m);
    assert.match(answer, /Start Docker/);
    assert.doesNotMatch(answer, /healthy/i);
  });
});
