import assert from 'node:assert/strict';
import { issueSummary } from '../../src/act/message.ts';
import { nextStep } from '../../src/act/nextStep.ts';
import { assess } from '../../src/diagnose/assess.ts';
import { correlate } from '../../src/diagnose/correlate.ts';
import { digest } from '../../src/diagnose/readLogs.ts';
import type { World } from '../../src/diagnose/world.ts';
import type { Issue } from '../../src/model/issue.ts';
import type { Observation } from '../../src/model/observation.ts';
import type { PeerAnswer, PeerProbe } from '../../src/model/probe.ts';
import { type Facts, type Service, serviceId } from '../../src/model/service.ts';
import { aService, event, inspected, inventory, logs, noon, someFacts, worldOf } from '../fakes/make.ts';

const idOf = (name: string): string => serviceId('local', name, 'shop');
/** `a` asks `b`; both have been running for an hour. */
const both = (
  b: Partial<Service> = {},
  bFacts: Partial<Facts> = {},
  a: Partial<Service> = {},
  aFacts: Partial<Facts> = {},
): Observation[] => [
  inventory(noon - 600_000, aService('a', a), aService('b', b)),
  inspected(noon - 599_000, idOf('a'), someFacts('a', aFacts)),
  inspected(noon - 599_000, idOf('b'), someFacts('b', bFacts)),
];
const said = (text: string, at = noon - 1000): Observation => logs(at, 'a', digest([{ at, stamp: '', stream: 'err', text }]));
const judge = (world: World, name = 'a'): readonly Issue[] => {
  const view = world.services.get(idOf(name));
  return view === undefined ? assert.fail() : assess(view, world.servers.get('local'), noon, world);
};
const found = (world: World, kind: string): boolean => judge(world).some(issue => issue.evidence.some(piece => piece.kind === kind));
const open = [{ container: 5432, protocol: 'tcp' as const }];

describe('a port that nobody listens on', () => {
  const refused = said('ERROR connect ECONNREFUSED b:5433');

  it('is a wrong setting of who asks, with high confidence, and the peer is cleared', () => {
    const world = worldOf(...both({ ports: open }), refused);
    const [issue, ...others] = judge(world);
    assert.deepEqual([issue?.category, issue?.band, others.length], ['config_error', 'high', 0]);
    assert.deepEqual(judge(world, 'b'), []);
    assert.deepEqual(correlate(judge(world), world)[0]?.root?.service, idOf('a'));
    if (issue === undefined) return assert.fail();
    assert.match(issueSummary(issue, world, noon), /^a \(shop\) asks b at port 5433, and b is up and listens on 5432/);
    assert.match(nextStep(issue, world) ?? '', /^Correct the port in its settings/);
  });

  const known: [string, Partial<Service>, Partial<Facts>, string][] = [
    ['by its address', { ports: open, addresses: ['172.18.0.3'] }, {}, 'ERROR connect ECONNREFUSED 172.18.0.3:5433'],
    ['that publishes another', { ports: [{ container: 80, host: 8080, protocol: 'tcp' }] }, {}, 'ERROR connect ECONNREFUSED b:5433'],
    ['whose health check asks another', {}, { health: 'healthy', checkedPorts: [5432] }, 'ERROR connect ECONNREFUSED b:5433'],
    ['in capitals', { ports: open }, {}, 'ERROR connect ECONNREFUSED B:5433'],
  ];
  for (const [what, service, facts, text] of known)
    it(`is told of a peer ${what}`, () => assert.ok(found(worldOf(...both(service, facts), said(text)), 'config.port')));

  const silent: [string, Observation[]][] = [
    ['of a peer that listens there', [...both({ ports: [{ container: 5433, protocol: 'tcp' }] }), refused]],
    ['of a peer that publishes it', [...both({ ports: [{ container: 80, host: 5433, protocol: 'tcp' }] }), refused]],
    ['of a peer whose ports are not known', [...both(), refused]],
    [
      'of a peer that is down',
      [...both({ ports: open, state: 'exited' }, { state: 'exited', exitCode: 1, finishedAt: noon - 5000 }), refused],
    ],
    ['of a peer that is unwell', [...both({ ports: open }, { health: 'unhealthy' }), refused]],
    ['of a peer that is about to begin', [...both({ ports: open }, { health: 'starting' }), refused]],
    ['of a peer that has just begun', [...both({ ports: open, since: noon - 3000 }, { startedAt: noon - 3000 }), refused]],
    [
      'of a peer that died a minute ago',
      [...both({ ports: open }), event(noon - 60_000, 'b', 'die', { exit: 1 }), event(noon - 59_000, 'b', 'start'), refused],
    ],
    ['of a stranger', [...both({ ports: open }), said('ERROR connect ECONNREFUSED elsewhere:5433')]],
    ['of itself', [...both({ ports: open }), said('ERROR connect ECONNREFUSED a:5433')]],
    ['a quarter of an hour ago', [...both({ ports: open }), said('ERROR connect ECONNREFUSED b:5433', noon - 900_000)]],
    ['without a refusal', [...both({ ports: open }), said('ERROR query to b:5433 failed: syntax')]],
    ['over udp', [...both({ ports: [{ container: 53, protocol: 'udp' }] }), refused]],
  ];
  for (const [what, seen] of silent) it(`is not told ${what}`, () => assert.equal(found(worldOf(...seen), 'config.port'), false));

  describe('of a peer that was asked', () => {
    const asked = (answers: readonly PeerAnswer[], at = noon - 500): Observation => {
      const probe: PeerProbe = { at, dependant: idOf('a'), peer: idOf('b'), named: 5433, complaint: 'refused', answers, said: 'refused' };
      return { kind: 'peer-probe', service: idOf('a'), probe, at, plusMinus: 0, server: 'local', how: 'live' };
    };
    const answer = (port: number, outcome: PeerAnswer['outcome']): PeerAnswer => ({ port, outcome, ms: 1 });
    const told = (...more: Observation[]) =>
      judge(worldOf(...both({ ports: open }), refused, ...more)).flatMap(({ evidence }) =>
        evidence.filter(({ kind }) => kind === 'config.port'),
      );
    const from = (...more: Observation[]): string[] => told(...more).map(piece => piece.from);

    it('is told once, by what the port answered', () => {
      const seen = asked([answer(5433, 'refused'), answer(5432, 'open')]);
      assert.deepEqual(from(seen), ['probe']);
      const named = judge(worldOf(...both({ ports: open }), refused, seen))[0]?.evidence.filter(({ kind }) => kind === 'peer.named');
      assert.equal(named?.length, 1);
    });

    it('is not told where the port takes connections now', () =>
      assert.deepEqual(from(asked([answer(5433, 'open'), answer(5432, 'open')])), []));

    it('is told by what it declares where the answer says nothing of that port, or is of a run before', () => {
      assert.deepEqual(from(asked([answer(5433, 'unreached')])), ['inspect']);
      assert.deepEqual(from(asked([answer(5432, 'open')])), ['inspect']);
      assert.deepEqual(from(asked([answer(5433, 'open')], noon - 16 * 60_000)), ['inspect']);
    });
  });

  it('is told of the one that refused, not of others in the line', () => {
    const line = said('ERROR GET http://b:5433/x failed: connect ECONNREFUSED elsewhere:5433');
    assert.equal(found(worldOf(...both({ ports: open }), line), 'config.port'), false);
  });
});
