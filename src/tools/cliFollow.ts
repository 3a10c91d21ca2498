import type { Engine } from '../engine/port.ts';
import type { LogLine } from '../model/logs.ts';
import type { ServiceId } from '../model/service.ts';

/** One run of a service, as far as it is known: a restart keeps the instance and begins another run. */
interface Run {
  readonly instance: string | undefined;
  readonly started: string | undefined;
  readonly running: boolean;
}

function runOf(engine: Engine, service: ServiceId): Run {
  const view = engine.beliefs().world.services.get(service);
  return { instance: view?.service.instance, started: view?.facts?.startedExact, running: view?.service.state === 'running' };
}

const another = (now: Run, before: Run): boolean => now.running && (now.instance !== before.instance || now.started !== before.started);

/**
 * The log of a service, line by line, going on with its next run after a restart or a recreate, until the signal aborts.
 * A log that ends is asked for again when another run is known, never in a loop.
 */
export async function* followLog(engine: Engine, service: ServiceId, tail: number, signal: AbortSignal): AsyncIterable<LogLine> {
  let last: { readonly instance: string | undefined; readonly stamp: string } | undefined;
  while (!signal.aborted) {
    // Noted before reading: a quick restart is known before the old stream has ended.
    const run = runOf(engine, service);
    const after = last !== undefined && last.instance === run.instance ? { after: last.stamp } : {};
    for await (const line of engine.readLogs(service, { tail, follow: true, ...after }, signal)) {
      last = { instance: run.instance, stamp: line.stamp };
      yield line;
    }
    await nextRun(engine, service, run, signal);
  }
}

/** Resolves when the service is in another run than `before`. */
function nextRun(engine: Engine, service: ServiceId, before: Run, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const look = (): void => {
      if (!signal.aborted && !another(runOf(engine, service), before)) return;
      watching.dispose();
      signal.removeEventListener('abort', look);
      resolve();
    };
    const watching = engine.changed(look);
    signal.addEventListener('abort', look, { once: true });
    look();
  });
}
