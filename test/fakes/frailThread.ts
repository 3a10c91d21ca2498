import { parentPort } from 'node:worker_threads';
import { digest } from '../../src/diagnose/readLogs.ts';
import type { LogLine } from '../../src/model/logs.ts';
import { createLogCore } from '../../src/observe/logCore.ts';
import type { Order } from '../../src/observe/logOrders.ts';

const deeds: Readonly<Record<string, () => void>> = {
  EXIT: () => process.exit(3),
  THROW: () => {
    throw new Error('thrown on purpose');
  },
  HANG: () => {
    for (;;);
  },
};

/** A thread that reads logs, and does as a line says: `EXIT`, `THROW` or `HANG`. */
const core = createLogCore(() => ({
  read(lines: readonly LogLine[]) {
    for (const { text } of lines) deeds[text]?.();
    return digest(lines);
  },
}));
parentPort?.on('message', (order: Order) => parentPort?.postMessage(core.take(order)));
parentPort?.postMessage('ready');
