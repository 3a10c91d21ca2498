import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { Docker } from '../../scripts/docker.ts';
import { testbed } from '../../scripts/paths.ts';
import { type LiveEngine, startEngine } from '../live/engine.ts';
import { type Bed, makeBed, packedExtension } from './bed.ts';
import { ask, editorText, quickPick, runCommand, sidebar, soon, statusItem, whenRowShows } from './pages.ts';
import { crash, kill, runShop } from './shop.ts';

describe('Dozor in a real VS Code before a real engine', () => {
  let engine: LiveEngine;
  let call: Docker;
  let bed: Bed;
  let page: Page;

  before(async () => {
    engine = await startEngine();
    call = await runShop(engine);
    bed = await makeBed({ vsix: await packedExtension(), env: { DOCKER_HOST: `unix://${engine.socket}` } });
    page = await bed.open({ colorScheme: 'dark' });
    await sidebar(page).open();
  });

  after(async () => {
    await bed?.close();
    await engine?.stop();
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await page?.screenshot({ path: testbed('failures', `${Date.now()}.png`) });
  });

  const restart = async () => {
    await engine.docker('start', 'shop-api-1');
    await soon(() => sidebar(page).row('api').innerText(), /up /, 10_000);
  };

  /** Ends the service and holds the row to its time; a machine busy with other things gets three tries. */
  const within = async (ms: number, text: string, end: typeof kill) => {
    const took: number[] = [];
    while (took.length < 3 && !took.some(time => time <= ms)) {
      if (took.length > 0) await restart();
      const seen = await whenRowShows(page, 'api', text);
      const ended = await end(call, 'shop-api-1');
      took.push((await seen()) - ended);
    }
    assert.ok(
      took.some(time => time <= ms),
      `it took ${took.join(', ')} ms`,
    );
  };

  it('shows the project as a group with its services', async () => {
    await sidebar(page).row('shop').waitFor({ timeout: 30_000 });
    for (const name of ['web', 'api', 'db']) await soon(() => sidebar(page).row(name).innerText(), /up /, 10_000);
    assert.match(await sidebar(page).row('shop').innerText(), /3 of 3 up/);
  });

  it('says in the status bar that it watches and that all is well', async () => {
    await soon(async () => (await statusItem(page).getAttribute('aria-label')) ?? '', /no open issues.*3 services watched/);
  });

  it('follows the log of a service in an editor', async () => {
    await sidebar(page).row('web').hover();
    await sidebar(page).row('web').locator('.action-label[aria-label*="Log"]').first().click();
    await soon(() => editorText(page), /request \d+ served/, 10_000);
    const last = async () => Math.max(...[...(await editorText(page)).matchAll(/request (\d+) served/g)].map(match => Number(match[1])));
    const first = await last();
    await soon(async () => ((await last()) > first ? 'grew' : 'still'), /grew/);
  });

  it('shows a crash in the tree, the badge and the status bar within a second', async function () {
    this.timeout(90_000);
    await within(1000, 'exited 137', crash);
    await soon(() => sidebar(page).badge(), /1 open issue/);
    await soon(() => statusItem(page).innerText(), /1/);
    await soon(() => sidebar(page).row('shop').innerText(), /2 of 3 up, 1 issue/);
  });

  it('explains the death in the chat: @dozor /triage', async () => {
    const answer = await ask(page, '@dozor /triage', /api/);
    assert.match(answer, /137/);
  });

  it('opens its menu from the status bar, the issue first', async () => {
    await statusItem(page).click();
    await quickPick(page).box.waitFor();
    assert.match(await quickPick(page).rows.first().innerText(), /api/);
    await page.keyboard.press('Escape');
  });

  it('sees the service come back', async () => {
    await restart();
    await soon(() => sidebar(page).row('shop').innerText(), /3 of 3 up/);
  });

  it('tells a container that somebody killed from one that crashed, as fast', async function () {
    this.timeout(90_000);
    await within(1000, 'stopped by hand', kill);
    await restart();
  });

  it('leaves an excluded service out', async () => {
    const entry = page.locator('.context-view .action-item');
    await sidebar(page).row('db').click({ button: 'right' });
    await entry.filter({ hasText: /^Exclude$/ }).click();
    // A menu ignores the mouse for its first tenth of a second.
    await entry.filter({ hasText: /^Exclude for 1 Hour$/ }).hover();
    await page.keyboard.press('Enter');
    await soon(() => sidebar(page).row('db').innerText(), /excluded/);
  });

  it('restarts a service after its own question, and not before the answer', async () => {
    const started = () => engine.docker('inspect', '--format', '{{.State.StartedAt}}', 'shop-web-1');
    const before = await started();
    const dialog = page.locator('.monaco-dialog-box');
    await sidebar(page).row('web').hover();
    await sidebar(page).row('web').locator('.action-label[aria-label*="Restart"]').first().click();
    await dialog.waitFor();
    assert.match(await dialog.innerText(), /web[\s\S]*local/);
    assert.equal(await started(), before);
    await dialog.locator('.monaco-button', { hasText: 'Restart' }).click();
    await soon(async () => ((await started()) === before ? 'the same' : 'another'), /another/, 20_000);
    await soon(() => sidebar(page).row('web').innerText(), /up /, 20_000);
  });

  it('keeps dev mode over a reload, with the time that is left', async () => {
    await runCommand(page, 'Dozor: Turn Dev Mode On');
    await soon(() => statusItem(page).innerText(), /dev 4h|dev 3h/);
    await page.reload();
    await soon(() => statusItem(page).innerText().catch(String), /dev 3h 5|dev 4h/, 30_000);
    await runCommand(page, 'Dozor: Turn Dev Mode Off');
    await soon(() => statusItem(page).innerText(), /^(?!.*dev)/);
  });

  it('says that the engine is gone, and comes back with it by itself', async function () {
    this.timeout(120_000);
    await sidebar(page).open();
    await engine.kill();
    await soon(async () => (await statusItem(page).getAttribute('aria-label')) ?? '', /out of sight/, 15_000);
    await engine.restart();
    await soon(async () => (await statusItem(page).getAttribute('aria-label')) ?? '', /^(?!.*out of sight)/, 60_000);
    await soon(() => sidebar(page).row('web').innerText(), /up |exited|stopped/, 20_000);
  });
});
