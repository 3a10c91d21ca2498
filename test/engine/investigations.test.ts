import assert from 'node:assert/strict';
import { type Bed, crash, runs, shopBed, shopId } from '../fakes/engineBed.ts';
import { FakeLink } from '../fakes/fakeLink.ts';
import { aService, logs, noon } from '../fakes/make.ts';

const signal = new AbortController().signal;
const reads = (bed: Bed): number => bed.link.asked.filter(text => text.startsWith('logs ')).length;

describe('Investigations of the engine', () => {
  let bed: Bed;
  const begin = async (link = new FakeLink()): Promise<void> => {
    bed = await shopBed({ links: [link] }, aService('web', { dependsOn: [shopId('db')] }), aService('db'), aService('other'));
  };
  const ask = () => bed.engine.investigate(shopId('web'), signal);
  afterEach(() => bed.engine.dispose());

  it('answer the same question from the last result while nothing changed', async () => {
    await begin();
    const first = await ask();
    assert.equal(await ask(), first);
    assert.equal(reads(bed), 1);
    bed.link.emit(runs(noon, 'other', { restartCount: 1 }));
    await bed.settle();
    assert.equal(await ask(), first, 'another service is none of its business');
  });

  it('look again when the service, one that it needs, or time has changed', async () => {
    await begin();
    const changes: readonly (() => void)[] = [
      () => bed.link.emit(logs(bed.clock.now(), 'web', { lines: 1 })),
      () => bed.link.emit(...crash(bed.clock.now(), 'db')),
      () => bed.clock.advance(31_000),
    ];
    let before = await ask();
    for (const change of changes) {
      change();
      const next = await ask();
      assert.notEqual(next, before);
      before = next;
    }
  });

  it('look again after any action', async () => {
    await begin();
    const first = await ask();
    const wish = { verb: 'restart', service: shopId('other'), askedBy: 'person', because: 'a test' } as const;
    await bed.engine.request(wish, async () => false, signal);
    assert.notEqual(await ask(), first);
  });

  it('keep no result that was cancelled, or that could not see all', async () => {
    const link = new FakeLink();
    link.readLogs = () => {
      throw new Error('no log driver');
    };
    await begin(link);
    const first = await ask();
    assert.deepEqual(first.notSeen, ['logs: no log driver']);
    assert.notEqual(await ask(), first);
    assert.equal((await bed.engine.investigate(shopId('web'), AbortSignal.abort())).cancelled, true);
    assert.equal((await ask()).cancelled, false);
  });

  it('ask the peers that run, and believe what they answered', async () => {
    const asked: unknown[] = [];
    const probePeer = async (target: { service: string }, ask: object) => {
      asked.push([target.service, ask]);
      return [{ port: 39433, outcome: 'refused', ms: 1 } as const, { port: 39432, outcome: 'open', ms: 1 } as const];
    };
    await begin(Object.assign(new FakeLink(), { probePeer }));
    const calm = await ask();
    assert.deepEqual(asked, [[shopId('db'), { complaint: 'none', http: false }]]);
    assert.deepEqual(calm.issues, []);
    const at = bed.clock.now();
    bed.link.emit(logs(at, 'web', { errors: [{ at, level: 'error', text: 'ERROR connect ECONNREFUSED db:39433' }] }));
    await bed.settle();
    const found = await ask();
    assert.deepEqual(
      found.issues.map(({ category, band }) => [category, band]),
      [['config_error', 'high']],
    );
    assert.match(found.ruledOut.join(), /not db \(shop\): it takes connections on port 39432/);
  });

  it('ask the service itself as those who complain of it do', async () => {
    const asked: unknown[] = [];
    const probePeer = async (_target: object, ask: object) => {
      asked.push(ask);
      return [{ port: 80, outcome: 'silent', ms: 3200 } as const];
    };
    await begin(Object.assign(new FakeLink(), { probePeer }));
    const at = bed.clock.now();
    bed.link.emit(logs(at, 'web', { errors: [{ at, level: 'error', text: 'ERROR GET http://other:80/ timed out' }] }));
    await bed.settle();
    const found = await bed.engine.investigate(shopId('other'), signal);
    assert.ok(asked.length >= 1);
    assert.deepEqual(
      found.issues.map(({ category, band }) => [category, band]),
      [['latency', 'medium']],
    );
    const dependencies = found.checks.find(({ check }) => check === 'dependencies');
    assert.match(dependencies?.findings[0]?.text ?? '', /^asked it as web \(shop\) does: port 80 takes connections and says nothing/);
  });

  it('say so where the link cannot ask', async () => {
    await begin();
    const dependencies = (await ask()).checks.find(({ check }) => check === 'dependencies');
    assert.match(dependencies?.findings.map(({ text }) => text).join() ?? '', /db \(shop\) was not asked: it has no ports/);
  });
});
