import type { Disposable } from '../base/emitter.ts';
import type { Clock } from '../base/time.ts';
import { foldBefore, minuteOf, recentMinutes } from '../diagnose/calm.ts';
import { withRestored } from '../diagnose/patternMemory.ts';
import type { ServiceView, World } from '../diagnose/world.ts';
import { type LogPatterns, parsePatterns, storedPatterns } from '../model/pattern.ts';
import type { ServiceId } from '../model/service.ts';
import type { Memory } from '../remember/memory.ts';
import type { Keeper } from './keeper.ts';

const key = (id: ServiceId): string => `patterns/${id}`;
/** Baselines change with each line, and a minute of them is soon learned again. ms */
const flushAfter = 60_000;
/** Each write waits for the disk: a few services go at a time, this many ms apart. */
const flushWidth = 4;
const flushPause = 250;

/** Keeps what a service's log is like over a reload, so that its usual errors stay usual and a new one is still new. */
export class BaselineKeeper implements Keeper {
  private readonly known = new Map<ServiceId, LogPatterns | undefined>();
  private readonly dirty = new Set<ServiceId>();
  private timer: Disposable | undefined;
  private readonly memory: Memory;
  private readonly clock: Clock;

  constructor(memory: Memory, clock: Clock) {
    this.memory = memory;
    this.clock = clock;
  }

  /** Adds the stored baseline to services seen for the first time, and notes what changed. */
  settle(world: World, changed: ReadonlySet<ServiceId>): World {
    const restored = new Map<ServiceId, ServiceView>();
    for (const id of changed) {
      const view = world.services.get(id);
      if (view === undefined) this.forget(id);
      else if (!this.known.has(id)) this.restore(id, view, restored);
      else if (this.known.get(id) !== view.patterns) this.keep(id, view.patterns);
    }
    return restored.size === 0 ? world : { ...world, services: new Map([...world.services, ...restored]) };
  }

  private restore(id: ServiceId, view: ServiceView, restored: Map<ServiceId, ServiceView>): void {
    const stored = parsePatterns(this.memory.get(key(id)));
    const patterns = stored === undefined ? view.patterns : withRestored(stored, view.patterns);
    if (patterns !== undefined && patterns !== view.patterns) restored.set(id, { ...view, patterns });
    this.known.set(id, patterns);
  }

  private keep(id: ServiceId, patterns: LogPatterns | undefined): void {
    this.known.set(id, patterns);
    this.dirty.add(id);
    this.timer ??= this.clock.after(flushAfter, () => this.flush(flushWidth));
  }

  private forget(id: ServiceId): void {
    this.write(id);
    this.known.delete(id);
  }

  /** The world begins anew: what is known is written, and read again when its service is seen. */
  begin(): void {
    this.dispose();
    this.known.clear();
  }

  private flush(most: number): void {
    this.timer = undefined;
    for (const id of [...this.dirty].slice(0, most)) this.write(id);
    if (this.dirty.size > 0) this.timer = this.clock.after(flushPause, () => this.flush(flushWidth));
  }

  private write(id: ServiceId): void {
    const patterns = this.known.get(id);
    if (!this.dirty.delete(id) || patterns === undefined) return;
    const learned = foldBefore(patterns, minuteOf(this.clock.now()) - recentMinutes);
    this.memory.put(key(id), storedPatterns(learned));
  }

  dispose(): void {
    this.timer?.dispose();
    this.flush(Number.POSITIVE_INFINITY);
  }
}
