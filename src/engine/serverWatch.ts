import type { Disposable } from '../base/emitter.ts';
import { type Log, reasonOf } from '../base/log.ts';
import { backoff, type Clock, pause } from '../base/time.ts';
import type { Observation } from '../model/observation.ts';
import type { ServerLink } from './port.ts';

/**
 * Keeps the watch of one server alive for as long as it is not disposed. A watch that throws is a surprise: it becomes a loss of sight,
 * and the watch begins again after a wait.
 */
export function watchServer(
  link: ServerLink,
  emit: (seen: Observation) => void,
  deps: { readonly clock: Clock; readonly log: Log },
): Disposable {
  const stop = new AbortController();
  void run(link, emit, deps, stop.signal);
  return {
    dispose() {
      stop.abort();
      link.dispose();
    },
  };
}

async function run(
  link: ServerLink,
  emit: (seen: Observation) => void,
  deps: { readonly clock: Clock; readonly log: Log },
  signal: AbortSignal,
): Promise<void> {
  let wait = backoff(250, 30_000);
  while (!signal.aborted) {
    const began = deps.clock.steady();
    try {
      await link.watch(seen => {
        if (!signal.aborted) emit(seen);
      }, signal);
      if (signal.aborted) return;
    } catch (error) {
      if (signal.aborted) return;
      deps.log.error(`The watch of ${link.server.label} ended: ${reasonOf(error)}`);
      const why = {
        code: 'lost' as const,
        text: `The watch of ${link.server.label} ended unexpectedly.`,
        next: 'Dozor tries again by itself; its log tells more.',
      };
      emit({ kind: 'sight', clear: false, why, at: deps.clock.now(), plusMinus: 0, server: link.server.id, how: 'live' });
    }
    // A watch that held for a while starts the waits from their beginning.
    if (deps.clock.steady() - began > 60_000) wait = backoff(250, 30_000);
    await pause(deps.clock, wait.wait, signal);
    wait = wait.next();
  }
}
