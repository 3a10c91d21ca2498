import type { ServiceId } from '../model/service.ts';
import type { Recording } from './recording.ts';
import type { World } from './world.ts';

/** What is known of some services as the ranking reads it. `onset` in ms: what is later belongs to the incident. */
export function recordingOf(world: World, services: readonly ServiceId[], onset: number): Recording {
  const among = new Set(services);
  const needs = services.flatMap(id =>
    (world.services.get(id)?.service.dependsOn ?? []).filter(need => among.has(need)).map(need => [id, need] as const),
  );
  const logs = services.map(
    id => [id, (world.services.get(id)?.logs?.errors ?? []).map(line => [line.at / 1000, line.text] as const)] as const,
  );
  return { services, needs, onset: onset / 1000, logs: Object.fromEntries(logs) };
}
