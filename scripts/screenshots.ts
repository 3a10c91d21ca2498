import { mkdirSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { makeBed } from '../test/e2e/bed.ts';
import { ask, quickPick, runCommand, sidebar, statusItem } from '../test/e2e/pages.ts';
import { startEngine } from '../test/live/engine.ts';
import { causeFault, startShop } from './demo/shop.ts';
import { docker } from './docker.ts';
import { packageExtension } from './package.ts';
import { inRoot } from './paths.ts';
import { main, say } from './say.ts';

const folder = inRoot('docs', 'images');

const themes: Readonly<Record<string, BrowserContextOptions>> = {
  dark: { colorScheme: 'dark' },
  light: { colorScheme: 'light' },
  'high-contrast': { colorScheme: 'dark', forcedColors: 'active' },
};

/** Takes the first entry of the list that is open, if one is, whose text holds this. */
async function choose(page: Page, text: string): Promise<void> {
  const row = quickPick(page).rows.filter({ hasText: text }).first();
  if (
    await row.waitFor({ timeout: 3000 }).then(
      () => true,
      () => false,
    )
  )
    await row.click();
}

/** Six pictures in one theme: sidebar, logs, status menu, group, investigation, chat. */
async function shoot(page: Page, theme: string): Promise<void> {
  const picture = async (name: string) => {
    await page.mouse.move(700, 5);
    await wait(500);
    await page.screenshot({ path: `${folder}/${name}-${theme}.png` });
    say(`  docs/images/${name}-${theme}.png`);
  };
  const dozor = sidebar(page);
  await dozor.open();
  await dozor.row('worker').waitFor({ timeout: 30_000 });
  await wait(1500);
  await picture('sidebar');
  await dozor.row('api').hover();
  await dozor.row('api').locator('.action-label[aria-label*="Log"]').first().click();
  await wait(2500);
  await picture('logs');
  await statusItem(page).click();
  await quickPick(page).box.waitFor();
  await picture('menu');
  await page.keyboard.press('Escape');
  await runCommand(page, 'Dozor: Open Group Dashboard');
  await choose(page, 'shop');
  await wait(2500);
  await picture('group');
  await runCommand(page, 'Dozor: Investigate Service');
  await choose(page, 'db');
  await wait(4000);
  await picture('investigation');
  await ask(page, '@dozor /triage', /worker/);
  await wait(1000);
  // The answer is longer than the view; its beginning tells most.
  await page.locator('.interactive-response').last().hover();
  for (let turns = 0; turns < 20; turns++) {
    await page.mouse.wheel(0, -400);
    await wait(50);
  }
  await picture('chat');
}

/** The demo shop with two faults, in every theme. */
await main(async () => {
  mkdirSync(folder, { recursive: true });
  const engine = await startEngine();
  try {
    const call = docker({ socketPath: engine.socket });
    await startShop(call);
    const bed = await makeBed({ vsix: await packageExtension(), env: { DOCKER_HOST: `unix://${engine.socket}` } });
    try {
      await causeFault(call, 'oom');
      await causeFault(call, 'db-down');
      await wait(12_000);
      for (const [theme, options] of Object.entries(themes)) {
        const page = await bed.open({ viewport: { width: 1280, height: 800 }, ...options });
        await shoot(page, theme);
        await page.context().close();
      }
    } finally {
      await bed.close();
    }
  } finally {
    await engine.stop();
  }
  return undefined;
});
