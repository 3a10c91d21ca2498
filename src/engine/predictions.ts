import { type CalibrationReport, calibration, calibrationReport, kindOf } from '../diagnose/calibration.ts';
import { logit, tableVersion } from '../diagnose/confidence.ts';
import type { Weighing } from '../diagnose/hypotheses.ts';
import type { KnownIncident } from '../model/incident.ts';
import type { Label, LabelledBy, Prediction } from '../model/prediction.ts';
import type { EngineNeeds } from './needs.ts';

const most = 10_000;

/** Keeps what was predicted of causes and what came true, and lets that correct the next prediction. */
export class Predictions {
  private readonly needs: Pick<EngineNeeds, 'memory' | 'clock'>;
  /** Band that was written last, by id: a row is written where it is new or says something else. */
  private readonly written = new Map<string, string>();
  private waiting: Prediction[] = [];
  private fitted: ((kind: string, p: number) => number) | undefined;

  constructor(needs: Pick<EngineNeeds, 'memory' | 'clock'>) {
    this.needs = needs;
  }

  readonly calibrate = (category: string, kinds: readonly string[], p: number): number => {
    this.fitted ??= calibration(this.labelled());
    return this.fitted(kindOf(category, kinds), p);
  };

  /** Writes down what is thought of the incident's cause. */
  note(incident: KnownIncident, weighing: Weighing | undefined): void {
    const [top] = incident.hypotheses;
    if (top === undefined || weighing === undefined || incident.root === undefined) return;
    const id = `${incident.id}/${top.issue ?? top.service}`;
    if (this.written.get(id) === top.band) return;
    if (this.written.size >= most) this.written.clear();
    this.written.set(id, top.band);
    const row: Prediction = {
      ...{ id, at: this.needs.clock.now(), incident: incident.id, service: top.service, category: top.category },
      ...{ items: weighing.items.slice(0, 40), z: logit(weighing.raw), raw: weighing.raw, calibrated: top.confidence, band: top.band },
      table: tableVersion,
    };
    this.waiting.push(row);
  }

  /** Each write waits for the disk, so the rows of a storm go together. */
  flush(): void {
    if (this.waiting.length > 0) this.needs.memory.keepPredictions(this.waiting);
    this.waiting = [];
  }

  /** Says what came true of the newest prediction of an incident; undefined where there was none. */
  label(incident: KnownIncident, label: Label, by: LabelledBy): Prediction | undefined {
    this.flush();
    const ids = new Set([incident.id, ...incident.merged]);
    const last = this.needs.memory.predictions(most).findLast(row => ids.has(row.incident));
    if (last === undefined) return undefined;
    const told: Prediction = { ...last, label, labelledBy: by, labelledAt: this.needs.clock.now() };
    this.needs.memory.keepPredictions([told]);
    this.fitted = undefined;
    return told;
  }

  report(): CalibrationReport | undefined {
    return calibrationReport(this.labelled().map(({ shown, right }) => ({ p: shown, right })));
  }

  private labelled() {
    return this.needs.memory.predictions(most).flatMap(({ label, category, items, raw, calibrated }) => {
      const kind = kindOf(
        category,
        items.map(item => item.kind),
      );
      return label === undefined ? [] : [{ kind, p: raw, shown: calibrated, right: label === 'right' }];
    });
  }
}
