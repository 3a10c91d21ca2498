import assert from 'node:assert/strict';
import { assess } from '../../src/diagnose/assess.ts';
import { recognise } from '../../src/diagnose/knownPatterns.ts';
import { namedPeers, newestNamed, saidNeedsIn } from '../../src/diagnose/namedPeers.ts';
import type { Issue } from '../../src/model/issue.ts';
import type { LeveledLine } from '../../src/model/logs.ts';
import type { Observation } from '../../src/model/observation.ts';
import type { Complaint, PeerAnswer, PeerProbe } from '../../src/model/probe.ts';
import type { Service } from '../../src/model/service.ts';
import { aService, inspected, inventory, logs, noon, someFacts, worldOf } from '../fakes/make.ts';

const minute = 60_000;
const id = (name: string): string => `local/shop/${name}`;
/** An error line as the digest keeps it. */
function error(text: string, at = noon - 1000): LeveledLine {
  const found = recognise(text, 'error');
  return { at, level: 'error', text, ...(found === undefined ? {} : { known: { row: found.row.id, ...found.values } }) };
}
const answer = (port: number, outcome: PeerAnswer['outcome'], ms = 1): PeerAnswer => ({ port, outcome, ms });

interface Probed extends Partial<PeerProbe> {
  readonly answers: readonly PeerAnswer[];
  readonly complaint: Complaint;
}

const probed = (over: Probed): Observation => {
  const probe: PeerProbe = { at: noon - 500, dependant: id('a'), peer: id('b'), said: 'ERROR refused by b', ...over };
  return { kind: 'peer-probe', service: id('a'), probe, at: probe.at, plusMinus: 0, server: 'local', how: 'live' };
};

/** a complains of b, both run. */
const scene = (text: string, ...more: readonly Observation[]) => {
  const line = error(text);
  return worldOf(
    inventory(noon - minute, aService('a'), aService('b')),
    ...['a', 'b'].map(name => inspected(noon - minute, id(name), someFacts(name))),
    logs(noon - 900, 'a', { errors: [line], last: [line] }),
    ...more,
  );
};
const issuesOf = (name: string, world: ReturnType<typeof worldOf>, now = noon): readonly Issue[] => {
  const view = world.services.get(id(name));
  return view === undefined ? [] : assess(view, world.servers.get('local'), now);
};
const kinds = (issue: Issue | undefined): string[] => (issue?.evidence ?? []).map(({ kind }) => kind).sort();

const refusedLine = 'ERROR connect ECONNREFUSED b:39433';

describe('What a probe of a peer tells', () => {
  it('is a wrong port when the peer listens on another: a setting of the one who calls, and nothing of the peer', () => {
    const world = scene(
      refusedLine,
      probed({ complaint: 'refused', named: 39433, answers: [answer(39433, 'refused'), answer(39432, 'open')] }),
    );
    const [issue] = issuesOf('a', world);
    assert.equal(issue?.category, 'config_error');
    assert.equal(issue?.band, 'high');
    assert.ok(Math.abs(issue.confidence - 0.88) < 0.01, `${issue.confidence}`);
    assert.deepEqual(kinds(issue), ['config.port', 'peer.named']);
    assert.equal(issue.evidence[0]?.ref.quote, 'port 39433 refuses the connection, port 39432 takes it');
    assert.deepEqual(issuesOf('b', world), []);
  });

  it('is no wrong port when nothing else is open, when the port is open now, or when nobody was refused', () => {
    const answers: readonly Probed[] = [
      { complaint: 'refused', named: 39433, answers: [answer(39433, 'refused')] },
      { complaint: 'refused', named: 39433, answers: [answer(39433, 'open'), answer(39432, 'open')] },
      { complaint: 'refused', named: 39433, answers: [answer(39433, 'unreached'), answer(39432, 'open')] },
      { complaint: 'refused', answers: [answer(39432, 'open')] },
      { complaint: 'timeout', named: 39433, answers: [answer(39433, 'refused'), answer(39432, 'open')] },
    ];
    for (const each of answers) {
      const found = issuesOf('a', scene(refusedLine, probed(each))).map(({ category }) => category);
      assert.ok(!found.includes('config_error'), JSON.stringify(each));
    }
  });

  it('is believed for 15 minutes, as long as the errors go on, and not of the container before', () => {
    const seen = probed({ complaint: 'refused', named: 39433, answers: [answer(39433, 'refused'), answer(39432, 'open')] });
    const has = (world: ReturnType<typeof worldOf>, now: number): boolean =>
      issuesOf('a', world, now).some(({ category }) => category === 'config_error');
    const later = (at: number): Observation => logs(at, 'a', { errors: [error(refusedLine, at)] });
    assert.equal(has(scene(refusedLine, seen), noon + minute), true);
    assert.equal(has(scene(refusedLine, seen), noon + 3 * minute), false, 'silent since');
    assert.equal(has(scene(refusedLine, seen, later(noon + 12 * minute)), noon + 13 * minute), true);
    assert.equal(has(scene(refusedLine, seen, later(noon + 15 * minute)), noon + 16 * minute), false, 'too old');
    const anew = inspected(noon, id('a'), someFacts('a', { createdAt: noon - 100 }));
    assert.equal(has(scene(refusedLine, seen, anew), noon), false, 'another container');
  });

  it('is a slow peer when it lets its dependant wait: latency there, medium', () => {
    for (const late of [answer(80, 'answers', 3000), answer(80, 'silent', 3200)]) {
      const world = scene('ERROR GET http://b:80/ timed out', probed({ complaint: 'timeout', named: 80, answers: [late] }));
      const [issue] = issuesOf('b', world);
      assert.equal(issue?.category, 'latency');
      assert.equal(issue?.band, 'medium');
      assert.ok(Math.abs(issue.confidence - 0.73) < 0.01, `${issue.confidence}`);
      assert.deepEqual(kinds(issue), ['peer.named', 'slow.probe']);
      assert.ok(!issuesOf('a', world).some(({ category }) => category === 'latency'));
    }
  });

  it('measures slowness against the answers before, where there are enough', () => {
    const before = [1, 2, 3].map(n =>
      probed({ at: noon - (10 - n) * minute, complaint: 'none', named: 80, answers: [answer(80, 'answers', 60)] }),
    );
    const late = (ms: number) => probed({ complaint: 'timeout', named: 80, answers: [answer(80, 'answers', ms)] });
    const slow = (...seen: readonly Observation[]): boolean =>
      issuesOf('b', scene('ERROR b:80 timed out', ...seen)).some(({ category }) => category === 'latency');
    assert.equal(slow(...before, late(200)), true);
    assert.equal(slow(...before, late(170)), false);
    assert.equal(slow(late(200)), false);
    assert.equal(slow(late(1001)), true);
  });

  it('speaks of a dependency that runs and takes no connection while the complaints go on, and clears one that does', () => {
    const more = logs(noon - 100, 'a', { errors: [error(refusedLine, noon - 100)] });
    const down = scene(
      refusedLine,
      probed({ complaint: 'refused', named: 39433, answers: [answer(39433, 'refused'), answer(80, 'refused')] }),
      more,
    );
    const dependency = issuesOf('a', down).find(({ category }) => category === 'dependency');
    assert.deepEqual(kinds(dependency), ['peer.down']);
    const well = scene(refusedLine, probed({ complaint: 'refused', named: 39433, answers: [answer(39433, 'open')] }));
    assert.ok(!issuesOf('a', well).some(({ category }) => category === 'dependency'));
  });

  it('keeps the newest eight rounds with both', () => {
    const rounds = Array.from({ length: 11 }, (_, i) =>
      probed({ at: noon - 1000 + i, complaint: 'refused', named: 39433, answers: [answer(39433, 'refused')] }),
    );
    const world = scene(refusedLine, ...rounds);
    for (const name of ['a', 'b']) {
      assert.deepEqual(
        world.services.get(id(name))?.peerProbes?.map(({ at }) => at),
        rounds.slice(-8).map(({ at }) => at),
      );
    }
  });
});

describe('Peers that errors name', () => {
  const named = (text: string, a: Partial<Service> = {}, b: Partial<Service> = {}) => {
    const line = error(text);
    const world = worldOf(inventory(noon, aService('a', a), aService('b', b)), logs(noon, 'a', { errors: [line] }));
    const view = world.services.get(id('a'));
    assert.ok(view !== undefined);
    return newestNamed(view, world, noon - minute).map(({ peer, port, complaint, http }) => ({ peer, port, complaint, http }));
  };
  const row = (port: number | undefined, complaint: Complaint, http = false) => [{ peer: id('b'), port, complaint, http }];

  it('come with the port and with what is complained of', () => {
    assert.deepEqual(named('ERROR connect ECONNREFUSED b:39433'), row(39433, 'refused'));
    assert.deepEqual(named('ERROR connection to server at "b" (172.30.0.3), port 5433 failed: Connection refused'), row(5433, 'refused'));
    assert.deepEqual(named('ERROR Get "http://b:8080/x": context deadline exceeded (dial timeout)'), row(8080, 'timeout', true));
    assert.deepEqual(named('ERROR cannot connect to b'), row(undefined, 'none'));
  });

  it('are known by their address too, and only by one of our inventory', () => {
    assert.deepEqual(
      named('ERROR dial tcp 172.30.0.3:39433: connection refused', {}, { addresses: ['172.30.0.3'] }),
      row(39433, 'refused'),
    );
    assert.deepEqual(named('ERROR dial tcp 172.30.0.4:39433: connection refused', {}, { addresses: ['172.30.0.3'] }), []);
    assert.deepEqual(named('ERROR dial tcp 169.254.169.254:80: connection refused'), []);
  });

  it('get their port from a line beside the error, where the error tells none', () => {
    const said = (text: string, at = noon): LeveledLine => ({ at, level: 'unknown', text });
    const b = aService('b', { addresses: ['172.30.0.3'] });
    const ports = (...last: LeveledLine[]) => {
      const line = error("wget: can't connect to remote host (172.30.0.3): Connection refused");
      const world = worldOf(inventory(noon, aService('a'), b), logs(noon, 'a', { errors: [line], last: [...last, line] }));
      return newestNamed(world.services.get(id('a')) ?? assert.fail(), world, noon - minute).map(({ port }) => port);
    };
    assert.deepEqual(ports(said('Connecting to 172.30.0.3:39433 (172.30.0.3:39433)')), [39433]);
    assert.deepEqual(ports(said('Connecting to 172.30.0.9:39433')), [undefined]);
    assert.deepEqual(ports(said('Connecting to 172.30.0.3:39433', noon - 10_000)), [undefined]);
  });

  it('behind loopback are the one that is needed, and nobody where there are more', () => {
    const text = 'ERROR connect ECONNREFUSED 127.0.0.1:39433';
    assert.deepEqual(named(text, { dependsOn: [id('b')] }), row(39433, 'refused'));
    assert.deepEqual(named(text, { dependsOn: [id('b'), id('c')] }), []);
    assert.deepEqual(named(text), []);
  });

  it('are hosts and no users or modules that bear their name', () => {
    assert.deepEqual(named('ERROR password authentication failed for user "b"'), []);
    assert.deepEqual(named("ModuleNotFoundError: No module named 'b'"), []);
    assert.deepEqual(named('nginx: [emerg] host not found in upstream "b" in /etc/nginx/nginx.conf:8'), row(undefined, 'none', true));
  });

  it('are each told once for each line, by whatever name', () => {
    const lines = [error('ERROR connect ECONNREFUSED b:1', noon - 2), error('ERROR connect ECONNREFUSED b:2 (172.30.0.3)', noon - 1)];
    const world = worldOf(inventory(noon, aService('a'), aService('b', { addresses: ['172.30.0.3'] })), logs(noon, 'a', { errors: lines }));
    const view = world.services.get(id('a')) ?? assert.fail();
    assert.deepEqual(
      namedPeers(view, world).map(({ name, port, line }) => ({ name, port, at: line.at })),
      [
        { name: 'b', port: 1, at: noon - 2 },
        { name: 'b', port: 2, at: noon - 1 },
      ],
    );
    assert.deepEqual(
      newestNamed(view, world, noon - 10).map(({ port }) => port),
      [2],
    );
  });

  it('are no ports that are none, nor the service itself, nor another project', () => {
    assert.deepEqual(named('ERROR connect ECONNREFUSED b:99999'), row(undefined, 'refused'));
    assert.deepEqual(named('ERROR connect ECONNREFUSED a:80'), []);
    assert.deepEqual(named('ERROR connect ECONNREFUSED b:80', {}, { project: 'other', id: id('b') }), []);
  });

  it('behind loopback are told as a need too, where one alone is declared', () => {
    const line = error('ERROR GET http://127.0.0.1:8080/: request timed out after 1000 ms');
    const said = (dependsOn: readonly string[]): string[] => {
      const world = worldOf(inventory(noon, aService('a', { dependsOn }), aService('b')), logs(noon, 'a', { errors: [line] }));
      return [...saidNeedsIn(world, noon)(id('a')).keys()];
    };
    assert.deepEqual(said([id('b')]), [id('b')]);
    assert.deepEqual(said([]), []);
    assert.deepEqual(said([id('b'), id('c')]), []);
  });

  it('are told by address as a need, so that the one who complains is a symptom', () => {
    const line = error('ERROR dial tcp 172.30.0.3:39433: connection refused');
    const world = worldOf(
      inventory(noon, aService('a'), aService('b', { addresses: ['172.30.0.3'] })),
      logs(noon, 'a', { errors: [line] }),
    );
    assert.deepEqual([...saidNeedsIn(world, noon)(id('a')).keys()], [id('b')]);
  });
});
