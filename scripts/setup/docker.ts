import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { reachable } from '../docker.ts';
import { testbed } from '../paths.ts';
import { which } from '../run.ts';
import { Advice, step } from '../say.ts';
import { aptInstall, canInstall } from './apt.ts';

/** Ends what was started; undefined when the engine was there before. */
export type Stop = () => Promise<void>;

const logFile = testbed('docker', 'dockerd.log');

/** Installs dockerd and what it calls. */
export async function ensureDockerd(): Promise<void> {
  await step('Docker', async () => {
    if (which('dockerd') !== undefined && which('iptables') !== undefined) return undefined;
    if (!canInstall()) throw new Advice('dockerd is not installed. Install Docker Engine: https://docs.docker.com/engine/install/');
    await aptInstall('docker.io', 'iptables', 'iproute2');
    return 'engine installed';
  });
}

/** Path of a statically linked busybox; the images of the demo and the tests are made from it. */
export async function ensureBusybox(): Promise<string> {
  const found = () => ['/bin/busybox', '/usr/bin/busybox'].find(isStatic);
  await step('busybox', async () => {
    if (found() !== undefined) return undefined;
    if (!canInstall()) throw new Advice('No static busybox found. Install the package busybox-static.');
    await aptInstall('busybox-static');
    return 'busybox-static installed';
  });
  const file = found();
  if (file === undefined) throw new Advice('busybox-static was installed, but there is no static /bin/busybox.');
  return file;
}

/** A static ELF program names no interpreter. */
function isStatic(file: string): boolean {
  try {
    return !readFileSync(file).subarray(0, 4096).includes('/lib64/ld-') && !readFileSync(file).subarray(0, 4096).includes('/ld-linux');
  } catch {
    return false;
  }
}

async function answers(within: number): Promise<boolean> {
  for (const until = performance.now() + within; performance.now() < until; await wait(200)) if (await reachable()) return true;
  return false;
}

async function agreed(yes: boolean): Promise<boolean> {
  if (yes || !process.stdin.isTTY) return true;
  const ask = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await ask.question('No Docker engine is running. Install and start one now? [Y/n] ');
  ask.close();
  return /^(y|yes|)$/i.test(answer.trim());
}

async function stopped(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null) return;
  const gone = new Promise(resolve => daemon.once('exit', resolve));
  daemon.kill('SIGTERM');
  await Promise.race([gone, wait(15_000, undefined, { ref: false })]);
}

async function start(): Promise<Stop | undefined> {
  // The package may have started its service.
  if (await answers(3000)) return undefined;
  mkdirSync(testbed('docker'), { recursive: true });
  const log = openSync(logFile, 'w');
  // Its own group: Ctrl+C in the terminal must reach us first.
  const daemon = spawn(which('dockerd') ?? 'dockerd', [], { stdio: ['ignore', log, log], detached: true });
  daemon.on('error', () => undefined);
  if (await answers(20_000)) return () => stopped(daemon);
  await stopped(daemon);
  throw new Advice(`dockerd does not start; the end of ${logFile}:\n${readFileSync(logFile, 'utf8').split('\n').slice(-12).join('\n')}`);
}

const howTo =
  process.platform === 'linux'
    ? 'Start it (sudo systemctl start docker), or let your user in (sudo usermod -aG docker $USER), or set DOCKER_HOST.'
    : 'Start Docker Desktop, or set DOCKER_HOST.';

/** Makes sure that a Docker engine answers. Without one, a root user on Debian or Ubuntu gets one; others get told how. */
export async function ensureDocker(yes: boolean): Promise<Stop | undefined> {
  if (await reachable()) return undefined;
  if (process.env['DOCKER_HOST']) throw new Advice(`No Docker engine answers at DOCKER_HOST=${process.env['DOCKER_HOST']}.`);
  if (!canInstall()) throw new Advice(`No Docker engine answers. ${howTo}`);
  if (!(await agreed(yes))) throw new Advice(`No Docker engine answers. ${howTo}`);
  await ensureDockerd();
  let stop: Stop | undefined;
  await step('Docker engine', async () => {
    stop = await start();
    return 'started';
  });
  return stop;
}
