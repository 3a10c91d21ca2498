import { displaySafe } from '../base/safeText.ts';
import { isUp, type PeerAnswer, type PeerProbe } from '../model/probe.ts';
import { median } from './baseline.ts';
import type { Finding, Rule, Sighting } from './finding.ts';
import { freshRounds } from './peerRounds.ts';

/** Slow by itself, ms; or so many times its own median, where that is not a matter of a few ms. */
const slowMs = 1000;
const slowTimes = 3;
const leastMs = 100;

/** Errors that ended this long ago say that whatever it was is over, ms. */
const quietFor = 2 * 60_000;

const answerOf = ({ answers, named }: PeerProbe): PeerAnswer | undefined => answers.find(({ port }) => port === named);
const ports = (answers: readonly PeerAnswer[]): string => answers.map(({ port }) => port).join(' and ');

/** The parts that all findings of one round share; what the probe saw stays true until the next round. */
const from = (probe: PeerProbe, quote: string): Pick<Finding, 'from' | 'at' | 'lasting' | 'quote' | 'where'> => ({
  from: 'probe',
  at: probe.at,
  lasting: true,
  quote,
  where: 'probe of its peer',
});

const namedBy = (probe: PeerProbe, category: 'config_error' | 'latency'): Finding[] =>
  probe.said === ''
    ? []
    : [
        {
          kind: 'peer.named',
          categories: [category],
          what: category === 'latency' ? 'a service that needs it waits for it in vain' : 'its errors name the peer and the port',
          ...from(probe, displaySafe(probe.said, 300)),
          from: 'log',
        },
      ];

/** What it calls is there, and listens on another port than the one it calls. */
function portFindings(probe: PeerProbe): Finding[] {
  const called = answerOf(probe);
  const others = probe.answers.filter(isUp);
  if (probe.complaint !== 'refused' || called?.outcome !== 'refused' || others.length === 0) return [];
  const what = `it calls port ${called.port} of a peer that listens on ${ports(others)}`;
  const quote = `port ${called.port} refuses the connection, port ${ports(others)} takes it`;
  return [{ kind: 'config.port', categories: ['config_error'], what, ...from(probe, quote) }, ...namedBy(probe, 'config_error')];
}

/** The port that it calls takes a connection: the peer is not what keeps it from its work. */
function clearFindings(probe: PeerProbe, s: Sighting): Finding[] {
  const called = answerOf(probe) ?? probe.answers.find(isUp);
  if (called === undefined || !isUp(called) || isSlow(probe, s)) return [];
  return [
    {
      kind: 'probe.ok',
      categories: ['dependency'],
      what: `what it needs takes connections on port ${called.port}`,
      ...from(probe, `port ${called.port} answered in ${called.ms} ms`),
    },
  ];
}

/** It runs, is called, and refuses on every port that is known of it. */
function downFindings(probe: PeerProbe, { view }: Sighting): Finding[] {
  const { answers } = probe;
  // A peer that was just about to open its port is none of that: the complaints must go on.
  if (!(view.logs?.errors ?? []).some(({ at }) => at > probe.at)) return [];
  if (probe.complaint === 'none' || answers.length === 0 || answers.some(({ outcome }) => outcome !== 'refused')) return [];
  const quote = `port ${ports(answers)} refuses the connection`;
  return [
    {
      kind: 'peer.down',
      categories: ['dependency'],
      what: 'a peer that its errors name runs and takes no connection',
      ...from(probe, quote),
    },
  ];
}

/** Late against a second, or against its own answers before; silence counts where its dependant, too, waited in vain. */
function isSlow(probe: PeerProbe, s: Sighting): boolean {
  const called = answerOf(probe) ?? probe.answers.find(({ outcome }) => outcome === 'answers' || outcome === 'silent');
  if (called === undefined || probe.complaint !== 'timeout') return false;
  if (called.outcome === 'silent') return true;
  if (called.outcome !== 'answers') return false;
  const before = (s.view.peerProbes ?? []).filter(old => old.at < probe.at);
  const usual = before.flatMap(old => old.answers.filter(({ port, outcome }) => port === called.port && outcome === 'answers'));
  const baseline = usual.length < 3 ? undefined : median(usual.map(({ ms }) => ms));
  return called.ms > slowMs || (baseline !== undefined && called.ms > Math.max(leastMs, slowTimes * baseline));
}

function slowFindings(probe: PeerProbe, s: Sighting): Finding[] {
  if (!isSlow(probe, s)) return [];
  const late = answerOf(probe) ?? probe.answers[0];
  const how = late?.outcome === 'silent' ? `takes connections and says nothing within ${late.ms} ms` : `answers after ${late?.ms ?? 0} ms`;
  return [
    { kind: 'slow.probe', categories: ['latency'], what: `it ${how}`, ...from(probe, `port ${late?.port ?? '?'} ${how}`) },
    ...namedBy(probe, 'latency'),
  ];
}

/** A quick answer to the very question of the one who waits takes the slowness back. */
const quickFindings = (probe: PeerProbe, s: Sighting): Finding[] =>
  clearFindings(probe, s)
    .filter(() => answerOf(probe)?.outcome === 'answers')
    .map(finding => ({ ...finding, kind: 'probe.quick', categories: ['latency'], what: 'it answers at once' }));

const complains = ({ view, stop, now }: Sighting): boolean =>
  stop.kind !== 'running' || (view.logs?.errors ?? []).some(({ at }) => now - at <= quietFor);

const asDependant: Rule = s =>
  s.stop.kind === 'by-hand' || s.stop.kind === 'finished' || !complains(s)
    ? []
    : freshRounds(s, 'dependant').flatMap(probe => [...portFindings(probe), ...clearFindings(probe, s), ...downFindings(probe, s)]);

const asPeer: Rule = s =>
  s.stop.kind === 'running' ? freshRounds(s, 'peer').flatMap(probe => [...slowFindings(probe, s), ...quickFindings(probe, s)]) : [];

export const peerRules: readonly Rule[] = [asDependant, asPeer];
