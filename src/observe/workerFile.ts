import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The file of the thread that reads logs, beside its door: bundled, or as it is written. */
export function workerFile(folder: string): string {
  const written = join(folder, 'logWorker.ts');
  return existsSync(written) ? written : join(folder, 'logWorker.cjs');
}
