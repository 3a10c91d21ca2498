import type { Engine } from '../engine/port.ts';
import type { LogLine } from '../model/logs.ts';
import type { ServiceId } from '../model/service.ts';

interface Place {
  readonly instance: string | undefined;
  readonly stamp: string | undefined;
}

/**
 * The log of a service, line by line, going on with its next run after a restart or a recreate, until the signal aborts.
 * A log that ends is asked for again when the service changes, never in a loop.
 */
export async function* followLog(engine: Engine, service: ServiceId, tail: number, signal: AbortSignal): AsyncIterable<LogLine> {
  let place: Place = { instance: undefined, stamp: undefined };
  while (!signal.aborted) {
    const instance = engine.beliefs().world.services.get(service)?.service.instance;
    const after = instance === place.instance ? place.stamp : undefined;
    const want = { tail, follow: true, ...(after === undefined ? {} : { after }) };
    for await (const line of engine.readLogs(service, want, signal)) {
      place = { instance, stamp: line.stamp };
      yield line;
    }
    place = { instance, stamp: place.instance === instance ? place.stamp : undefined };
    await nextRun(engine, service, signal);
  }
}

/** Resolves when the service runs, after a change of its state that we have not seen yet. */
function nextRun(engine: Engine, service: ServiceId, signal: AbortSignal): Promise<void> {
  const runOf = (): string => {
    const view = engine.beliefs().world.services.get(service);
    return `${view?.service.instance} ${view?.facts?.startedExact} ${view?.service.state}`;
  };
  const before = runOf();
  return new Promise(resolve => {
    const done = (): void => {
      watching.dispose();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const watching = engine.changed(beliefs => {
      if (runOf() !== before && beliefs.world.services.get(service)?.service.state === 'running') done();
    });
    if (signal.aborted) done();
    else signal.addEventListener('abort', done, { once: true });
  });
}
