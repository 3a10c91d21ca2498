import { reasonOf } from '../base/log.ts';
import { displaySafe } from '../base/safeText.ts';
import type { Engine } from '../engine/port.ts';
import type { ServiceId } from '../model/service.ts';

const deadline = 10_000;

/** What inspect says as JSON, secrets already redacted; a failure is JSON too, so that the document stays what it is. */
export async function inspectText(engine: Engine, service: ServiceId): Promise<string> {
  try {
    await engine.ready(AbortSignal.timeout(deadline));
    const facts = await engine.inspect(service, AbortSignal.timeout(deadline));
    return JSON.stringify(facts, undefined, 2);
  } catch (error) {
    return JSON.stringify(
      { error: displaySafe(reasonOf(error)), next: 'Check that the service is still there, then run Inspect again.' },
      undefined,
      2,
    );
  }
}
