import { existsSync } from 'node:fs';
import { which } from '../run.ts';
import { Advice, step } from '../say.ts';
import { aptInstall, canInstall } from './apt.ts';

const files = ['/usr/lib/systemd/systemd', '/usr/lib/systemd/user/dbus.socket'];
const programs = ['journalctl', 'nsenter', 'setpriv', 'unshare'];

const there = (): boolean => files.every(existsSync) && programs.every(program => which(program) !== undefined);

/** Installs what a user manager is started with; nothing is enabled or started here. */
export async function ensureSystemd(): Promise<void> {
  await step('systemd', async () => {
    if (there()) return undefined;
    if (!canInstall())
      throw new Advice('No systemd with user sessions found. Install the packages systemd, dbus-user-session and util-linux.');
    await aptInstall('systemd', 'dbus-user-session', 'util-linux');
    return 'user sessions installed';
  });
}
