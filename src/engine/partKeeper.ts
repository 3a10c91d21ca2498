import type { Clock } from '../base/time.ts';
import type { ServiceView, World } from '../diagnose/world.ts';
import type { ServiceId } from '../model/service.ts';
import type { Memory } from '../remember/memory.ts';
import type { Keeper } from './keeper.ts';
import { LateWriter, type Pace } from './lateWriter.ts';

/** A part of what is known of a service, and how it outlives the process. */
export interface Part<V> {
  /** Before the service's id in the key. */
  readonly name: string;
  readonly pace: Pace;
  of(view: ServiceView): V | undefined;
  /** The stored part joined with what was seen since: the same view where that adds nothing. `news`: the store knows less. */
  restored(stored: unknown, view: ServiceView): { readonly view: ServiceView; readonly news: boolean };
  /** As JSON; `now` in ms. */
  stored(value: V, now: number): unknown;
}

/** Keeps one part of each service over a reload: read when a service is first seen, written a little after it changed. */
export class PartKeeper<V> implements Keeper {
  private readonly known = new Map<ServiceId, V | undefined>();
  private readonly part: Part<V>;
  private readonly memory: Memory;
  private readonly clock: Clock;
  private readonly writer: LateWriter;

  constructor(part: Part<V>, memory: Memory, clock: Clock) {
    this.part = part;
    this.memory = memory;
    this.clock = clock;
    this.writer = new LateWriter(clock, part.pace, id => this.write(id));
  }

  settle(world: World, changed: ReadonlySet<ServiceId>): World {
    const restored = new Map<ServiceId, ServiceView>();
    for (const id of changed) {
      const view = world.services.get(id);
      if (view === undefined) this.forget(id);
      else if (!this.known.has(id)) this.restore(id, view, restored);
      else if (this.known.get(id) !== this.part.of(view)) this.keep(id, this.part.of(view));
    }
    return restored.size === 0 ? world : { ...world, services: new Map([...world.services, ...restored]) };
  }

  private restore(id: ServiceId, view: ServiceView, restored: Map<ServiceId, ServiceView>): void {
    const next = this.part.restored(this.memory.get(this.key(id)), view);
    if (next.view !== view) restored.set(id, next.view);
    this.known.set(id, this.part.of(next.view));
    if (next.news) this.writer.mark(id);
  }

  private keep(id: ServiceId, value: V | undefined): void {
    this.known.set(id, value);
    this.writer.mark(id);
  }

  private forget(id: ServiceId): void {
    this.writer.now(id);
    this.known.delete(id);
  }

  private key(id: ServiceId): string {
    return `${this.part.name}/${id}`;
  }

  private write(id: ServiceId): void {
    const value = this.known.get(id);
    if (value !== undefined) this.memory.put(this.key(id), this.part.stored(value, this.clock.now()));
  }

  begin(): void {
    this.dispose();
    this.known.clear();
  }

  dispose(): void {
    this.writer.flush();
  }
}
