import type { PeerProbe } from '../model/probe.ts';
import type { Sighting } from './finding.ts';
import type { ServiceView } from './world.ts';

/** An answer says something about now for this long, ms; the engine asks again while a peer is named. */
const freshFor = 15 * 60_000;

/** Rounds that still count, of this container and no earlier one; oldest first. */
function counting({ view, now }: Sighting, own: 'dependant' | 'peer'): readonly PeerProbe[] {
  const made = view.facts?.createdAt ?? 0;
  return (view.peerProbes ?? []).filter(probe => probe[own] === view.service.id && now - probe.at <= freshFor && probe.at >= made);
}

/** The newest of them for each pair. */
export const freshRounds = (s: Sighting, own: 'dependant' | 'peer'): readonly PeerProbe[] => [
  ...new Map(counting(s, own).map(probe => [`${probe.dependant} ${probe.peer}`, probe])).values(),
];

/** Whether it was seen what this port of a peer does, in the peer's present run: then nobody has to infer it. */
export const wasAsked = (s: Sighting, { service }: ServiceView, port: number): boolean =>
  counting(s, 'dependant').some(
    ({ peer, at, answers }) =>
      peer === service.id && at >= service.since && answers.some(answer => answer.port === port && answer.outcome !== 'unreached'),
  );
