import assert from 'node:assert/strict';
import { silentLog } from '../../src/base/log.ts';
import type { KnownIncident } from '../../src/model/incident.ts';
import type { Observation } from '../../src/model/observation.ts';
import { type Memory, openMemory } from '../../src/remember/store.ts';
import { type Bed, crash, lost, runs, shopBed, shopId } from '../fakes/engineBed.ts';
import { FakeClock } from '../fakes/fakeClock.ts';
import { FakeLink } from '../fakes/fakeLink.ts';
import { aService, event, noon, synced } from '../fakes/make.ts';

const db = shopId('db');
const shop = [aService('db'), aService('api', { dependsOn: [db] })];

describe('The incidents of an engine', () => {
  let bed: Bed;
  let memory: Memory;
  const begin = async (at: number): Promise<Bed> => shopBed({ memory, clock: new FakeClock(at), links: [new FakeLink()] }, ...shop);
  beforeEach(async () => {
    memory = await openMemory(undefined, silentLog);
    bed = await begin(noon);
    bed.clock.advance(20_000);
  });
  afterEach(() => {
    bed.engine.dispose();
    memory.dispose();
  });
  const say = async (...seen: readonly Observation[]): Promise<void> => {
    bed.link.emit(...seen);
    await bed.settle();
    bed.clock.advance(60);
  };
  const start = (at: number, name = 'db'): Observation[] => [event(at, name, 'start'), runs(at + 1, name, { startedAt: at })];
  const now = (): KnownIncident | undefined => bed.engine.beliefs().incidents[0];
  const told = (): string[] =>
    bed.entries.flatMap(entry => (entry.kind === 'incident' ? [`${entry.change} ${entry.service ?? entry.server}`] : []));

  it('open with an issue, and end a minute after it is clear, both in the timeline', async () => {
    await say(...crash(noon + 20_000, 'db'));
    assert.deepEqual([now()?.state, now()?.root?.service, told()], ['open', db, [`opened ${db}`]]);
    const id = now()?.id;
    await say(...start(noon + 25_000));
    bed.clock.advance(3_600_000);
    assert.deepEqual([now(), told()], [undefined, [`opened ${db}`, `resolved ${db}`]]);
    assert.deepEqual(
      bed.engine.incidents({ limit: 9 }).map(each => [each.id, each.state]),
      [[id, 'resolved']],
    );
  });

  it('keep id and acknowledgement over a reload', async () => {
    await say(...crash(noon + 20_000, 'db'));
    const { id = '' } = now() ?? {};
    assert.equal(bed.engine.acknowledge(id, 'person'), true);
    assert.equal(bed.engine.acknowledge(id, 'person'), false, 'a second time changes nothing');
    assert.equal(bed.engine.acknowledge('nothing', 'person'), false);
    bed.engine.dispose();
    bed = await begin(noon + 60_000);
    assert.deepEqual(told(), [], 'not looked at yet is not clear');
    await say(...crash(noon + 20_000, 'db'));
    assert.deepEqual([now()?.id, now()?.state, told()], [id, 'acknowledged', []]);
    assert.equal(bed.engine.acknowledge(id, 'nobody'), true);
    assert.deepEqual([now()?.state, told()], ['open', [`unacknowledged ${db}`]]);
  });

  it('end also when their service is gone by the time somebody looks again', async () => {
    await say(...crash(noon + 20_000, 'db'));
    bed.engine.dispose();
    bed = await shopBed({ memory, clock: new FakeClock(noon + 60_000), links: [new FakeLink()] }, aService('other'));
    assert.deepEqual([bed.engine.incidents({ limit: 9 })[0]?.state, told()], ['open', []], 'it may only be late');
    bed.clock.advance(16_000);
    assert.equal(bed.engine.incidents({ limit: 9 })[0]?.state, 'recovering');
    bed.clock.advance(61_000);
    assert.equal(bed.engine.incidents({ limit: 9 })[0]?.state, 'resolved');
    assert.equal(told().length, 1);
  });

  it('do not end because their server is out of sight', async () => {
    await say(...crash(noon + 20_000, 'db'));
    const id = now()?.id;
    await say(lost(noon + 30_000));
    bed.clock.advance(3_600_000);
    assert.deepEqual(
      bed.engine.beliefs().incidents.map(({ root, issues, state }) => [root?.service, issues, state]),
      [[undefined, ['local/unreachable'], 'open']],
    );
    await say(synced(noon + 3_700_000), ...crash(noon + 20_000, 'db'));
    assert.equal(now()?.id, id);
    assert.deepEqual(told(), [`opened ${db}`, 'opened local']);
  });

  it('are written for what changed, and not for what did not', async () => {
    let writes = 0;
    const keep = memory.keepIncidents.bind(memory);
    memory.keepIncidents = incidents => {
      writes++;
      keep(incidents);
    };
    await say(...crash(noon + 20_000, 'db'));
    bed.clock.advance(3000);
    assert.equal(writes, 1);
    for (let i = 0; i < 20; i++) await say(runs(noon + 24_000 + i, 'api', { failingStreak: 0, restartCount: i }));
    bed.clock.advance(3000);
    assert.equal(writes, 1);
  });

  it('tell the cause with its confidence, and what that allows', async () => {
    await say(...crash(noon + 20_000, 'db'));
    const { hypotheses = [], escalation } = now() ?? {};
    assert.deepEqual(
      hypotheses.map(({ service, category, issue }) => [service, category, issue]),
      [[db, 'app_crash', `${db}/app_crash`]],
    );
    assert.equal(hypotheses[0]?.confidence, 0.691);
    assert.deepEqual(escalation, { to: 'deeper', because: '69 % sure of app_crash' });
  });

  it('learn from what a person says of a cause, and write that down', async () => {
    assert.equal(bed.engine.calibration(), undefined);
    await say(...crash(noon + 20_000, 'db'));
    const { id = '' } = now() ?? {};
    assert.equal(bed.engine.label('nothing', 'right', 'person'), false);
    assert.equal(bed.engine.label(id, 'wrong-cause', 'person'), true);
    assert.deepEqual(
      memory.predictions(9).map(({ service, category, label, labelledBy, band }) => [service, category, label, labelledBy, band]),
      [[db, 'app_crash', 'wrong-cause', 'person', 'medium']],
    );
    const entry = bed.entries.at(-1);
    assert.deepEqual(entry?.kind === 'decided' && [entry.actor, entry.detail, entry.because], [
      'person',
      'db (shop): the cause was another one',
      'app_crash was predicted with 69 %',
    ]);
    assert.equal(now()?.hypotheses[0]?.confidence, 0.628, '(0 + 10 × 0.691) / 11');
    assert.deepEqual([bed.engine.calibration()?.rows, bed.engine.calibration()?.high.rows], [1, 0]);
  });

  it('can be labelled when they are over, also after a reload', async () => {
    await say(...crash(noon + 20_000, 'db'));
    const { id = '' } = now() ?? {};
    await say(...start(noon + 25_000));
    bed.clock.advance(3_600_000);
    bed.engine.dispose();
    bed = await begin(noon + 7_200_000);
    assert.equal(bed.engine.label(id, 'right', 'person'), true);
    assert.equal(memory.predictions(9)[0]?.label, 'right');
  });

  it('say in a report what beliefs say', async () => {
    await say(...crash(noon + 20_000, 'db'));
    bed.engine.acknowledge(now()?.id ?? '', 'person');
    const report = await bed.engine.triage();
    assert.deepEqual(report.incidents, bed.engine.beliefs().incidents);
  });
});
