import type { DockerApi } from '../connect/dockerApi.ts';
import type { LogLine } from '../model/logs.ts';
import type { InstanceId } from '../model/service.ts';
import type { DockerInventory } from './dockerInventory.ts';
import { logLines } from './dockerLogLines.ts';
import type { News } from './dockerLook.ts';
import { newestOf } from './newestLines.ts';

const readMs = 5000;
const tail = 200;
/** Most logs that are read at once: after a storm of deaths the later ones go without. */
const width = 16;
/** The clock of the start and the stamps of lines are the engine's own; they may differ by a little, ms. */
const slack = 50;

interface Deps {
  readonly api: DockerApi;
  readonly inventory: DockerInventory;
  /** What was heard of a log already, for one that is gone. */
  readonly heard: (instance: InstanceId) => Promise<readonly LogLine[]>;
  /** `at`: ms on the server's clock. */
  readonly tell: (news: News, at: number) => void;
}

/** Reads the end of a log when its run ends: with the container the engine forgets it, and the next run writes over the view. */
export class RunLogs {
  private readonly reading = new Set<InstanceId>();
  private readonly deps: Deps;

  constructor(deps: Deps) {
    this.deps = deps;
  }

  /** `at`: when it died, ms on the server's clock. Never rejects: a log that is gone already is told by nobody. */
  async died(instance: InstanceId, at: number): Promise<void> {
    const { inventory, tell } = this.deps;
    const { facts, seen } = inventory.get(instance) ?? {};
    const service = inventory.serviceOf(instance);
    if (facts === undefined || service === undefined || seen?.labels.enabled !== true || facts.logDriver === 'none') return;
    if (this.reading.has(instance) || this.reading.size >= width) return;
    this.reading.add(instance);
    const began = (facts.startedAt ?? 0) - slack;
    try {
      const lines = await this.readEnd(instance, facts.tty).catch(() => this.deps.heard(instance));
      const own = lines.filter(line => line.at >= began);
      if (own.length > 0) tell({ kind: 'run-log', service, run: { instance, at, lines: own } }, at);
    } finally {
      this.reading.delete(instance);
    }
  }
  private async readEnd(instance: InstanceId, tty: boolean): Promise<readonly LogLine[]> {
    const lines: LogLine[] = [];
    const bounded = AbortSignal.timeout(readMs);
    for await (const batch of logLines(this.deps.api, { id: instance, tty }, { follow: false, tail }, bounded)) lines.push(...batch);
    return newestOf(lines);
  }
}
