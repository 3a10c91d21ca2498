import type { Disposable } from '../base/emitter.ts';
import type { Clock } from '../base/time.ts';
import { withRunLog } from '../diagnose/runLogs.ts';
import type { ServiceView, World } from '../diagnose/world.ts';
import { parseRunLogs, type RunLog } from '../model/runLog.ts';
import type { ServiceId } from '../model/service.ts';
import type { Memory } from '../remember/memory.ts';
import type { Keeper } from './keeper.ts';

const key = (id: ServiceId): string => `lastRun/${id}`;
/** Tens of kilobytes each: a loop of deaths writes one now and then, and a few at a time. ms */
const flushAfter = 3000;
const flushWidth = 4;

/** Keeps the ends of logs of past runs over a reload: read when a service is first seen, written a little after a run ended. */
export class RunLogKeeper implements Keeper {
  private readonly known = new Map<ServiceId, readonly RunLog[] | undefined>();
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
      else if (this.known.get(id) !== view.runLogs) this.keep(id, view.runLogs);
    }
    return restored.size === 0 ? world : { ...world, services: new Map([...world.services, ...restored]) };
  }

  private restore(id: ServiceId, view: ServiceView, restored: Map<ServiceId, ServiceView>): void {
    const stored = parseRunLogs(this.memory.get(key(id)));
    if (stored.length === 0) return view.runLogs === undefined ? void this.known.set(id, undefined) : this.keep(id, view.runLogs);
    const runLogs = [...stored, ...(view.runLogs ?? [])].reduce<readonly RunLog[]>(withRunLog, []);
    restored.set(id, { ...view, runLogs });
    this.known.set(id, runLogs);
  }

  private keep(id: ServiceId, runs: readonly RunLog[] | undefined): void {
    this.known.set(id, runs);
    this.dirty.add(id);
    this.timer ??= this.clock.after(flushAfter, () => this.flush(flushWidth));
  }

  begin(): void {
    this.dispose();
    this.known.clear();
  }

  private flush(most: number): void {
    this.timer?.dispose();
    this.timer = undefined;
    for (const id of [...this.dirty].slice(0, most)) {
      this.dirty.delete(id);
      this.memory.put(key(id), this.known.get(id) ?? []);
    }
    if (this.dirty.size > 0) this.timer = this.clock.after(flushAfter, () => this.flush(flushWidth));
  }

  dispose(): void {
    this.flush(Number.POSITIVE_INFINITY);
  }
}
