import type { InstanceId } from '../model/service.ts';
import type { EngineEvent } from './dockerEvents.ts';

const containers = 1000;
const eventsEach = 32;

/** Events of containers that nobody has looked at yet; they wait until it is known which service they are of. Bounded. */
export class Strangers {
  private readonly waiting = new Map<InstanceId, EngineEvent[]>();

  has(instance: InstanceId): boolean {
    return this.waiting.has(instance);
  }

  add(event: EngineEvent): void {
    const events = this.waiting.get(event.instance);
    if (events !== undefined) {
      if (events.length < eventsEach) events.push(event);
    } else if (this.waiting.size < containers) this.waiting.set(event.instance, [event]);
  }

  forget(instance: InstanceId): void {
    this.waiting.delete(instance);
  }

  /** Takes out those that are known by now. */
  take(isKnown: (instance: InstanceId) => boolean): [InstanceId, readonly EngineEvent[]][] {
    const known = [...this.waiting].filter(([instance]) => isKnown(instance));
    for (const [instance] of known) this.waiting.delete(instance);
    return known;
  }
}
