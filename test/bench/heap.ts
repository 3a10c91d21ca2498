import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** MB that are in use after a collection. */
export function heapNow(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed / 1e6;
}
