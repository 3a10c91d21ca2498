import assert from 'node:assert/strict';
import type { Proposal } from '../../src/engine/port.ts';
import type { Asker, Outcome, Verb } from '../../src/model/action.ts';
import type { Service } from '../../src/model/service.ts';
import { type Bed, lost, runs, shopBed, shopId } from '../fakes/engineBed.ts';
import { aService, event, instanceOf, inventory, noon } from '../fakes/make.ts';

const web = shopId('web');

describe('A request for an effect', () => {
  let bed: Bed;
  let proposals: Proposal[];
  let trusted: boolean;

  const setUp = async (...services: readonly Service[]): Promise<void> => {
    bed = await shopBed({ trusted: () => trusted }, ...services);
    bed.link.onLook = async () => [runs(bed.clock.now(), 'web')];
    bed.entries.length = 0;
  };
  beforeEach(async () => {
    trusted = true;
    proposals = [];
    await setUp();
  });
  afterEach(() => {
    bed.engine.dispose();
    bed.memory.dispose();
  });

  const ask = (
    over: { verb?: Verb; askedBy?: Asker; service?: string } = {},
    answer = true,
    signal = new AbortController().signal,
  ): Promise<Outcome> =>
    bed.engine.request(
      { verb: 'restart', service: web, askedBy: 'person', because: 'it hangs', ...over },
      async proposal => {
        proposals.push(proposal);
        return answer;
      },
      signal,
    );
  const refusedWith = async (words: RegExp, outcome: Promise<Outcome>): Promise<void> => {
    const came = await outcome;
    assert.ok(!came.ok && came.why === 'refused', JSON.stringify(came));
    assert.match(came.because, words);
    assert.deepEqual(bed.link.performed, []);
  };
  const acted = (): string[] =>
    bed.entries.flatMap(entry => (entry.kind === 'acted' ? [`${entry.actor} ${entry.verb} ${entry.outcome}: ${entry.detail}`] : []));

  it('of a person is asked, looked at again, performed and written down', async () => {
    assert.deepEqual(await ask(), { ok: true, took: 5, text: 'done' });
    assert.deepEqual(bed.link.asked, [`look inspect ${web}`, `perform restart ${web}`]);
    assert.equal(acted().length, 1);
    assert.match(acted()[0] ?? '', /^person restart done: .*web/);
    assert.equal(bed.engine.timeline({ limit: 1 })[0]?.kind, 'acted');
  });

  it('takes its basis from what inspect said, and names its target fully', async () => {
    await ask();
    assert.deepEqual(bed.link.performed[0]?.basis, {
      instance: instanceOf('web'),
      state: 'running',
      startedExact: '2026-01-01T11:00:00Z',
      imageId: 'sha256:1',
    });
    const [proposal] = proposals;
    assert.deepEqual(
      [proposal?.serverLabel, proposal?.serviceName, proposal?.project, proposal?.devMode],
      ['local', 'shop-web-1', 'shop', false],
    );
    assert.equal(proposal?.action.because, 'it hangs');
  });

  it('tells the proposal that dev mode is on', async () => {
    bed.engine.lease({ scope: 'all', by: 'person', reason: '', until: noon + 3_600_000 });
    assert.equal((await ask()).ok, true);
    assert.equal(proposals[0]?.devMode, true);
  });

  it('is not asked in an untrusted workspace', async () => {
    trusted = false;
    await refusedWith(/not trusted/, ask());
    assert.deepEqual(proposals, []);
    assert.equal(acted().length, 1, 'a refusal is written down too');
    assert.match(acted()[0] ?? '', /refused/);
  });

  it('is refused when trust is taken away while it waits for the answer', async () => {
    const outcome = bed.engine.request(
      { verb: 'stop', service: web, askedBy: 'person', because: '' },
      async () => {
        trusted = false;
        return true;
      },
      new AbortController().signal,
    );
    await refusedWith(/not trusted/, outcome);
  });

  it('of a model may be a restart, but not in dev mode, not of an excluded service, and nothing else', async () => {
    assert.equal((await ask({ askedBy: 'model' })).ok, true);
    assert.match(acted()[0] ?? '', /^model restart done/);
    bed.link.performed.length = 0;
    await refusedWith(/a model may only propose a restart/, ask({ askedBy: 'model', verb: 'stop' }));
    bed.engine.lease({ scope: 'all', by: 'model', reason: '', until: noon + 3_600_000 });
    await refusedWith(/dev mode is on/, ask({ askedBy: 'model' }));
    bed.engine.endLease('all', 'person');
    bed.engine.lease({ scope: web, by: 'person', reason: '', until: noon + 3_600_000 });
    await refusedWith(/excluded/, ask({ askedBy: 'model' }));
    assert.equal((await ask()).ok, true, 'a person may');
  });

  it('of a runbook is refused and not put down to a person', async () => {
    await refusedWith(/only a person/, ask({ askedBy: 'runbook' }));
    assert.match(acted()[0] ?? '', /^dozor restart refused/);
  });

  it('is refused for what the label forbids, and for what is out of sight', async () => {
    bed.link.emit(lost(noon + 1));
    await bed.settle();
    await refusedWith(/out of sight/, ask());
    bed.engine.dispose();
    await setUp(aService('web', { enabled: false }));
    await refusedWith(/dozor\.enable=false/, ask());
  });

  it('is refused without a yes', async () => {
    await refusedWith(/not confirmed/, ask({}, false));
    assert.deepEqual(bed.link.asked, []);
  });

  it('is refused when the fresh look shows another run, and what it saw is believed', async () => {
    bed.link.onLook = async () => [runs(bed.clock.now(), 'web', { startedExact: '2026-01-01T12:00:00Z', health: 'healthy' })];
    await refusedWith(/started again meanwhile/, ask());
    await bed.settle();
    assert.equal(bed.engine.beliefs().world.services.get(web)?.facts?.health, 'healthy');
  });

  it('is refused when it is gone by then, or cannot be looked at', async () => {
    bed.link.onLook = async () => [];
    await refusedWith(/it is gone/, ask());
    bed.link.onLook = () => Promise.reject(new Error('no answer'));
    await refusedWith(/could not be looked at again \(no answer\)/, ask());
  });

  it('is refused, never rejected, for what is not there, not looked at or removed', async () => {
    await refusedWith(/there is no service local\/shop\/nope/, ask({ service: shopId('nope') }));
    bed.link.emit(inventory(noon + 1, aService('web'), aService('db')));
    await bed.settle();
    await refusedWith(/not looked at yet; try again/, ask({ service: shopId('db') }));
    bed.link.emit(event(noon + 2, 'web', 'destroy'));
    await bed.settle();
    await refusedWith(/web was removed/, ask());
  });

  it('is refused when it is cancelled', () => refusedWith(/cancelled/, ask({}, true, AbortSignal.abort())));

  it('that fails says so, and that breaks is unknown', async () => {
    bed.link.onPerform = async () => ({ ok: false, why: 'failed', because: 'port taken' });
    assert.deepEqual(await ask(), { ok: false, why: 'failed', because: 'port taken' });
    bed.link.onPerform = () => Promise.reject(new Error('connection lost'));
    assert.deepEqual(await ask(), { ok: false, why: 'unknown', because: 'connection lost' });
    assert.deepEqual(
      acted().map(line => line.split(':')[0]),
      ['person restart failed', 'person restart unknown'],
    );
  });

  it('still ends well when the engine ends meanwhile', async () => {
    bed.link.onPerform = async () => {
      bed.engine.dispose();
      return { ok: true, took: 1, text: 'done' };
    };
    assert.equal((await ask()).ok, true);
    await bed.settle();
    assert.deepEqual(bed.clock.waits, []);
  });
});
