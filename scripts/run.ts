import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly stdin?: string;
  /** Copies the output to ours while it comes. */
  readonly show?: boolean;
}

export interface Ran {
  readonly code: number;
  /** stdout and stderr as they came, together. */
  readonly output: string;
}

const running = new Set<ChildProcess>();
// A program that we started ends with us; mocha takes SIGINT as a wish to clean up.
process.on('exit', () => {
  for (const child of running) child.kill('SIGINT');
});

/** Runs a program to its end; never throws for an exit code. A program that cannot be started is code 127. */
export function run(file: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return new Promise(resolve => {
    const child = spawn(file, args, { cwd: options.cwd, env: options.env ?? process.env, stdio: ['pipe', 'pipe', 'pipe'] });
    running.add(child);
    const parts: Buffer[] = [];
    const take = (chunk: Buffer) => {
      parts.push(chunk);
      if (options.show) process.stdout.write(chunk);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    const done = (ran: Ran) => {
      running.delete(child);
      resolve(ran);
    };
    child.on('error', error => done({ code: 127, output: error.message }));
    child.on('close', code => done({ code: code ?? 1, output: Buffer.concat(parts).toString('utf8') }));
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.stdin ?? '');
  });
}

/** Like `run`, and throws with the end of the output when the exit code is not 0. */
export async function mustRun(file: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const ran = await run(file, args, options);
  if (ran.code === 0) return ran.output;
  throw new Error(`${[file, ...args].join(' ')} ended with ${ran.code}:\n${ran.output.slice(-4000)}`);
}

function executable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Full path of the first of these programs found on the PATH. */
export function which(...names: string[]): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin', '/usr/bin', '/usr/local/bin'].filter(
    folder => folder !== '',
  );
  return names.flatMap(name => folders.map(folder => path.join(folder, name))).find(executable);
}
