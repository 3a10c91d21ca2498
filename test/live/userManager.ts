import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Run, until } from './dozor.ts';

/** A real `systemd --user` of a user of its own, with a journal of its own; nothing else on the machine is touched. */
export interface LiveManager {
  /** The user's home: what the user may read and write. */
  readonly home: string;
  /** Runs a program as that user, where the manager and the journal are; never rejects for an exit code. */
  run(argv: readonly [string, ...string[]], env?: Readonly<Record<string, string>>): Promise<Run>;
  /** Ends the manager and all its units, and removes the user. Safe to call twice. */
  stop(): Promise<void>;
}

const needed: readonly (readonly [path: string, debian: string])[] = [
  ['/usr/lib/systemd/systemd', 'systemd'],
  ['/usr/lib/systemd/systemd-journald', 'systemd'],
  ['/usr/bin/journalctl', 'systemd'],
  ['/etc/machine-id', 'systemd'],
  ['/usr/lib/systemd/user/dbus.socket', 'dbus-user-session'],
  ['/usr/bin/nsenter', 'util-linux'],
  ['/usr/bin/setpriv', 'util-linux'],
  ['/usr/bin/unshare', 'util-linux'],
  ['/usr/sbin/useradd', 'passwd'],
];

/** Why no user manager can be started here, or undefined when one can. */
export function noManagerBecause(): string | undefined {
  if (process.platform !== 'linux') return 'systemd runs on Linux only';
  if (process.getuid?.() !== 0) return 'a user and a mount namespace of our own need root';
  const missing = needed.find(([path]) => !existsSync(path));
  if (missing !== undefined) return `${missing[0]} is not installed (apt-get install ${missing[1]})`;
  return hierarchies().length > 0 ? undefined : 'no cgroup hierarchy for systemd is mounted below /sys/fs/cgroup';
}

/** Where systemd keeps its groups: one tree (cgroup v2), or its named tree and the one beside it. */
const hierarchies = (): string[] =>
  existsSync('/sys/fs/cgroup/cgroup.controllers')
    ? ['/sys/fs/cgroup']
    : ['/sys/fs/cgroup/systemd', '/sys/fs/cgroup/unified'].filter(path => existsSync(join(path, 'cgroup.procs')));

/**
 * The first program of a process namespace: it lives until its stdin ends, and everything in the namespace ends with it,
 * whatever happens to us. /run/systemd/system makes systemd believe that it booted this machine, `flushed` makes the journal keep
 * a file per user, and the group's path is what the journal takes a unit's name from.
 */
const script = `set -e
mount -t tmpfs -o mode=755 tmpfs /run
mount -t tmpfs -o mode=755 tmpfs /var/log
mkdir -p /run/systemd/system /run/systemd/journal "/var/log/journal/$(cat /etc/machine-id)" "$RUNTIME"
touch /run/systemd/journal/flushed
chown "$ID:$ID" "$RUNTIME"
chmod 700 "$RUNTIME"
/usr/lib/systemd/systemd-journald </dev/null &
for i in $(seq 100); do [ -S /run/systemd/journal/stdout ] && break; sleep 0.05; done
(
  for group in $GROUPS_OF_MANAGER; do echo 0 > "$group/init.scope/cgroup.procs"; done
  exec setpriv --reuid "$ID" --regid "$ID" --init-groups env -i HOME="$HOME_OF_USER" PATH=/usr/bin:/bin SYSTEMD_LOG_TARGET=journal XDG_RUNTIME_DIR="$RUNTIME" \\
    DBUS_SESSION_BUS_ADDRESS="unix:path=$RUNTIME/bus" /usr/lib/systemd/systemd --user </dev/null
) &
read -r line || true`;

const admin = (file: string, ...argv: string[]): string =>
  execFileSync(file, argv, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** Deepest first; a group that still holds a dying process is tried again. */
function removeGroup(path: string): void {
  if (!existsSync(path)) return;
  for (const entry of readdirSync(path, { withFileTypes: true })) if (entry.isDirectory()) removeGroup(join(path, entry.name));
  for (let left = 60; left > 0; left--) {
    try {
      return rmdirSync(path);
    } catch {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    }
  }
}

const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

interface Account {
  readonly name: string;
  readonly id: string;
  readonly home: string;
  /** Control groups of the manager. */
  readonly groups: readonly string[];
}

/** A user as a person would have it: the journal keeps no file for system users. */
function addAccount(): Account {
  const name = `dozor${process.pid}`;
  const home = mkdtempSync(join(tmpdir(), 'dozor-user-'));
  try {
    admin('/usr/sbin/useradd', '--no-create-home', '--home-dir', home, '--shell', '/bin/sh', name);
  } catch (error) {
    rmSync(home, { recursive: true });
    throw error;
  }
  const id = admin('id', '-u', name).trim();
  chownSync(home, Number(id), Number(id));
  const groups = hierarchies().map(path => join(path, 'user.slice', `user-${id}.slice`, `user@${id}.service`));
  return { name, id, home, groups };
}

function removeAccount({ name, home, groups }: Account): void {
  // The slice above is the user's own too; `user.slice` may be the machine's and goes only when it is empty.
  for (const group of groups) removeGroup(join(group, '..'));
  for (const group of groups) {
    try {
      rmdirSync(join(group, '..', '..'));
    } catch {
      // Others are in it.
    }
  }
  admin('/usr/sbin/userdel', '--force', name);
  rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

function makeGroups({ id, groups }: Account): void {
  for (const group of groups) {
    mkdirSync(join(group, 'init.scope'), { recursive: true });
    admin('chown', '-R', id, group);
  }
}

function writeUnits({ home, id }: Account, units: Readonly<Record<string, string>>): void {
  const folder = join(home, '.config', 'systemd', 'user');
  const wants = join(folder, 'default.target.wants');
  mkdirSync(wants, { recursive: true });
  for (const [name, text] of Object.entries(units)) {
    writeFileSync(join(folder, name), text);
    admin('ln', '-s', `../${name}`, join(wants, name));
  }
  admin('chown', '-R', `${id}:${id}`, join(home, '.config'));
}

function collect(child: ChildProcess): Promise<Run> {
  const began = performance.now();
  let [out, err] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', text => {
    out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', text => {
    err += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', code => resolve({ code, out, err, took: performance.now() - began }));
  });
}

/** Starts a user manager that starts these units (file name -> text). Takes about 1 s; rejects with what it wrote when it cannot. */
export async function startManager(units: Readonly<Record<string, string>>): Promise<LiveManager> {
  const account = addAccount();
  const { id, home, groups } = account;
  const runtime = `/run/user/${id}`;
  let child: ChildProcess | undefined;
  let ended: Promise<Run | undefined> = Promise.resolve(undefined);
  let stopped = false;
  const remove = (): void => {
    if (stopped) return;
    stopped = true;
    process.removeListener('exit', lastResort);
    for (const signal of endings) process.removeListener(signal, leave);
    removeAccount(account);
  };
  const lastResort = (): void => {
    child?.kill('SIGKILL');
    remove();
  };
  // A run that is ended from outside would leave the user behind: signals do not fire `exit` by themselves.
  const leave = (): void => process.exit(143);
  process.on('exit', lastResort);
  for (const signal of endings) process.on(signal, leave);
  const stop = async (): Promise<void> => {
    child?.stdin?.end();
    await Promise.race([ended, new Promise(resolve => setTimeout(resolve, 5000).unref())]);
    child?.kill('SIGKILL');
    remove();
  };
  const run: LiveManager['run'] = (argv, env = {}) => {
    const inside = [`--mount=/proc/${child?.pid}/ns/mnt`, `--pid=/proc/${child?.pid}/ns/pid_for_children`];
    const asUser = ['setpriv', '--reuid', id, '--regid', id, '--init-groups'];
    return collect(
      spawn('/usr/bin/nsenter', [...inside, ...asUser, ...argv], {
        cwd: '/',
        env: { HOME: home, PATH: '/usr/bin:/bin', XDG_RUNTIME_DIR: runtime, DBUS_SESSION_BUS_ADDRESS: `unix:path=${runtime}/bus`, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  };
  try {
    makeGroups(account);
    writeUnits(account, units);
    const env = { PATH: process.env['PATH'], ID: id, HOME_OF_USER: home, RUNTIME: runtime, GROUPS_OF_MANAGER: groups.join(' ') };
    child = spawn('/usr/bin/unshare', ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', script], {
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    ended = collect(child);
    await answers(run, ended);
  } catch (error) {
    await stop();
    throw new Error(`No user manager can be started here: ${error instanceof Error ? error.message : error}`);
  }
  return { home, run, stop };
}

/** Resolves when the manager answers; rejects with what it wrote when it ended or stays silent. */
async function answers(run: LiveManager['run'], ended: Promise<Run | undefined>): Promise<void> {
  let [over, last] = [undefined as Run | undefined, ''];
  void ended.then(result => {
    over = result;
  });
  const ready = async (): Promise<boolean> => {
    if (over !== undefined) throw new Error(over.err || over.out || `it ended with code ${over.code}`);
    const { code, err } = await run(['systemctl', '--user', 'is-active', '--quiet', 'default.target']);
    last = err;
    return code === 0;
  };
  await until('start of the user manager', ready).catch(error => {
    throw new Error(`${error instanceof Error ? error.message : error} ${last}`);
  });
}
