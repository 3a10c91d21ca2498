import { existsSync } from 'node:fs';
import { which } from '../run.ts';
import { Advice, step } from '../say.ts';
import { aptInstall, canInstall } from './apt.ts';

const elsewhere = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

function findBrowser(): string | undefined {
  const named = process.env['DOZOR_BROWSER'];
  if (named !== undefined) return named;
  return which('chromium', 'google-chrome', 'google-chrome-stable', 'chrome') ?? elsewhere.find(existsSync);
}

/** Path of a Chromium or Chrome; installed by apt where that is possible. */
export async function ensureBrowser(): Promise<string> {
  await step('Browser', async () => {
    if (findBrowser() !== undefined) return undefined;
    if (!canInstall()) throw new Advice('No Chromium or Chrome found. Install one, or set DOZOR_BROWSER to its path.');
    await aptInstall('chromium', 'fonts-dejavu-core');
    return 'chromium installed';
  });
  const found = findBrowser();
  if (found === undefined) throw new Advice('Chromium was installed but is not on the PATH. Set DOZOR_BROWSER to its path.');
  return found;
}
