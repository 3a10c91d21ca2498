import type { Clock } from '../base/time.ts';
import { withMakes } from '../diagnose/changes.ts';
import type { ServiceView, World } from '../diagnose/world.ts';
import { type Makes, parseMakes } from '../model/makes.ts';
import type { ServiceId } from '../model/service.ts';
import type { Memory } from '../remember/memory.ts';
import type { Keeper } from './keeper.ts';
import { LateWriter } from './lateWriter.ts';

const key = (id: ServiceId): string => `makes/${id}`;
const pace = { after: 2000, width: 8, pause: 50 } as const;

interface Kept {
  readonly makes: Makes;
  /** When it was last known to run, ms. */
  readonly seen: number;
}

/** Keeps over a reload what services are made from, so that a change made while nobody watched is still one. */
export class MakeKeeper implements Keeper {
  private readonly known = new Map<ServiceId, Kept>();
  private readonly running = new Set<ServiceId>();
  private readonly memory: Memory;
  private readonly clock: Clock;
  private readonly writer: LateWriter;

  constructor(memory: Memory, clock: Clock) {
    this.memory = memory;
    this.clock = clock;
    this.writer = new LateWriter(clock, pace, id => memory.put(key(id), this.known.get(id)));
  }

  settle(world: World, changed: ReadonlySet<ServiceId>): World {
    const restored = new Map<ServiceId, ServiceView>();
    for (const id of changed) {
      const view = world.services.get(id);
      if (view?.makes === undefined) continue;
      const next = this.known.has(id) ? view : this.restore(id, view);
      if (next !== view) restored.set(id, next);
      if (next.makes !== undefined) this.keep(id, next.makes, next.service.state === 'running');
    }
    return restored.size === 0 ? world : { ...world, services: new Map([...world.services, ...restored]) };
  }

  private restore(id: ServiceId, view: ServiceView): ServiceView {
    const stored = parseKept(this.memory.get(key(id)));
    return stored === undefined ? view : withMakes(view, this.clock.now(), stored.makes, stored.seen);
  }

  private keep(id: ServiceId, makes: Makes, runs: boolean): void {
    if (runs) this.running.add(id);
    else this.running.delete(id);
    if (this.known.get(id)?.makes === makes) return;
    this.known.set(id, { makes, seen: this.clock.now() });
    this.writer.mark(id);
  }

  begin(): void {
    this.dispose();
    this.known.clear();
  }

  /** Those that run were seen until now. */
  dispose(): void {
    const now = this.clock.now();
    for (const [id, kept] of this.known) {
      if (!this.running.has(id)) continue;
      this.known.set(id, { ...kept, seen: now });
      this.writer.mark(id);
    }
    this.writer.flush();
  }
}

function parseKept(stored: unknown): Kept | undefined {
  const { makes, seen } = (typeof stored === 'object' && stored !== null ? stored : {}) as {
    readonly makes?: unknown;
    readonly seen?: unknown;
  };
  const read = parseMakes(makes);
  return read === undefined || typeof seen !== 'number' ? undefined : { makes: read, seen };
}
