import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';

/** Presses keys until something shows; the workbench swallows keys while it starts. */
async function untilShown(page: Page, keys: string, wanted: Locator): Promise<void> {
  for (let left = 6; left > 0 && !(await wanted.isVisible()); left--) {
    await page.keyboard.press(keys);
    await wanted.waitFor({ timeout: 2500 }).catch(() => undefined);
  }
  await wanted.waitFor({ timeout: 5000 });
}

/** The sidebar of Dozor. */
export function sidebar(page: Page) {
  const icon = page.locator('.activitybar .action-item:has([aria-label*="Dozor"])').first();
  const rows = page.locator('.sidebar .pane-body .monaco-list-row');
  return {
    rows,
    /** The row of a server, group or service with exactly this name. */
    row: (name: string): Locator => rows.filter({ has: page.locator('.label-name', { hasText: new RegExp(`^${name}$`) }) }),
    welcome: page.locator('.sidebar .welcome-view-content'),
    async open(): Promise<void> {
      await icon.waitFor({ timeout: 60_000 });
      for (let left = 5; left > 0 && !(await page.locator('.sidebar .composite.title', { hasText: /Dozor/i }).isVisible()); left--) {
        await icon.click();
        await page.waitForTimeout(500);
      }
    },
    /** "Dozor - 2 open issues": the badge is told in the icon's label. */
    badge: async (): Promise<string> => (await icon.locator('[aria-label*="Dozor"]').first().getAttribute('aria-label')) ?? '',
  };
}

export const statusItem = (page: Page): Locator =>
  page.locator('.statusbar-item [aria-label^="Dozor:"], .statusbar-item[aria-label^="Dozor:"]').first();

/** The list under the input at the top: the palette, and the menu of the status bar item. */
export const quickPick = (page: Page) => ({
  box: page.locator('.quick-input-widget'),
  rows: page.locator('.quick-input-list .monaco-list-row'),
});

export async function runCommand(page: Page, title: string): Promise<void> {
  // A webview in the editor lies above it and takes the click.
  if (await page.locator('iframe.webview.ready').first().isVisible())
    await page.locator('.part.statusbar').click({ position: { x: 600, y: 10 } });
  else await page.locator('.part.editor').click();
  await untilShown(page, 'F1', quickPick(page).box);
  await page.keyboard.type(title, { delay: 10 });
  await quickPick(page).rows.filter({ hasText: title }).first().click();
}

/** Asks in the chat and waits until an answer holds the text. Resolves to that answer. */
export async function ask(page: Page, question: string, wanted: RegExp, timeout = 30_000): Promise<string> {
  const input = page.locator('.interactive-session .interactive-input-part .monaco-editor').first();
  if (!(await input.isVisible())) {
    await page.locator('.part.statusbar').click({ position: { x: 600, y: 10 } });
    await untilShown(page, 'Control+Alt+I', input);
  }
  await input.click();
  await page.keyboard.type(question, { delay: 20 });
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  const answer = page.locator('.interactive-response').filter({ hasText: wanted }).last();
  await answer.waitFor({ timeout });
  return answer.innerText();
}

/** The rendered Markdown in front. */
export const preview = (page: Page): Locator =>
  page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame').locator('body');

/** Text of the editor in front; only what is scrolled into view is in the page. */
export const editorText = async (page: Page): Promise<string> =>
  (await page.locator('.part.editor .view-lines').first().innerText()).replaceAll('\u00a0', ' ');

/** Runs in the page, so it is text: the types of a browser have no place in this program. */
const watchRow = (name: string, text: string): string => `(() => {
  const shows = () => [...document.querySelectorAll('.sidebar .monaco-list-row')].some(row =>
    row.querySelector('.label-name')?.textContent === ${JSON.stringify(name)} &&
    (row.textContent ?? '').replaceAll('\u00a0', ' ').includes(${JSON.stringify(text)}));
  const seen = new Promise(resolve => {
    const look = () => {
      if (!shows()) return;
      watch.disconnect();
      resolve(Date.now());
    };
    const watch = new MutationObserver(look);
    setTimeout(() => resolve(undefined), 20000);
    watch.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
    look();
  });
  return { seen };
})()`;

/** When (Date.now()) a row first showed a text, seen by the page itself; the watch begins at once and gives up after 20 s. */
export async function whenRowShows(page: Page, name: string, text: string): Promise<() => Promise<number>> {
  const handle = await page.evaluateHandle<{ seen: Promise<number | undefined> }>(watchRow(name, text));
  return async () => {
    const at = await handle.evaluate(({ seen }) => seen);
    if (at === undefined) throw new Error(`the row ${name} did not show "${text}" within 20 s`);
    return at;
  };
}

/** Waits for something that is true soon; the last answer is told when it never was. */
export async function soon(what: () => Promise<string>, wanted: RegExp, within = 5000): Promise<void> {
  let last = '';
  for (const until = Date.now() + within; Date.now() < until; await new Promise(resolve => setTimeout(resolve, 100))) {
    last = await what();
    if (wanted.test(last)) return;
  }
  assert.match(last, wanted);
}
