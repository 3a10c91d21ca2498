import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** What went through the proxy since the last count, by kind of call: `GET /containers/{id}/json` -> 60. */
export type Counts = Readonly<Record<string, number>>;

export interface CountingProxy {
  /** Where to connect instead of the engine's own socket. */
  readonly socket: string;
  /** Gives the counts and begins at zero again. */
  take(): Promise<Counts>;
  stop(): Promise<void>;
}

export const total = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

/** A proxy in front of an engine's socket, in a thread of its own so that its work is not counted as the caller's. */
export async function startCountingProxy(target: string): Promise<CountingProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'dozor-proxy-'));
  const socket = join(folder, 'docker.sock');
  const worker = new Worker(new URL('./proxyThread.ts', import.meta.url), { workerData: { socket, target } });
  const answer = <T>(): Promise<T> =>
    new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
  await answer();
  return {
    socket,
    take() {
      const counts = answer<Counts>();
      worker.postMessage('take');
      return counts;
    },
    async stop() {
      await worker.terminate();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
