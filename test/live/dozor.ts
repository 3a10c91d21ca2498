import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** ms */
  readonly took: number;
}

export interface Going {
  readonly done: Promise<Run>;
  /** Whole lines so far. */
  lines(): string[];
  kill(signal: NodeJS.Signals): void;
}

export interface Program {
  start(argv: readonly string[], env?: Readonly<Record<string, string>>): Going;
  run(argv: readonly string[], env?: Readonly<Record<string, string>>): Promise<Run>;
  dispose(): void;
}

/** The command line as a process of its own, with its own home, against the engine on `socket`. */
export function program(socket: string): Program {
  const home = mkdtempSync(join(tmpdir(), 'dozor-home-'));
  const start: Program['start'] = (argv, env = {}) => {
    const began = performance.now();
    const child = spawn(process.execPath, ['src/headless.ts', ...argv], {
      cwd: join(import.meta.dirname, '../..'),
      env: {
        PATH: process.env['PATH'],
        HOME: home,
        XDG_STATE_HOME: join(home, 'state'),
        XDG_CONFIG_HOME: join(home, 'config'),
        DOCKER_HOST: `unix://${socket}`,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', text => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', text => {
      err += text;
    });
    const done = new Promise<Run>(resolve => {
      child.on('close', code => resolve({ code, out, err, took: performance.now() - began }));
    });
    return { done, lines: () => out.split('\n').slice(0, -1), kill: signal => void child.kill(signal) };
  };
  return {
    start,
    run: (argv, env) => start(argv, env).done,
    dispose: () => rmSync(home, { recursive: true, force: true }),
  };
}

/** Resolves when `ready` says so; rejects after `ms` with what was waited for. */
export async function until(what: string, ready: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  const end = Date.now() + ms;
  while (Date.now() < end) {
    if (await ready()) return;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error(`${what} did not happen within ${ms / 1000} s`);
}

/** Arguments that make `docker run` create what compose would: the same labels, the same name. */
export const composed = (project: string, service: string): string[] => [
  '--name',
  `${project}-${service}-1`,
  '--label',
  `com.docker.compose.project=${project}`,
  '--label',
  `com.docker.compose.service=${service}`,
  '--label',
  'com.docker.compose.container-number=1',
  '--label',
  'com.docker.compose.oneoff=False',
  '--label',
  `com.docker.compose.project.working_dir=/src/${project}`,
];
