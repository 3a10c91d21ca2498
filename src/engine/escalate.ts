import { deeperEntry } from '../act/incidentText.ts';
import type { Investigation } from '../act/investigation.ts';
import type { Disposable } from '../base/emitter.ts';
import { reasonOf } from '../base/log.ts';
import { pause } from '../base/time.ts';
import { quietAbout } from '../decide/quiet.ts';
import type { Attention } from '../model/attention.ts';
import type { KnownIncident, TimelineEntry } from '../model/incident.ts';
import type { ServiceId } from '../model/service.ts';
import type { Grounds } from './believing.ts';
import type { EngineNeeds } from './needs.ts';

/** Causes may still arrive for this long, ms, before a deeper look is worth its calls. */
const hold = 5000;
/** One deeper look, ms, with as many looks at the service as this, so far apart. */
const limit = 60_000;
const looks = 3;
const lookPause = 15_000;
/** An incident whose members change all the time is not looked at for ever. */
const mostPerIncident = 5;

export interface EscalatorNeeds extends Pick<EngineNeeds, 'clock' | 'log'> {
  readonly attention: () => Attention;
  readonly investigate: (service: ServiceId, signal: AbortSignal) => Promise<Investigation>;
  /** Looks at the service and its log anew; what that shows is taken in. */
  readonly look: (service: ServiceId, signal: AbortSignal) => Promise<void>;
  /** Weighs all issues again and gives the incidents as they are then. */
  readonly reassess: () => Pick<Grounds, 'incidents' | 'state'>;
  readonly changed: () => void;
  readonly write: (entries: readonly TimelineEntry[]) => void;
}

/** What a deeper look at an incident came to. */
export interface Deepened {
  /** What it could not look at. */
  readonly notSeen: readonly string[];
}

/** Looks more deeply into what is neither sure nor unclear, by itself: once per incident and evidence state, one at a time. */
export class Escalator implements Disposable {
  private readonly needs: EscalatorNeeds;
  /** By incident: what its evidence looked like when it was looked at, and what that look could not see. */
  private readonly done = new Map<string, Map<string, Deepened>>();
  private waiting: Disposable | undefined;
  private running: AbortController | undefined;
  private ended = false;

  constructor(needs: EscalatorNeeds) {
    this.needs = needs;
  }

  readonly deepened = (incident: KnownIncident): Deepened | undefined => this.done.get(incident.id)?.get(signOf(incident));

  /** Called with all incidents whenever they may have changed. */
  consider(incidents: readonly KnownIncident[]): void {
    for (const id of this.done.keys()) if (!incidents.some(incident => incident.id === id)) this.done.delete(id);
    if (this.running !== undefined || this.waiting !== undefined || this.ended || this.next(incidents) === undefined) return;
    this.waiting = this.needs.clock.after(hold, () => {
      this.waiting = undefined;
      const next = this.next(this.needs.reassess().incidents);
      if (next !== undefined && this.running === undefined) void this.deepen(next);
    });
  }

  private next(incidents: readonly KnownIncident[]): KnownIncident | undefined {
    return incidents.find(incident => {
      const service = incident.hypotheses[0]?.service;
      const wanted = incident.escalation?.to === 'deeper' && (incident.state === 'open' || incident.state === 'acknowledged');
      if (!wanted || service === undefined || this.deepened(incident) !== undefined) return false;
      return (
        (this.done.get(incident.id)?.size ?? 0) < mostPerIncident &&
        quietAbout(this.needs.attention(), service, this.needs.clock.now()) === undefined
      );
    });
  }

  private async deepen(incident: KnownIncident): Promise<void> {
    const own = new AbortController();
    this.running = own;
    const timer = this.needs.clock.after(limit, () => own.abort(new Error('its time was over')));
    const notSeen = await this.lookInto(incident, own.signal);
    timer.dispose();
    this.running = undefined;
    if (this.ended) return;
    const known = this.done.get(incident.id) ?? new Map<string, Deepened>();
    this.done.set(incident.id, known.set(signOf(incident), { notSeen }));
    this.conclude(incident, notSeen);
  }

  /** What could not be looked at; never rejects. */
  private async lookInto({ hypotheses }: KnownIncident, signal: AbortSignal): Promise<readonly string[]> {
    const service = hypotheses[0]?.service ?? '';
    try {
      const { notSeen } = await this.needs.investigate(service, signal);
      for (let i = 0; i < looks && !signal.aborted; i++) {
        if (i > 0) await pause(this.needs.clock, lookPause, signal);
        if (!signal.aborted) await this.needs.look(service, signal);
      }
      return notSeen;
    } catch (error) {
      this.needs.log.debug(`A deeper look at ${service}: ${reasonOf(error)}`);
      return [reasonOf(error)];
    }
  }

  private conclude(before: KnownIncident, notSeen: readonly string[]): void {
    const { incidents, state } = this.needs.reassess();
    const after = incidents.find(({ id, merged }) => id === before.id || merged.includes(before.id));
    if (after === undefined || after.issues.length === 0) return;
    this.done.set(after.id, (this.done.get(after.id) ?? new Map<string, Deepened>()).set(signOf(after), { notSeen }));
    const now = this.needs.reassess().incidents.find(({ id }) => id === after.id) ?? after;
    this.needs.write([deeperEntry(before, now, notSeen, state.world, this.needs.clock.now())]);
    this.needs.changed();
  }

  dispose(): void {
    this.ended = true;
    this.waiting?.dispose();
    this.running?.abort(new Error('Dozor ends'));
  }
}

/** What the evidence looks like: who is suspected of what, and which issues there are. */
function signOf({ hypotheses, issues }: KnownIncident): string {
  const [top] = hypotheses;
  return [top?.issue ?? '', top?.band ?? '', ...issues.toSorted()].join('\n');
}
