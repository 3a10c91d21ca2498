import type { Shell, ShellResult } from './shell.ts';

/** What may go into an argument list as the name of a unit. */
export const isUnitName = (name: string): boolean => /^[A-Za-z0-9_][A-Za-z0-9:_.\\@-]{0,240}\.service$/.test(name);

const KiB = 1024;

export type UnitVerb = 'start' | 'stop' | 'restart';

/** The user's own systemd, by its command. Names of units must have passed `isUnitName`; still `--` stands before them. */
export const userManager = (shell: Shell) => ({
  list: (signal: AbortSignal): Promise<ShellResult> =>
    shell.run(
      ['systemctl', '--user', 'list-units', '--type=service', '--all', '--output=json', '--no-pager'],
      { ms: 5000, bytes: 4096 * KiB },
      signal,
    ),
  show: (units: readonly string[], properties: readonly string[], signal: AbortSignal): Promise<ShellResult> =>
    shell.run(
      ['systemctl', '--user', 'show', '--no-pager', '-p', properties.join(','), '--', ...units],
      { ms: 5000, bytes: 4096 * KiB },
      signal,
    ),
  /** `after`: a cursor of the journal. */
  journal: (unit: string, lines: number, after: string | undefined, signal: AbortSignal): Promise<ShellResult> => {
    const from = after !== undefined && /^[A-Za-z0-9=;]{1,300}$/.test(after) ? [`--after-cursor=${after}`] : [];
    const argv = ['journalctl', '--user', '-o', 'json', '--no-pager', '-q', '-n', String(lines), ...from, `--user-unit=${unit}`] as const;
    return shell.run(['journalctl', ...argv.slice(1)], { ms: 5000, bytes: 8192 * KiB }, signal);
  },
  act: (verb: UnitVerb, unit: string, signal: AbortSignal): Promise<ShellResult> =>
    shell.run(['systemctl', '--user', '--no-ask-password', verb, '--', unit], { ms: 100_000, bytes: 64 * KiB }, signal),
});

export type UserManager = ReturnType<typeof userManager>;
