import { which } from '../run.ts';
import { Advice, step } from '../say.ts';
import { aptInstall, canInstall } from './apt.ts';

/** The live tests make throw-away certificates with it. */
export async function ensureOpenssl(): Promise<void> {
  await step('openssl', async () => {
    if (which('openssl') !== undefined) return undefined;
    if (!canInstall()) throw new Advice('openssl is not installed. Install the package openssl.');
    await aptInstall('openssl');
    return 'installed';
  });
}
