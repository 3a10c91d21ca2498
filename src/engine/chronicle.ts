import { type Disposable, Emitter, type Event } from '../base/emitter.ts';
import type { Attention } from '../model/attention.ts';
import type { TimelineEntry } from '../model/incident.ts';
import type { EngineNeeds } from './needs.ts';
import { safely } from './safely.ts';
import { silence } from './silence.ts';

/** Writes the timeline, and tells of each entry that was new. */
export class Chronicle implements Disposable {
  private readonly needs: Pick<EngineNeeds, 'memory' | 'clock' | 'log'>;
  private readonly attention: () => Attention;
  private readonly entries = new Emitter<TimelineEntry>();
  readonly entry: Event<TimelineEntry> = this.entries.event;

  constructor(needs: Pick<EngineNeeds, 'memory' | 'clock' | 'log'>, attention: () => Attention) {
    this.needs = needs;
    this.attention = attention;
  }

  write(entries: readonly TimelineEntry[]): void {
    if (entries.length === 0) return;
    const { memory, clock, log } = this.needs;
    const all = entries.flatMap(entry => [entry, ...silence(entry, this.attention(), clock.now())]);
    let written: readonly TimelineEntry[] = [];
    safely(log, 'The timeline could not be written', () => {
      written = memory.append(all);
    });
    for (const entry of written) safely(log, 'A listener failed', () => this.entries.fire(entry));
  }

  dispose(): void {
    this.entries.dispose();
  }
}
