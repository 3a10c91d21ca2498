import type { Recording, Sign } from './recording.ts';
import { requestsOf, type ShapeOf, simpleShape } from './requestLines.ts';
import { sequencesOf } from './requestSequences.ts';
import { failureSigns } from './signalsFailure.ts';
import { flowSigns } from './signalsFlow.ts';
import { gapSigns } from './signalsGap.ts';
import { latencySigns } from './signalsLatency.ts';
import { logGapSigns } from './signalsLogGap.ts';
import { ownSigns } from './signalsOwn.ts';
import { sequenceSigns, silenceSigns } from './signalsSequence.ts';
import { usageSigns } from './signalsUsage.ts';

/** Kinds of evidence, each for one mechanism of failure. */
export type Mechanism = 'usage' | 'gap' | 'own' | 'slow' | 'failure' | 'flow' | 'sequence' | 'silence' | 'lag';

/** A suspected root cause. Shares of all causes sum to 1; `parts` are nats by mechanism. */
export interface Cause {
  readonly service: string;
  readonly score: number;
  readonly share: number;
  readonly parts: Readonly<Partial<Record<Mechanism, number>>>;
  readonly because: readonly string[];
}

/** Nats that make one share e times another. */
const temperature = 5;

function logSigns(recording: Recording, shapeOf: ShapeOf): Partial<Record<Mechanism, Sign[]>> {
  const own = recording.logs ?? {};
  const before = Object.fromEntries(Object.entries(own).map(([service, lines]) => [service, lines.filter(([at]) => at <= recording.onset)]));
  const calm = [...requestsOf(recording.history?.logs ?? {}, shapeOf), ...requestsOf(before, shapeOf)];
  const incident = requestsOf(own, shapeOf, recording.onset);
  const [usual, now] = [sequencesOf(calm), sequencesOf(incident)];
  return { sequence: sequenceSigns(recording, usual, now), silence: silenceSigns(recording, usual, now), lag: logGapSigns(recording, calm, incident) };
}

/** Ranks the services of a recording by how likely each is the root cause, most suspected first. `shapeOf` names a log line's template. */
export function rankCauses(recording: Recording, shapeOf: ShapeOf = simpleShape): Cause[] {
  const signs: Partial<Record<Mechanism, Sign[]>> = {
    usage: usageSigns(recording),
    gap: gapSigns(recording),
    own: ownSigns(recording),
    slow: latencySigns(recording),
    failure: failureSigns(recording),
    flow: flowSigns(recording),
    ...logSigns(recording, shapeOf),
  };
  const causes = recording.services.map(service => {
    const parts: Partial<Record<Mechanism, number>> = {};
    const because: { text: string; strength: number }[] = [];
    for (const [mechanism, found] of Object.entries(signs) as [Mechanism, Sign[]][]) {
      for (const sign of found) {
        if (sign.service !== service || sign.strength <= (parts[mechanism] ?? 0)) continue;
        parts[mechanism] = sign.strength;
        because.push({ text: sign.because, strength: sign.strength });
      }
    }
    const strengths = Object.values(parts);
    const score = Math.max(0, ...strengths) + 0.01 * strengths.reduce((sum, part) => sum + part, 0);
    return { service, score, parts, because: because.sort((a, b) => b.strength - a.strength).map(reason => reason.text) };
  });
  const total = causes.reduce((sum, cause) => sum + Math.exp(cause.score / temperature), 0);
  return causes
    .map(cause => ({ ...cause, share: Math.exp(cause.score / temperature) / total }))
    .sort((a, b) => b.score - a.score || (a.service < b.service ? -1 : 1));
}
