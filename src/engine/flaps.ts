import type { Disposable } from '../base/emitter.ts';
import type { Clock } from '../base/time.ts';
import { feed } from '../diagnose/flapping.ts';
import type { ServiceView, World } from '../diagnose/world.ts';
import { type FlapRing, flapSlot, parseFlaps } from '../model/flaps.ts';
import type { ServiceId } from '../model/service.ts';
import type { Memory } from '../remember/memory.ts';
import type { Keeper } from './keeper.ts';

const key = (id: ServiceId): string => `flaps/${id}`;
/** Rings change with each up and down; a few are written at a time. ms */
const flushAfter = 2000;
const flushWidth = 8;
/** What was so long ago says nothing of now, in slots: an hour. */
const stale = 120;

/** Keeps ups and downs over a reload. Those of services in which nothing changes are not written. */
export class FlapKeeper implements Keeper {
  private readonly known = new Map<ServiceId, FlapRing | undefined>();
  /** Those that have a row which is not empty. */
  private readonly stored = new Set<ServiceId>();
  private readonly dirty = new Set<ServiceId>();
  private timer: Disposable | undefined;
  private readonly memory: Memory;
  private readonly clock: Clock;

  constructor(memory: Memory, clock: Clock) {
    this.memory = memory;
    this.clock = clock;
  }

  settle(world: World, changed: ReadonlySet<ServiceId>): World {
    const restored = new Map<ServiceId, ServiceView>();
    for (const id of changed) {
      const view = world.services.get(id);
      if (view === undefined) this.known.delete(id);
      else if (!this.known.has(id)) this.restore(id, view, restored);
      else if (this.known.get(id) !== view.flaps) this.keep(id, view.flaps);
    }
    return restored.size === 0 ? world : { ...world, services: new Map([...world.services, ...restored]) };
  }

  private restore(id: ServiceId, view: ServiceView, restored: Map<ServiceId, ServiceView>): void {
    const old = parseFlaps(this.memory.get(key(id)));
    const now = this.clock.now();
    if (old === undefined || now / flapSlot - old.slot > stale) return this.keep(id, view.flaps);
    this.stored.add(id);
    // Nobody watched in between.
    const unwatched = feed(old, undefined, old.slot * flapSlot);
    const flaps = feed(unwatched, view.flaps?.now, (view.flaps?.slot ?? unwatched.slot) * flapSlot);
    restored.set(id, { ...view, flaps });
    this.keep(id, flaps);
  }

  private keep(id: ServiceId, flaps: FlapRing | undefined): void {
    this.known.set(id, flaps);
    if (flaps === undefined || (isSteady(flaps) && !this.stored.has(id))) return;
    this.dirty.add(id);
    this.timer ??= this.clock.after(flushAfter, () => this.flush(flushWidth));
  }

  private flush(most: number): void {
    this.timer?.dispose();
    this.timer = undefined;
    for (const id of [...this.dirty].slice(0, most)) this.write(id, this.known.get(id));
    if (this.dirty.size > 0) this.timer = this.clock.after(flushAfter, () => this.flush(flushWidth));
  }

  private write(id: ServiceId, flaps: FlapRing | undefined): void {
    this.dirty.delete(id);
    const steady = flaps === undefined || isSteady(flaps);
    if (steady && !this.stored.has(id)) return;
    if (steady) this.stored.delete(id);
    else this.stored.add(id);
    this.memory.put(key(id), steady ? {} : flaps);
  }

  begin(): void {
    this.dispose();
    this.known.clear();
    this.stored.clear();
  }

  /** Those that have ups and downs were seen until now. */
  dispose(): void {
    this.timer?.dispose();
    this.timer = undefined;
    const now = this.clock.now();
    for (const [id, flaps] of this.known) {
      if (flaps !== undefined && (this.dirty.has(id) || this.stored.has(id))) this.write(id, feed(flaps, undefined, now));
    }
  }
}

/** Without a change there is nothing to go on with. */
const isSteady = ({ states, worst, now }: FlapRing): boolean => new Set([...states, worst ?? states[0], now ?? states[0]]).size === 1;
