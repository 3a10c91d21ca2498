import type { Disposable } from '../base/emitter.ts';
import type { Clock } from '../base/time.ts';
import type { ServiceView, World } from '../diagnose/world.ts';
import { type Death, parseDeaths } from '../model/death.ts';
import type { ServiceId } from '../model/service.ts';
import type { Memory } from '../remember/memory.ts';
import type { Keeper } from './keeper.ts';

const key = (id: ServiceId): string => `deaths/${id}`;
const flushAfter = 2000;
/** Each write waits for the disk: after a storm of deaths a few services go at a time, this many ms apart. */
const flushWidth = 8;
const flushPause = 50;

/** Keeps the ledger of deaths over a reload: read when a service is first seen, written a little after it changed. */
export class DeathKeeper implements Keeper {
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
    const restored = new Map<ServiceId, ServiceView>();
    for (const id of changed) {
      const view = world.services.get(id);
      if (view === undefined) this.known.delete(id);
      else if (!this.known.has(id)) this.restore(id, view, restored);
      else if (this.known.get(id) !== view.deaths) this.keep(id, view.deaths);
    }
    return restored.size === 0 ? world : { ...world, services: new Map([...world.services, ...restored]) };
  }

  private restore(id: ServiceId, view: ServiceView, restored: Map<ServiceId, ServiceView>): void {
    const stored = parseDeaths(this.memory.get(key(id)));
    const deaths = merge(stored, view.deaths);
    if (deaths !== view.deaths) restored.set(id, { ...view, deaths });
    if (deaths.length > stored.length) this.keep(id, deaths);
    else this.known.set(id, deaths);
  }

  private keep(id: ServiceId, deaths: readonly Death[]): void {
    this.known.set(id, deaths);
    this.dirty.add(id);
    this.timer ??= this.clock.after(flushAfter, () => this.flush(flushWidth));
  }

  /** The world begins anew: what is known is written, and read again when its service is seen. */
  begin(): void {
    this.dispose();
    this.known.clear();
  }

  private flush(most: number): void {
    this.timer = undefined;
    for (const id of [...this.dirty].slice(0, most)) {
      this.dirty.delete(id);
      this.memory.put(key(id), this.known.get(id) ?? []);
    }
    if (this.dirty.size > 0) this.timer = this.clock.after(flushPause, () => this.flush(flushWidth));
  }

  dispose(): void {
    this.timer?.dispose();
    this.flush(Number.POSITIVE_INFINITY);
  }
}

/** Stored ones first; a death that both know counts once. */
function merge(stored: readonly Death[], seen: readonly Death[]): readonly Death[] {
  const news = stored.filter(old => !seen.some(death => death.instance === old.instance && Math.abs(death.at - old.at) < 2000));
  return news.length === 0 ? seen : [...news, ...seen].sort((a, b) => a.at - b.at).slice(-64);
}
