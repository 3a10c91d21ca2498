import type { ServiceId } from '../model/service.ts';
import { comparison, type Judged, judgedErrors } from './judged.ts';
import { calmNeeded } from './novelty.ts';
import type { ServiceView } from './world.ts';

/** Errors that a service prints and that are no issue: never silently left out. */
export interface Noise {
  readonly service: ServiceId;
  /** How many patterns of error lines. */
  readonly patterns: number;
  /** Their lines in the last 10 min. */
  readonly count: number;
  readonly why: string;
  /** What would make them an issue. */
  readonly wouldBeReal: string;
}

/** A usual pattern counts as new from 0.8 on: five times its calm rate and two lines more. */
const realFrom = ({ novelty }: Judged): number => Math.ceil((novelty.calm + 0.5) * 5 - 0.5);

function condition(usual: Judged): string {
  const { by, novelty } = usual;
  if (by === 'window')
    return `a pattern not seen before, or one that comes ${realFrom(usual)} times a minute, more often than in any calm one`;
  if (by === 'starts') return 'a pattern not seen at earlier starts, or one that goes on after the first 90 s';
  return `a rate that rises, or another pattern; a baseline is there after ${calmNeeded} calm minutes, it has ${novelty.minutes}`;
}

/** The error lines of the last 10 min that are held to be a service's usual ones. `now` in ms. Our words only, no text of the log. */
export function noiseOf(view: ServiceView, now: number): Noise | undefined {
  const usual = judgedErrors({ view, now }).filter(each => each.verdict === 'usual');
  const [most] = usual;
  if (most === undefined) return undefined;
  const count = usual.reduce((sum, each) => sum + each.lines, 0);
  const why = most.by === 'own' ? `at an even rate since its log begins; ${comparison(most)}` : `its usual errors: ${comparison(most)}`;
  return { service: view.service.id, patterns: usual.length, count, why, wouldBeReal: condition(most) };
}
