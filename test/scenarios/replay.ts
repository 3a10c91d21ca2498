import type { TimelineEntry } from '../../src/model/incident.ts';
import type { Observation } from '../../src/model/observation.ts';
import { defaultSettings } from '../../src/model/settings.ts';
import { makeBed } from '../fakes/engineBed.ts';
import { FakeClock, turns } from '../fakes/fakeClock.ts';
import { FakeLink } from '../fakes/fakeLink.ts';
import type { Tape } from './tape.ts';
import { type Verdict, verdictOf } from './verdict.ts';

export interface Replayed {
  readonly verdict: Verdict;
  /** One line for each entry, the same for the same tape. */
  readonly timeline: string;
}

type HeardAt = Tape['heard'][number];

/** Plays a tape to the whole engine with a clock that stands still between two observations. */
export async function replay(tape: Tape, heard: readonly HeardAt[] = tape.heard): Promise<Replayed> {
  const clock = new FakeClock(tape.head.from);
  const link = new FakeLink();
  const bed = await makeBed({ clock, links: [link], settings: { ...defaultSettings, scope: 'all' } });
  bed.engine.start();
  await bed.settle();
  for (const { t, seen } of heard) {
    const wait = t - (clock.now() - tape.head.from);
    if (wait > 0) {
      clock.advance(wait);
      await turns(2);
    }
    link.emit(seen);
    await turns(2);
  }
  const { project } = tape.head;
  const owns = (service: string): boolean =>
    [project, `${project}x`].includes(service.split('/')[1] ?? '') || service.startsWith(`local/${project}-`);
  const verdict = verdictOf(bed.engine.beliefs(), owns);
  const timeline = bed.engine.timeline({ limit: 2000 }).map(entry => lineOf(entry, tape.head.from));
  bed.engine.dispose();
  bed.memory.dispose();
  return { verdict, timeline: `${timeline.join('\n')}\n` };
}

function lineOf(entry: TimelineEntry, from: number): string {
  const what =
    entry.kind === 'observed'
      ? entry.event
      : entry.kind === 'diagnosed'
        ? `${entry.change} ${entry.category} ${entry.severity}`
        : entry.kind;
  return `${((entry.at - from) / 1000).toFixed(3)} ${entry.actor} ${entry.service ?? entry.server} ${what}: ${entry.detail}`;
}

/** Without one source of evidence: what is left when logs, looks or events cannot be had. */
export const cuts: Readonly<Record<string, (heard: readonly HeardAt[]) => HeardAt[]>> = {
  'without logs': heard => heard.map(({ t, seen }) => ({ t, seen: deafened(seen) })),
  'without looks': heard => heard.map(({ t, seen }) => ({ t, seen: blinded(seen) })),
  'without events': heard => heard.filter(({ seen }) => seen.kind !== 'lifecycle'),
};

function deafened(seen: Observation): Observation {
  if (seen.kind !== 'logs') return seen;
  const { at, plusMinus, server, how, service, instance } = seen;
  return { kind: 'logs-unreadable', service, instance, why: 'its log driver keeps nothing', at, plusMinus, server, how };
}

function blinded(seen: Observation): Observation {
  if (seen.kind !== 'inspected') return seen;
  const { at, plusMinus, server, how, service } = seen;
  return { kind: 'unseen', service, why: 'no answer within 5 s', at, plusMinus, server, how };
}

/** The longest that an answer may take to come, ms: the engine's events wait for nothing, looks and logs do. */
const lateness: Partial<Record<Observation['kind'], number>> = { inspected: 300, logs: 1200, usage: 1000, probe: 500 };

/** The same facts in an order in which they could have come as well: what one source tells about one service keeps its order. */
export function delayed(heard: readonly HeardAt[], random: () => number): HeardAt[] {
  const newest = new Map<string, number>();
  const late = heard.map(({ t, seen }) => {
    const source = `${seen.kind} ${'service' in seen ? seen.service : ''}`;
    const came = Math.max(newest.get(source) ?? 0, t + Math.floor(random() * (lateness[seen.kind] ?? 0)));
    newest.set(source, came);
    return { t: came, seen };
  });
  return late.toSorted((a, b) => a.t - b.t);
}
