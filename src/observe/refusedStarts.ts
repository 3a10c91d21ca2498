import type { ServiceState } from '../model/service.ts';
import type { EngineEvent } from './dockerEvents.ts';
import type { DockerInventory } from './dockerInventory.ts';
import type { Inspector } from './inspector.ts';
import type { Timers } from './timers.ts';

/** When it is looked at again, ms after it was made, or after it died and the engine waits to restart it. */
const looks: Partial<Record<EngineEvent['event'], readonly number[]>> = { create: [500, 3000, 15_000], die: [2000, 8000, 25_000] };
const over: ReadonlySet<EngineEvent['event']> = new Set(['start', 'destroy']);
const startable: ReadonlySet<ServiceState | undefined> = new Set(['created', 'restarting', undefined]);

/**
 * A start that the engine refuses makes no event, and neither does a kill while it waits to restart a container: what was to start is
 * looked at again until it starts or goes.
 */
export function watchStart({ event, instance }: EngineEvent, timers: Timers, inspector: Inspector, inventory: DockerInventory): void {
  const look = (): void => {
    if (startable.has(inventory.get(instance)?.seen.state)) inspector.ask(instance);
  };
  for (const [after, waits] of Object.entries(looks)) {
    for (const wait of waits) {
      const name = `start ${instance} ${after} ${wait}`;
      if (over.has(event)) timers.cancel(name);
      else if (event === after) timers.later(name, wait, look);
    }
  }
}
