import assert from 'node:assert/strict';
import { silentLog } from '../../src/base/log.ts';
import { fresh } from '../../src/diagnose/incidentLife.ts';
import { Escalator } from '../../src/engine/escalate.ts';
import { emptyState } from '../../src/engine/pipeline.ts';
import { fullAttention } from '../../src/model/attention.ts';
import type { Hypothesis, TimelineEntry } from '../../src/model/incident.ts';
import type { Observation } from '../../src/model/observation.ts';
import { type Bed, crash, runs, shopBed, shopId } from '../fakes/engineBed.ts';
import { FakeClock, turns } from '../fakes/fakeClock.ts';
import { aServer, event, noon } from '../fakes/make.ts';

const web = shopId('web');

describe('A deeper look', () => {
  let bed: Bed;
  beforeEach(async () => {
    bed = await shopBed();
    bed.clock.advance(20_000);
    bed.link.asked.length = 0;
  });
  afterEach(() => {
    bed.engine.dispose();
    bed.memory.dispose();
  });
  const say = async (...seen: readonly Observation[]): Promise<void> => {
    bed.link.emit(...seen);
    await bed.settle();
  };
  const pass = async (ms: number): Promise<void> => {
    for (let i = 0; i < ms; i += 1000) {
      bed.clock.advance(1000);
      await turns(3);
    }
  };
  const looks = (): number => bed.link.asked.filter(each => each === `look inspect ${web}`).length;
  const decided = (): TimelineEntry[] => bed.entries.filter(entry => entry.kind === 'decided');
  const escalation = (): string | undefined => bed.engine.beliefs().incidents[0]?.escalation?.to;

  it('is taken of what is half sure, after a moment, and asks a person where it changes nothing', async () => {
    await say(...crash(noon + 20_000, 'web'));
    assert.equal(escalation(), 'deeper');
    await pass(4000);
    assert.equal(bed.link.asked.length, 0, 'causes may still arrive');
    await pass(40_000);
    assert.equal(looks(), 3);
    assert.ok(bed.link.asked.includes(`look logs ${web}`));
    const [entry, ...others] = decided();
    assert.deepEqual(others, []);
    assert.ok(entry?.kind === 'decided');
    assert.deepEqual([entry.detail, entry.service, entry.actor], ['looked deeper into web (shop): a person has to say', web, 'dozor']);
    assert.match(entry.because, /^before: \d+ % sure of app_crash; now: \d+ % sure of app_crash, also after a deeper look/);
    assert.equal(escalation(), 'ask');
    await pass(60_000);
    assert.deepEqual([looks(), decided().length], [3, 1], 'once per evidence state');
  });

  it('decides anew with what it found', async () => {
    bed.link.onLook = async () => [
      event(noon + 20_000, 'web', 'oom'),
      runs(bed.clock.now(), 'web', { state: 'exited', exitCode: 137, oomKilled: true, finishedAt: noon + 20_000 }),
    ];
    await say(...crash(noon + 20_000, 'web'));
    await pass(50_000);
    assert.deepEqual([escalation(), bed.engine.beliefs().incidents[0]?.hypotheses[0]?.category], ['fixable', 'oom']);
    const entry = decided().at(-1);
    assert.match(entry?.kind === 'decided' ? `${entry.detail} ${entry.because}` : '', /sure enough for a fix .* % sure of oom$/);
  });

  it('is not taken in dev mode, or of what is excluded', async () => {
    bed.engine.lease({ scope: web, by: 'person', reason: 'mine', until: noon + 3_600_000 });
    await say(...crash(noon + 20_000, 'web'));
    await pass(30_000);
    assert.equal(looks(), 0);
    bed.engine.endLease(web, 'person');
    bed.engine.lease({ scope: 'all', by: 'person', reason: 'mine', until: noon + 3_600_000 });
    await pass(30_000);
    assert.equal(looks(), 0);
    bed.engine.endLease('all', 'person');
    await pass(10_000);
    assert.equal(looks(), 1, 'and begins when that ends');
  });

  it('is cut off when Dozor ends', async () => {
    await say(...crash(noon + 20_000, 'web'));
    await pass(6000);
    assert.equal(looks(), 1);
    bed.engine.dispose();
    await pass(60_000);
    assert.deepEqual([looks(), decided().length], [1, 0]);
  });
});

describe('deeper looks at many', () => {
  const hypothesis = (service: string): Hypothesis => ({
    ...{ service, category: 'app_crash', issue: `${service}/app_crash`, share: 0.8, confidence: 0.7, band: 'medium' },
    ...{ because: [], evidence: [], whatWouldRefute: '' },
  });
  const incident = (service: string) => ({
    ...fresh({ id: `${service}@1`, opened: 1, issues: [`${service}/app_crash`], severity: 'error', symptoms: [] }),
    hypotheses: [hypothesis(service)],
    escalation: { to: 'deeper', because: '' } as const,
  });

  it('are taken one at a time, end after a minute, and tell what they could not see', async () => {
    const clock = new FakeClock(noon);
    const incidents = ['s/a', 's/b'].map(incident);
    let [running, most] = [0, 0];
    const entries: TimelineEntry[] = [];
    const seen: string[] = [];
    const escalator = new Escalator({
      clock,
      log: silentLog,
      attention: () => fullAttention,
      investigate: (service, signal) => {
        seen.push(service);
        most = Math.max(most, ++running);
        // Never answers: only its end lets it go.
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            running--;
            reject(signal.reason);
          });
        });
      },
      look: async () => undefined,
      reassess: () => {
        escalator.consider(incidents);
        return { incidents, state: emptyState([aServer], noon) };
      },
      write: all => void entries.push(...all),
      changed: () => undefined,
    });
    escalator.consider(incidents);
    for (let i = 0; i < 180; i++) {
      clock.advance(1000);
      await turns(2);
    }
    assert.deepEqual([seen, most], [['s/a', 's/b'], 1]);
    assert.equal(entries.length, 2);
    assert.ok(entries.every(entry => entry.kind === 'decided' && entry.because.endsWith('not seen: its time was over')));
    assert.deepEqual(
      incidents.map(each => escalator.deepened(each)?.notSeen),
      [['its time was over'], ['its time was over']],
    );
    escalator.dispose();
    assert.deepEqual(clock.waits, []);
  });
});
