import type { EngineEvent } from './dockerEvents.ts';
import type { Timers } from './timers.ts';

/** ms after the making of a container. */
const looks = [500, 3000, 15_000] as const;

/** A start that the engine refuses makes no event: what was created is looked at again, until it starts or goes. */
export function watchStart({ event, instance }: EngineEvent, timers: Timers, look: () => void): void {
  for (const wait of looks) {
    const name = `start ${instance} ${wait}`;
    if (event === 'create') timers.later(name, wait, look);
    else if (event === 'start' || event === 'destroy') timers.cancel(name);
  }
}
