import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { useRedactKey } from './base/redact.ts';
import { compileSafe } from './base/safeRegex.ts';
import { createLogReader } from './diagnose/logReader.ts';
import { createLogCore } from './observe/logCore.ts';
import type { LineReader, LogCore, Order } from './observe/logOrders.ts';

/** A reader for a service with a pattern of its own; what is wrong with the pattern goes out with each digest. */
function readerOf(pattern: string | undefined): LineReader {
  if (pattern === undefined) return createLogReader();
  const compiled = compileSafe(pattern);
  const reader = createLogReader(compiled.ok ? { pattern: compiled.pattern } : {});
  return {
    read(lines) {
      const digest = reader.read(lines);
      const trouble = compiled.ok ? compiled.pattern.trouble : compiled.because;
      return trouble === undefined ? digest : { ...digest, patternTrouble: trouble };
    },
  };
}

/** What reads logs, for a program that does it without a thread. */
export const openCore = (): LogCore => createLogCore(readerOf);

const { redactKey } = (workerData ?? {}) as { readonly redactKey?: string };

/** The door of the thread: it says that it has come up; then an order in, a reply out. */
if (parentPort !== null && redactKey !== undefined) {
  const port = parentPort;
  const core = openCore();
  useRedactKey(redactKey);
  // Linux knows priorities of threads: where there are few cores, the editor goes first. Elsewhere it would concern the whole process.
  if (process.platform === 'linux') setPriority(5);
  port.on('message', (order: Order) => port.postMessage(core.take(order)));
  port.postMessage('ready');
}
