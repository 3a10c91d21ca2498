import type { Observation, Source } from '../../src/model/observation.ts';

export type Seen<K extends Observation['kind'] = Observation['kind']> = Extract<Observation, { kind: K }>;

/** A source under way, with all it has emitted. */
export interface Watching {
  readonly seen: Observation[];
  /** The first observation, after the first `from`, that fits; rejects after `ms` with what was seen instead. */
  until(fits: (seen: Observation) => boolean, from?: number, ms?: number): Promise<Observation>;
  of<K extends Observation['kind']>(kind: K): Seen<K>[];
  stop(): Promise<void>;
}

const brief = (seen: Observation): string =>
  [seen.kind, 'service' in seen ? seen.service : '', 'event' in seen ? seen.event : '', 'why' in seen ? JSON.stringify(seen.why) : ''].join(
    ' ',
  );

/** Starts a source and keeps what it emits. */
export function watching(source: Source): Watching {
  const seen: Observation[] = [];
  const stop = new AbortController();
  let wake: (() => void)[] = [];
  const done = source(observation => {
    seen.push(observation);
    const waiting = wake;
    wake = [];
    for (const resolve of waiting) resolve();
  }, stop.signal);

  const next = (ms: number): Promise<boolean> =>
    new Promise(resolve => {
      const timer = setTimeout(() => resolve(false), ms);
      wake.push(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });

  return {
    seen,
    async until(fits, from = 0, ms = 10_000) {
      const end = Date.now() + ms;
      for (;;) {
        const found = seen.slice(from).find(fits);
        if (found !== undefined) return found;
        const left = end - Date.now();
        if (left <= 0 || !(await next(left))) {
          const late = seen.slice(from).find(fits);
          if (late !== undefined) return late;
          throw new Error(`not seen within ${ms} ms; instead:\n${seen.slice(from).map(brief).join('\n')}`);
        }
      }
    },
    of: kind => seen.filter((one): one is Seen<typeof kind> => one.kind === kind),
    async stop() {
      stop.abort();
      await done;
    },
  };
}
