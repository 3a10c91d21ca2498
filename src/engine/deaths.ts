import type { Disposable } from '../base/emitter.ts';
import type { Clock } from '../base/time.ts';
import type { World } from '../diagnose/world.ts';
import { type Death, parseDeaths } from '../model/death.ts';
import type { ServiceId } from '../model/service.ts';
import type { Memory } from '../remember/memory.ts';

const key = (id: ServiceId): string => `deaths/${id}`;
const flushAfter = 2000;

/** Keeps the ledger of deaths over a reload: read when a service is first seen, written a little after it changed. */
export class DeathKeeper implements Disposable {
  private readonly known = new Map<ServiceId, readonly Death[]>();
  private readonly dirty = new Set<ServiceId>();
  private timer: Disposable | undefined;
  private readonly memory: Memory;
  private readonly clock: Clock;

  constructor(memory: Memory, clock: Clock) {
    this.memory = memory;
    this.clock = clock;
  }

  /** Adds stored deaths to services seen for the first time, and notes what changed. */
  settle(world: World, changed: ReadonlySet<ServiceId>): World {
    const services = new Map(world.services);
    let restored = false;
    for (const id of changed) {
      const view = services.get(id);
      if (view === undefined) continue;
      if (!this.known.has(id)) {
        const merged = merge(parseDeaths(this.memory.get(key(id))), view.deaths);
        if (merged !== view.deaths) {
          services.set(id, { ...view, deaths: merged });
          restored = true;
        }
        this.known.set(id, merged);
      } else if (this.known.get(id) !== view.deaths) {
        this.known.set(id, view.deaths);
        this.dirty.add(id);
        this.timer ??= this.clock.after(flushAfter, () => this.flush());
      }
    }
    return restored ? { ...world, services } : world;
  }

  private flush(): void {
    this.timer = undefined;
    for (const id of this.dirty) this.memory.put(key(id), this.known.get(id) ?? []);
    this.dirty.clear();
  }

  dispose(): void {
    this.timer?.dispose();
    this.flush();
  }
}

/** Stored ones first; a death that both know counts once. */
function merge(stored: readonly Death[], seen: readonly Death[]): readonly Death[] {
  const news = stored.filter(old => !seen.some(death => death.instance === old.instance && Math.abs(death.at - old.at) < 2000));
  return news.length === 0 ? seen : [...news, ...seen].sort((a, b) => a.at - b.at).slice(-64);
}
