import assert from 'node:assert/strict';
import type { Observation } from '../../src/model/observation.ts';
import type { PeerAnswer, PeerAsk } from '../../src/model/probe.ts';
import type { Service } from '../../src/model/service.ts';
import { type Bed, runs, shopBed, shopId } from '../fakes/engineBed.ts';
import { FakeLink } from '../fakes/fakeLink.ts';
import { aService, logs, noon } from '../fakes/make.ts';

const wrongPort: readonly PeerAnswer[] = [
  { port: 39433, outcome: 'refused', ms: 1 },
  { port: 39432, outcome: 'open', ms: 1 },
];

describe('Peers that the engine asks by itself', () => {
  let bed: Bed;
  let asked: [string, PeerAsk][];
  const answers = new Map<string, readonly PeerAnswer[] | string>();

  const start = async (...services: readonly Service[]): Promise<void> => {
    const link = Object.assign(new FakeLink(), {
      probePeer: async (target: { service: string }, ask: PeerAsk) => {
        asked.push([target.service, ask]);
        return answers.get(target.service) ?? wrongPort;
      },
    });
    bed = await shopBed({ links: [link] }, ...(services.length > 0 ? services : [aService('a'), aService('b')]));
  };
  const complain = (name = 'a', text = 'ERROR connect ECONNREFUSED b:39433'): Observation => {
    const at = bed.clock.now();
    return logs(at, name, { errors: [{ at, level: 'error', text }] });
  };
  /** Emits and lets the wait before a round pass. */
  const hear = async (...seen: readonly Observation[]): Promise<void> => {
    bed.link.emit(...seen);
    await bed.settle();
    bed.clock.advance(500);
    await bed.settle();
  };
  const categories = (name: string): string[] =>
    bed.engine
      .beliefs()
      .issues.filter(({ service }) => service === shopId(name))
      .map(({ category, band }) => `${category} ${band}`);

  beforeEach(() => {
    asked = [];
    answers.clear();
  });
  afterEach(() => bed.engine.dispose());

  it('are those that errors name and that look well, and what they answer changes the belief', async () => {
    await start();
    await hear(complain());
    assert.deepEqual(asked, [[shopId('b'), { named: 39433, complaint: 'refused', http: false }]]);
    assert.deepEqual(categories('a'), ['config_error high']);
    assert.deepEqual(categories('b'), []);
  });

  it('are asked once per question and state, again after ten minutes, and soon when they started anew', async () => {
    answers.set(shopId('b'), [{ port: 39433, outcome: 'open', ms: 1 }]);
    await start();
    for (let i = 0; i < 3; i++) await hear(complain());
    assert.equal(asked.length, 1);
    await hear(runs(bed.clock.now(), 'b', { startedExact: 'later', startedAt: bed.clock.now() }), complain());
    assert.equal(asked.length, 1, 'it gets 5 s to open its ports');
    for (let i = 0; i < 10; i++) await hear();
    assert.equal(asked.length, 2);
    const before = asked.length;
    bed.clock.advance(10 * 60_000);
    await hear(complain());
    assert.ok(asked.length > before);
  });

  it('are asked again after half a minute where the port was closed, and what they answer then counts', async () => {
    await start();
    await hear(complain());
    assert.deepEqual(categories('a'), ['config_error high']);
    answers.set(shopId('b'), [{ port: 39433, outcome: 'open', ms: 1 }]);
    bed.clock.advance(30_000);
    await hear(complain());
    assert.ok(asked.length >= 2);
    assert.ok(!categories('a').includes('config_error high'));
  });

  it('are left alone when they are down, unhealthy, forbid it, or when the line is old or no complaint', async () => {
    await start(aService('a'), aService('down', { state: 'exited' }), aService('sick'), aService('off', { enabled: false }), aService('b'));
    bed.link.emit(runs(noon, 'down', { state: 'exited', exitCode: 1, finishedAt: noon - 1 }), runs(noon, 'sick', { health: 'unhealthy' }));
    await bed.settle();
    for (const name of ['down', 'sick', 'off']) await hear(complain('a', `ERROR connect ECONNREFUSED ${name}:1`));
    await hear(complain('a', 'ERROR wrong answer while connecting to b'));
    const old = logs(noon, 'a', { errors: [{ at: noon - 3 * 60_000, level: 'error', text: 'ERROR connect ECONNREFUSED b:1' }] });
    await hear(old);
    assert.deepEqual(asked, []);
  });

  it('are at most six in a minute', async () => {
    const peers = Array.from({ length: 9 }, (_, i) => `p${i}`);
    await start(aService('a'), ...peers.map(name => aService(name)));
    await hear(...peers.map(name => complain('a', `ERROR connect ECONNREFUSED ${name}:80`)));
    assert.equal(asked.length, 6);
    bed.clock.advance(60_000);
    await hear(complain('a', `ERROR connect ECONNREFUSED p8:80`));
    assert.ok(asked.length > 6);
  });

  it('are asked before a triage answers, without the wait', async () => {
    await start();
    bed.link.emit(complain());
    const report = await bed.engine.triage();
    assert.equal(asked.length, 1);
    assert.equal(report.issues[0]?.category, 'config_error');
  });

  it('change nothing where the link says why it does not ask', async () => {
    answers.set(shopId('b'), 'its server is another machine');
    await start();
    await hear(complain());
    assert.deepEqual(
      categories('a').filter(text => text.startsWith('config')),
      [],
    );
    assert.equal(bed.engine.beliefs().world.services.get(shopId('a'))?.peerProbes, undefined);
  });

  it('are not asked any more once the engine has ended', async () => {
    await start();
    bed.link.emit(complain());
    await bed.settle();
    bed.engine.dispose();
    bed.clock.advance(1000);
    await bed.settle();
    assert.deepEqual(asked, []);
    assert.deepEqual(bed.clock.waits, []);
  });
});
