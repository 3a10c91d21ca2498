import { spawn } from 'node:child_process';
import { reasonOf } from '../base/log.ts';

export type ShellResult =
  | { readonly ok: true; readonly code: number; readonly out: string; readonly err: string }
  | { readonly ok: false; readonly why: 'missing' | 'timeout' | 'too-large' | 'aborted' | 'failed'; readonly because: string };

/** Runs a program by its argument list; nothing here is ever read by a shell. */
export interface Shell {
  run(
    argv: readonly [string, ...string[]],
    limits: { readonly ms: number; readonly bytes: number },
    signal: AbortSignal,
  ): Promise<ShellResult>;
}

/** `env`: the whole environment of the programs. */
export function localShell(env: Readonly<Record<string, string | undefined>>): Shell {
  return {
    run: ([file, ...args], limits, signal) =>
      new Promise(resolve => {
        if (signal.aborted) return resolve({ ok: false, why: 'aborted', because: 'ended before it began' });
        const child = spawn(file, args, { shell: false, stdio: ['ignore', 'pipe', 'pipe'], env: { ...env }, windowsHide: true });
        const out: Buffer[] = [];
        const err: Buffer[] = [];
        let size = 0;
        const finish = (result: ShellResult): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', abort);
          resolve(result);
        };
        const stop = (why: 'timeout' | 'too-large' | 'aborted', because: string): void => {
          child.kill('SIGKILL');
          finish({ ok: false, why, because });
        };
        const abort = (): void => stop('aborted', 'the call was ended');
        const timer = setTimeout(() => stop('timeout', `${file} took longer than ${limits.ms / 1000} s`), limits.ms);
        signal.addEventListener('abort', abort, { once: true });
        const collect =
          (into: Buffer[]) =>
          (part: Buffer): void => {
            size += part.length;
            if (size > limits.bytes) stop('too-large', `${file} wrote more than ${limits.bytes} bytes`);
            else into.push(part);
          };
        child.stdout.on('data', collect(out));
        child.stderr.on('data', collect(err));
        child.on('error', error => {
          const missing = 'code' in error && error.code === 'ENOENT';
          finish({ ok: false, why: missing ? 'missing' : 'failed', because: missing ? `${file} is not installed` : reasonOf(error) });
        });
        child.on('close', code => {
          finish({ ok: true, code: code ?? -1, out: Buffer.concat(out).toString('utf8'), err: Buffer.concat(err).toString('utf8') });
        });
      }),
  };
}
