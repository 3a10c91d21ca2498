import { escalationOf } from '../diagnose/escalation.ts';
import { setAside } from '../diagnose/exclusions.ts';
import { explain, type Means, rankIn, type Weighing } from '../diagnose/hypotheses.ts';
import type { World } from '../diagnose/world.ts';
import type { KnownIncident } from '../model/incident.ts';
import type { Issue } from '../model/issue.ts';
import type { Deepened } from './escalate.ts';

/** Evidence ages: an explanation is worked out anew after this long, ms, though nothing happened. */
const fresh = 10_000;

type Explanation = Pick<KnownIncident, 'hypotheses' | 'ruledOut' | 'notChecked' | 'root'> & { readonly weighing?: Weighing };

interface Held {
  readonly sign: string;
  readonly at: number;
  readonly explanation: Explanation;
}

/** Explains incidents, and only those anew whose members changed: in a storm beliefs are asked for twenty times a second. */
export class Explainer {
  private readonly held = new Map<string, Held>();
  private readonly calibrate: Means['calibrate'];

  constructor(calibrate: Means['calibrate']) {
    this.calibrate = calibrate;
  }

  /** What its likeliest cause rests on. */
  weighing(id: string): Weighing | undefined {
    return this.held.get(id)?.explanation.weighing;
  }

  /** All is worked out anew the next time. */
  forget(): void {
    this.held.clear();
  }

  /** The incidents with their causes; one without open issues keeps what was found last. `deepened` were looked at deeply already. */
  all(
    incidents: readonly KnownIncident[],
    issues: readonly Issue[],
    world: World,
    now: number,
    deepened: (incident: KnownIncident) => Deepened | undefined,
  ): readonly KnownIncident[] {
    const byKey = new Map(issues.map(issue => [issue.key, issue]));
    for (const id of this.held.keys()) if (!incidents.some(incident => incident.id === id)) this.held.delete(id);
    return incidents.map(incident => {
      const members = incident.issues.flatMap(key => byKey.get(key) ?? []);
      if (members.length === 0) return incident;
      const sign = [incident.root?.issue, ...members.map(({ key, band, firstSeen }) => `${key} ${band} ${firstSeen}`)].join('\n');
      const { root: _root, escalation: _escalation, ...rest } = incident;
      const known = this.recall(incident.id, sign, now);
      const { weighing: _weighing, ...explanation } = known ?? this.keep(incident.id, sign, now, this.explain(incident, byKey, world, now));
      const escalation = escalationOf(explanation.hypotheses, deepened({ ...rest, ...explanation }));
      return { ...rest, ...explanation, ...(escalation === undefined ? {} : { escalation }) };
    });
  }

  private explain(incident: KnownIncident, issues: ReadonlyMap<string, Issue>, world: World, now: number): Explanation {
    const means = { rank: rankIn(world), calibrate: this.calibrate };
    return { ...explain(incident, issues, world, now, means), ...setAside(incident, [...issues.values()], world, now) };
  }

  private recall(id: string, sign: string, now: number): Explanation | undefined {
    const known = this.held.get(id);
    return known !== undefined && known.sign === sign && now - known.at < fresh ? known.explanation : undefined;
  }

  private keep(id: string, sign: string, at: number, explanation: Explanation): Explanation {
    this.held.set(id, { sign, at, explanation });
    return explanation;
  }
}
