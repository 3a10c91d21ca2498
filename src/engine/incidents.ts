import { isDeepStrictEqual } from 'node:util';
import { incidentEntry, labelEntry } from '../act/incidentText.ts';
import type { Disposable } from '../base/emitter.ts';
import type { CalibrationReport } from '../diagnose/calibration.ts';
import { correlate } from '../diagnose/correlate.ts';
import { acknowledge, live, nextEnd, unacknowledge } from '../diagnose/incidentLife.ts';
import { isVeiled, nextArrival } from '../diagnose/veiled.ts';
import type { World } from '../diagnose/world.ts';
import type { KnownIncident, TimelineEntry } from '../model/incident.ts';
import type { Issue } from '../model/issue.ts';
import type { Label, LabelledBy } from '../model/prediction.ts';
import type { Deepened } from './escalate.ts';
import { Explainer } from './explainer.ts';
import type { EngineNeeds } from './needs.ts';
import { Predictions } from './predictions.ts';

/** What ended this long ago, ms, may still come back. */
const recent = 30 * 60_000;
const most = 1000;
/** Each write waits for the disk: what only came and went in between is not written. */
const flushAfter = 2000;

export interface IncidentNeeds extends Pick<EngineNeeds, 'memory' | 'clock'> {
  readonly write: (entries: readonly TimelineEntry[]) => void;
  /** What a deeper look at an incident came to, where there was one. */
  readonly deepened: (incident: KnownIncident) => Deepened | undefined;
  /** Told when time alone ends an incident, and when somebody acknowledged one. */
  readonly changed: () => void;
}

/** Remembers incidents: their ids, who saw them and how they went, over a reload too. */
export class IncidentKeeper implements Disposable {
  private readonly needs: IncidentNeeds;
  private known: readonly KnownIncident[];
  private world: World | undefined;
  private readonly predictions: Predictions;
  private readonly explainer: Explainer;
  private readonly dirty = new Set<string>();
  private flushing: Disposable | undefined;
  private ending: Disposable | undefined;

  constructor(needs: IncidentNeeds) {
    this.needs = needs;
    this.predictions = new Predictions(needs);
    this.explainer = new Explainer(this.predictions.calibrate);
    this.known = needs.memory.incidents({ from: needs.clock.now() - recent, limit: most });
  }

  /** All that are not over, and those that may come back. */
  get all(): readonly KnownIncident[] {
    return this.known;
  }

  /** Takes in the issues that are open now, of all services whether shown or not. */
  settle(issues: readonly Issue[], world: World, now: number): readonly KnownIncident[] {
    this.world = world;
    const lives = live(this.known, correlate(issues, world), now, key => isVeiled(key, world, now));
    const before = new Map(this.known.map(incident => [incident.id, incident]));
    const explained = this.explainer.all(lives.incidents, issues, world, now, this.needs.deepened);
    this.known = explained.map(incident => this.kept(incident, before.get(incident.id)));
    this.needs.write(lives.changes.map(({ change, incident, other }) => incidentEntry(change, incident, world, now, other)));
    this.waitForEnd(world, now);
    return this.known;
  }

  /** The old value where nothing changed, so that nothing is written for it. */
  private kept(incident: KnownIncident, old: KnownIncident | undefined): KnownIncident {
    if (old !== undefined && isDeepStrictEqual(old, incident)) return old;
    this.note(incident.id);
    if (incident.state !== 'resolved') this.predictions.note(incident, this.explainer.weighing(incident.id));
    return incident;
  }

  private note(id: string): void {
    this.dirty.add(id);
    this.flushing ??= this.needs.clock.after(flushAfter, () => this.flush());
  }

  /** Nothing may happen any more: neither when what recovers has done so, nor when what is missing has not come. */
  private waitForEnd(world: World, now: number): void {
    this.ending?.dispose();
    const alive = this.known.some(({ state }) => state !== 'resolved');
    const [recovered, arrived] = [nextEnd(this.known), alive ? nextArrival(world, now) : undefined];
    const end = recovered === undefined || arrived === undefined ? (recovered ?? arrived) : Math.min(recovered, arrived);
    this.ending = end === undefined ? undefined : this.needs.clock.after(Math.max(0, end - now), () => this.needs.changed());
  }

  /** The incident of an id, or of one that was merged into it; resolved ones that may come back too. */
  find(id: string): KnownIncident | undefined {
    return this.known.find(incident => incident.id === id || incident.merged.includes(id));
  }

  /** False where there is no such incident, or nothing to change about it. */
  acknowledge(id: string, by: 'person' | 'model' | 'nobody'): boolean {
    const old = this.find(id);
    const now = this.needs.clock.now();
    if (old === undefined || this.world === undefined) return false;
    const next = by === 'nobody' ? unacknowledge(old) : acknowledge(old, by, now);
    if (next === old) return false;
    this.known = this.known.map(incident => (incident === old ? next : incident));
    this.dirty.add(next.id);
    this.flush();
    this.needs.write([incidentEntry(by === 'nobody' ? 'unacknowledged' : 'acknowledged', next, this.world, now)]);
    this.needs.changed();
    return true;
  }

  /** A person, or a scenario that knows, says whether the cause was right. False where nothing was said of the cause of that incident. */
  label(id: string, label: Label, by: LabelledBy): boolean {
    const [incident] = [this.find(id) ?? this.recall({ limit: most }).findLast(each => each.id === id || each.merged.includes(id))];
    const told = incident === undefined ? undefined : this.predictions.label(incident, label, by);
    if (incident === undefined || told === undefined || this.world === undefined) return false;
    this.explainer.forget();
    this.needs.write([labelEntry(incident, told, this.world, this.needs.clock.now())]);
    this.needs.changed();
    return true;
  }

  calibration(): CalibrationReport | undefined {
    return this.predictions.report();
  }

  /** What is kept, with what is not written yet. */
  recall(query: { readonly from?: number; readonly limit: number }): readonly KnownIncident[] {
    this.flush();
    return this.needs.memory.incidents(query);
  }

  private flush(): void {
    this.flushing?.dispose();
    this.flushing = undefined;
    const waiting = this.known.filter(({ id }) => this.dirty.has(id));
    this.dirty.clear();
    if (waiting.length > 0) this.needs.memory.keepIncidents(waiting);
    this.predictions.flush();
  }

  dispose(): void {
    this.ending?.dispose();
    this.flush();
  }
}
