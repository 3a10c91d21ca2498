import { existsSync } from 'node:fs';
import { run, which } from '../run.ts';
import { Advice } from '../say.ts';

let listsAreFresh = false;

/** True where packages may be installed without asking for a password: root on Debian or Ubuntu. */
export const canInstall = (): boolean => process.getuid?.() === 0 && existsSync('/etc/debian_version') && which('apt-get') !== undefined;

async function apt(args: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const ran = await run('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=120', ...args], { env });
  if (ran.code !== 0) throw new Advice(`apt-get ${args.join(' ')} failed:\n${ran.output.slice(-2000)}`);
}

export async function aptInstall(...packages: string[]): Promise<void> {
  if (!listsAreFresh) await apt(['update']);
  listsAreFresh = true;
  await apt(['install', '-y', '--no-install-recommends', ...packages]);
}
