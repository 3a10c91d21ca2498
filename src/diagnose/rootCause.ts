import type { Recording, Sign } from './recording.ts';
import { requestsOf, type ShapeOf, simpleShape } from './requestLines.ts';
import { sequencesOf } from './requestSequences.ts';
import { failureSigns } from './signalsFailure.ts';
import { flowSigns } from './signalsFlow.ts';
import { gapSigns } from './signalsGap.ts';
import { latencySigns } from './signalsLatency.ts';
import { logGapSigns } from './signalsLogGap.ts';
import { noveltySigns } from './signalsNovelty.ts';
import { ownSigns } from './signalsOwn.ts';
import { sequenceSigns, silenceSigns } from './signalsSequence.ts';
import { usageSigns } from './signalsUsage.ts';

/**
 * Kinds of evidence, each for one mechanism of failure: a resource at its limit, time lost on the way of calls, burden that no callee
 * explains, slowness that no call explains, trouble at the entry, lost calls, requests whose log takes another course, services silent
 * in requests, late steps in the logs of requests, and new lines in logs without request ids.
 */
export type Mechanism = 'usage' | 'gap' | 'own' | 'slow' | 'failure' | 'flow' | 'sequence' | 'silence' | 'lag' | 'novelty';

/** A suspected root cause. Scores and parts are nats of evidence, shares sum to 1 over all causes, reasons stand strongest first. */
export interface Cause {
  readonly service: string;
  readonly score: number;
  readonly share: number;
  readonly parts: Readonly<Partial<Record<Mechanism, number>>>;
  readonly because: readonly string[];
}

/** Nats that make one share e times another. */
const temperature = 5;

/** What weaker evidence of other mechanisms adds: it only decides between equals. */
const besides = 0.01;

type Signs = readonly (readonly [Mechanism, readonly Sign[]])[];

function logSigns(recording: Recording, shapeOf: ShapeOf): Signs {
  const logs = recording.logs ?? {};
  const before = Object.fromEntries(
    Object.entries(logs).map(([service, lines]) => [service, lines.filter(([at]) => at <= recording.onset)] as const),
  );
  const calm = [...requestsOf(recording.history?.logs ?? {}, shapeOf), ...requestsOf(before, shapeOf)];
  const incident = requestsOf(logs, shapeOf, recording.onset);
  const [usual, now] = [sequencesOf(calm), sequencesOf(incident)];
  return [
    ['sequence', sequenceSigns(recording, usual, now)],
    ['silence', silenceSigns(recording, usual, now)],
    ['lag', logGapSigns(recording, calm, incident)],
    ['novelty', noveltySigns(recording, shapeOf)],
  ];
}

function signsOf(recording: Recording, shapeOf: ShapeOf): Signs {
  return [
    ['usage', usageSigns(recording)],
    ['gap', gapSigns(recording)],
    ['own', ownSigns(recording)],
    ['slow', latencySigns(recording)],
    ['failure', failureSigns(recording)],
    ['flow', flowSigns(recording)],
    ...logSigns(recording, shapeOf),
  ];
}

/** The strongest sign of each mechanism against one service, strongest first. */
function against(service: string, signs: Signs): { mechanism: Mechanism; sign: Sign }[] {
  const found = signs.flatMap(([mechanism, all]) => {
    const mine = all.filter(sign => sign.service === service && sign.strength > 0);
    return mine.length === 0 ? [] : [{ mechanism, sign: mine.reduce((top, sign) => (sign.strength > top.strength ? sign : top)) }];
  });
  return found.sort((a, b) => b.sign.strength - a.sign.strength);
}

/** One mechanism is the cause, so the strongest decides; summing would let many weak ones outvote it. */
function causeOf(service: string, signs: Signs): Omit<Cause, 'share'> {
  const found = against(service, signs);
  const strengths = found.map(({ sign }) => sign.strength);
  return {
    service,
    score: (strengths[0] ?? 0) + besides * strengths.reduce((sum, strength) => sum + strength, 0),
    parts: Object.fromEntries(found.map(({ mechanism, sign }) => [mechanism, sign.strength])),
    because: found.map(({ sign }) => sign.because),
  };
}

/** The recording with each service and each need once, and no need of a service for itself. */
function distinct(recording: Recording): Recording {
  const needs = new Map(recording.needs.filter(([caller, callee]) => caller !== callee).map(need => [need.join('\n'), need] as const));
  return { ...recording, services: [...new Set(recording.services)], needs: [...needs.values()] };
}

/**
 * Ranks the services of a recording by how likely each is the root cause, most suspected first; equals keep the order of `services`.
 * Names carry no meaning. `shapeOf` names a log line's template.
 */
export function rankCauses(recording: Recording, shapeOf: ShapeOf = simpleShape): Cause[] {
  const one = distinct(recording);
  const signs = signsOf(one, shapeOf);
  const causes = one.services.map(service => causeOf(service, signs)).sort((a, b) => b.score - a.score);
  const odds = causes.map(({ score }) => Math.exp((score - (causes[0]?.score ?? 0)) / temperature));
  const total = odds.reduce((sum, part) => sum + part, 0);
  return causes.map((cause, index) => ({ ...cause, share: (odds[index] ?? 0) / total }));
}
