import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const wait = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

/** A real Docker engine of our own: own data, own socket, own bridge; nothing else on the machine is touched. */
export interface LiveEngine {
  readonly socket: string;
  /** Name of an image with a static busybox in it. */
  readonly image: string;
  /** Runs the docker client against this engine; resolves to its output, rejects with its error text. */
  docker(...argv: string[]): Promise<string>;
  /** The same, with what it wrote to stderr: the log of a container comes on both. */
  all(...argv: string[]): Promise<string>;
  /** SIGSTOP and SIGCONT: the engine accepts connections and never answers. */
  pause(): void;
  resume(): void;
  /** SIGTERM: it ends its containers, and then itself. */
  end(): Promise<void>;
  /** SIGKILL: no farewell, the containers go on. */
  kill(): Promise<void>;
  /** Starts it again on the same data. */
  restart(): Promise<void>;
  /** Ends it, its containers and its folder. Safe to call twice. */
  stop(): Promise<void>;
}

/** Why no engine can be started here, or undefined when one can. */
export function noEngineBecause(): string | undefined {
  if (process.platform !== 'linux') return 'dockerd runs on Linux only';
  if (process.getuid?.() !== 0) return 'dockerd needs root';
  const missing = ['/usr/sbin/dockerd', '/usr/bin/docker', '/bin/busybox'].find(path => !existsSync(path));
  return missing === undefined ? undefined : `${missing} is not installed (apt-get install docker.io busybox-static)`;
}

/** One network per test process: two engines on one address range would fight over its routes. */
const subnet = (n: number): string => `172.29.${(process.pid + n) % 250}.1/24`;
let started = 0;
/** A run that is ended by hand must take its engine along. */
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

async function addBridge(name: string): Promise<void> {
  await run('ip', ['link', 'add', name, 'type', 'bridge']);
  await run('ip', ['addr', 'add', subnet(started), 'dev', name]);
  await run('ip', ['link', 'set', name, 'up']);
}

async function until(what: string, ready: () => Promise<boolean>, ms = 20_000): Promise<void> {
  const end = Date.now() + ms;
  while (Date.now() < end) {
    if (await ready()) return;
    await wait(50);
  }
  throw new Error(`${what} did not happen within ${ms / 1000} s`);
}

async function buildImage(folder: string, docker: LiveEngine['docker']): Promise<void> {
  const root = join(folder, 'rootfs');
  await mkdir(join(root, 'bin'), { recursive: true });
  await mkdir(join(root, 'tmp'));
  await copyFile('/bin/busybox', join(root, 'bin/busybox'));
  const { stdout } = await run('/bin/busybox', ['--list']);
  for (const applet of stdout.split('\n').filter(name => name !== '' && name !== 'busybox')) {
    await symlink('busybox', join(root, 'bin', applet));
  }
  const tar = join(folder, 'rootfs.tar');
  await run('tar', ['-C', root, '-cf', tar, '.']);
  await docker('import', tar, 'bb');
  await rm(root, { recursive: true });
  await rm(tar);
}

/** What a process was started with; empty when it is gone or is none. */
function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** containerd and its shims outlive a killed dockerd; those that name our folder are ours. */
function endHelpers(folder: string): void {
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    const command = commandOf(pid);
    if (!command.includes('containerd') || !command.includes(folder)) continue;
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It ended by itself meanwhile.
    }
  }
}

/** What must not stay behind, without waiting: also run when the test process ends early. */
function sweep(folder: string, bridge: string): void {
  endHelpers(folder);
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map(line => line.split(' ')[1] ?? '');
  for (const path of mounts.filter(path => path.startsWith(folder)).reverse()) spawnSync('umount', ['-l', path]);
  spawnSync('ip', ['link', 'del', bridge]);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/** Starts an engine and builds the image `bb` by importing a busybox file system. Takes about 2 s. */
export async function startEngine(): Promise<LiveEngine> {
  started++;
  const folder = await mkdtemp(join(tmpdir(), 'dozor-live-'));
  const socket = join(folder, 'docker.sock');
  const bridge = `dz${process.pid % 100_000}x${started}`;
  let child: ChildProcess | undefined;
  let complaints = '';
  let ended: Promise<unknown> = Promise.resolve();
  await addBridge(bridge);
  // Without a file of its own it would read the machine's settings.
  await writeFile(join(folder, 'daemon.json'), '{}');

  const client = (argv: readonly string[]): Promise<{ stdout: string; stderr: string }> => {
    const env = { PATH: process.env.PATH, HOME: folder };
    return run('/usr/bin/docker', ['-H', `unix://${socket}`, ...argv], { env, maxBuffer: 64 << 20 });
  };
  const docker: LiveEngine['docker'] = async (...argv) => (await client(argv)).stdout.trim();
  const all: LiveEngine['all'] = async (...argv) => {
    const { stdout, stderr } = await client(argv);
    return `${stdout}\n${stderr}`;
  };

  const launch = async (): Promise<void> => {
    const argv = ['--data-root', `${folder}/data`, '--exec-root', `${folder}/exec`, '-H', `unix://${socket}`, '--pidfile', `${folder}/pid`];
    const daemon = spawn('/usr/sbin/dockerd', [...argv, '--bridge', bridge, '--config-file', `${folder}/daemon.json`], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child = daemon;
    daemon.stderr.on('data', chunk => {
      complaints = (complaints + chunk).slice(-4000);
    });
    ended = new Promise(resolve => daemon.on('exit', resolve));
    const ready = (): Promise<boolean> =>
      docker('version', '--format', 'x').then(
        () => true,
        () => {
          if (daemon.exitCode !== null) throw new Error(`dockerd ended at once: ${complaints}`);
          return false;
        },
      );
    await until('start of dockerd', ready);
  };

  const kill = async (signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> => {
    child?.kill(signal);
    await ended;
    // Where nobody reaps orphans, containerd stays as a zombie and its pid file would keep the next start waiting for it.
    for (const file of ['pid', 'exec/containerd/containerd.pid', 'exec/containerd/containerd.sock'])
      await rm(join(folder, file), { force: true });
  };

  let stopped = false;
  const stop = async (): Promise<void> => {
    if (stopped) return;
    stopped = true;
    process.removeListener('exit', lastResort);
    for (const signal of endings) process.removeListener(signal, leave);
    child?.kill('SIGCONT');
    const ids = await docker('ps', '-aq').catch(() => '');
    if (ids !== '') await docker('rm', '-f', ...ids.split('\n')).catch(() => undefined);
    child?.kill('SIGTERM');
    // Unreferenced: the process that asked for the end must not wait for what is over.
    await Promise.race([ended, new Promise(resolve => setTimeout(resolve, 8000).unref())]);
    child?.kill('SIGKILL');
    sweep(folder, bridge);
  };
  const lastResort = (): void => {
    child?.kill('SIGKILL');
    sweep(folder, bridge);
  };
  // A run that is ended from outside would leave its engine behind: signals do not fire `exit` by themselves.
  const leave = (): void => process.exit(143);
  process.on('exit', lastResort);
  for (const signal of endings) process.on(signal, leave);

  try {
    // Two engines that start in one second may find each other's firewall locked: one more try.
    await launch().catch(launch);
    await buildImage(folder, docker);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    socket,
    image: 'bb',
    docker,
    all,
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    end: () => kill('SIGTERM'),
    kill,
    restart: launch,
    stop,
  };
}
