import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { Docker } from '../../scripts/docker.ts';
import { packageExtension } from '../../scripts/package.ts';
import { testbed } from '../../scripts/paths.ts';
import { type LiveEngine, startEngine } from '../live/engine.ts';
import { type Bed, makeBed } from './bed.ts';
import { ask, editorText, quickPick, sidebar, soon, statusItem, whenRowShows } from './pages.ts';
import { crash, kill, runShop } from './shop.ts';

describe('Dozor in a real VS Code before a real engine', () => {
  let engine: LiveEngine;
  let call: Docker;
  let bed: Bed;
  let page: Page;

  before(async () => {
    engine = await startEngine();
    call = await runShop(engine);
    bed = await makeBed({ vsix: await packageExtension(), env: { DOCKER_HOST: `unix://${engine.socket}` } });
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

  it('shows a death in the tree, the badge and the status bar within a second', async function () {
    this.timeout(40_000);
    const seen = await whenRowShows(page, 'api', 'exited 137');
    const killed = await crash(call, 'shop-api-1');
    const took = (await seen()) - killed;
    assert.ok(took <= 1000, `it took ${took} ms`);
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
    await engine.docker('start', 'shop-api-1');
    await soon(() => sidebar(page).row('api').innerText(), /up /);
    await soon(() => sidebar(page).row('shop').innerText(), /3 of 3 up/);
  });

  it('tells a container that somebody killed from one that crashed', async function () {
    this.timeout(40_000);
    const seen = await whenRowShows(page, 'api', 'stopped by hand');
    const killed = await kill(call, 'shop-api-1');
    const took = (await seen()) - killed;
    assert.ok(took <= 1000, `it took ${took} ms`);
    await engine.docker('start', 'shop-api-1');
    await soon(() => sidebar(page).row('api').innerText(), /up /);
  });

  it('leaves an excluded service out', async () => {
    const entry = page.locator('.context-view .action-item');
    await sidebar(page).row('db').click({ button: 'right' });
    await entry.filter({ hasText: /^Exclude$/ }).click();
    await entry.filter({ hasText: /^Exclude for 1 Hour$/ }).click();
    await soon(() => sidebar(page).row('db').innerText(), /excluded/);
  });
});
