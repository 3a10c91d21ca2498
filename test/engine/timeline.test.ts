import assert from 'node:assert/strict';
import type { TimelineEntry } from '../../src/model/incident.ts';
import type { Observation } from '../../src/model/observation.ts';
import { PlainMemory } from '../../src/remember/plainMemory.ts';
import { type Bed, crash, keepingLog, lost, runs, shopBed, shopId } from '../fakes/engineBed.ts';
import { FakeClock } from '../fakes/fakeClock.ts';
import { FakeLink } from '../fakes/fakeLink.ts';
import { aService, event, instanceOf, inventory, noon, synced } from '../fakes/make.ts';

const brief = (entry: TimelineEntry): string => {
  if (entry.kind === 'observed') return `${entry.event} ${entry.service ?? entry.server}`;
  if (entry.kind === 'diagnosed') return `${entry.change} ${entry.category}`;
  if (entry.kind === 'incident') return `incident ${entry.change}`;
  return entry.kind === 'decided' ? `${entry.detail}: ${entry.because}` : `${entry.verb} ${entry.outcome}`;
};
const web = shopId('web');

describe('The timeline', () => {
  let bed: Bed;
  beforeEach(async () => {
    bed = await shopBed();
    bed.clock.advance(20_000);
    bed.entries.length = 0;
  });
  afterEach(() => {
    bed.engine.dispose();
    bed.memory.dispose();
  });
  /** Without what becomes of incidents, which have their own tests. */
  const entries = (): TimelineEntry[] => bed.entries.filter(entry => entry.kind !== 'incident');
  const told = (): string[] => entries().map(brief);
  const say = async (...seen: readonly Observation[]): Promise<void> => {
    bed.link.emit(...seen);
    await bed.settle();
  };

  it('tells what happened and what it means, at the time it happened there', async () => {
    await say(...crash(noon + 100, 'web'));
    assert.deepEqual(told(), [`die ${web}`, 'opened app_crash']);
    assert.deepEqual(
      entries().map(entry => [entry.at, entry.actor]),
      [
        [noon + 100, 'system'],
        [noon + 100, 'dozor'],
      ],
    );
    assert.equal(bed.entries[0]?.kind === 'observed' && bed.entries[0].detail, 'web died (exit 1)');
  });

  it('writes an event once that is seen twice, also by a second engine on the same memory', async () => {
    const seen = crash(noon + 100, 'web');
    await say(...seen);
    await say(...seen);
    const second = await shopBed({ memory: bed.memory, clock: new FakeClock(noon + 5000), links: [new FakeLink()] });
    second.link.emit(...seen);
    await second.settle();
    second.engine.dispose();
    assert.equal(told().filter(line => line === `die ${web}`).length, 1);
    assert.equal(second.entries.filter(entry => brief(entry) === `die ${web}`).length, 0);
    const rows = bed.engine.timeline({ service: web, limit: 100 }).map(brief);
    assert.equal(rows.filter(line => line === `die ${web}`).length, 1);
    assert.equal(rows.filter(line => line === 'opened app_crash').length, 1);
  });

  it('opens an issue, says when it is worse and when it is over', async () => {
    await say(...crash(noon + 100, 'web'));
    for (const at of [1000, 2000, 3000]) await say(event(noon + at - 500, 'web', 'start'), ...crash(noon + at, 'web'));
    assert.deepEqual(
      told().filter(line => line.includes('app_crash')),
      ['opened app_crash', 'worse app_crash'],
    );
    await say(inventory(noon + 9000, aService('db')));
    assert.equal(told().at(-1), 'resolved app_crash');
  });

  it('says that an issue is over when only time has passed', async () => {
    for (const at of [1000, 4000, 7000]) await say(event(noon + at - 500, 'web', 'start'), ...crash(noon + at, 'web'));
    await say(event(noon + 9000, 'web', 'start'), runs(noon + 9001, 'web', { startedAt: noon + 9000 }));
    assert.equal(bed.engine.beliefs().issues[0]?.severity, 'critical');
    bed.clock.advance(24 * 3_600_000);
    assert.deepEqual([told().at(-1), bed.engine.beliefs().issues], ['resolved app_crash', []]);
  });

  it('opens an issue that only stored deaths make', async () => {
    const deaths = [1, 2, 3].map(i => ({
      instance: instanceOf('db'),
      at: noon + i * 3000,
      nano: '',
      oom: false,
      intended: false,
      inferred: false,
      exit: 2,
    }));
    bed.memory.put(`deaths/${shopId('db')}`, deaths);
    await say(inventory(noon + 15_000, aService('web'), aService('db')), runs(noon + 15_001, 'db'));
    assert.deepEqual(told(), ['opened app_crash']);
  });

  it('does not call an issue over because its server is out of sight', async () => {
    await say(...crash(noon + 100, 'web'));
    await say(lost(noon + 200));
    assert.deepEqual(told(), [`die ${web}`, 'opened app_crash', 'sight-lost local']);
    assert.deepEqual(
      bed.engine.beliefs().issues.map(issue => issue.category),
      ['unreachable'],
    );
    await say(synced(noon + 300));
    assert.deepEqual(told().slice(3), ['sight-back local']);
    assert.deepEqual(
      bed.engine.beliefs().issues.map(issue => issue.category),
      ['app_crash'],
    );
    assert.equal(bed.engine.beliefs().issues[0]?.firstSeen, noon + 100);
  });

  it('calls it over when it has gone by the time sight is back', async () => {
    await say(...crash(noon + 100, 'web'));
    await say(lost(noon + 200));
    await say(inventory(noon + 300, aService('db')), synced(noon + 301));
    assert.deepEqual(told().slice(3), ['sight-back local', 'resolved app_crash']);
  });

  it('tells changes of health, each of them, also when they come at once', async () => {
    const health = (at: number, value: 'healthy' | 'unhealthy' | 'starting') =>
      runs(noon + at, 'web', { health: value, hasHealthcheck: true });
    await say(
      health(1000, 'starting'),
      health(2000, 'healthy'),
      health(3000, 'healthy'),
      health(4000, 'unhealthy'),
      health(5000, 'healthy'),
    );
    assert.deepEqual(
      told().filter(line => line.includes('healthy') && line.includes(web)),
      [`healthy ${web}`, `unhealthy ${web}`, `healthy ${web}`],
    );
  });

  it('tells nothing of services it does not know, and leaves health to inspect', async () => {
    await say(event(noon + 100, 'ghost', 'die'), runs(noon + 101, 'ghost', { health: 'unhealthy' }), event(noon + 102, 'web', 'health'));
    assert.deepEqual(told(), []);
  });

  it('tells no health of an instance that is gone', async () => {
    await say(runs(noon + 1000, 'web', { health: 'healthy', hasHealthcheck: true }));
    bed.entries.length = 0;
    await say(runs(noon + 2000, 'web', { health: 'unhealthy', hasHealthcheck: true, instance: instanceOf('old') }));
    assert.deepEqual(told(), []);
  });

  it('tells each loss and return of sight, also when they come at once', async () => {
    await say(lost(noon + 1000), lost(noon + 1500, 'Still down.'), synced(noon + 2000), lost(noon + 3000, 'It went away again.'));
    assert.deepEqual(told(), ['sight-lost local', 'sight-back local', 'sight-lost local']);
    assert.deepEqual(
      entries().map(entry => 'detail' in entry && entry.detail),
      ['The engine does not answer.', 'local is in sight', 'It went away again.'],
    );
  });

  it('writes silence down as a decision', async () => {
    bed.engine.lease({ scope: web, by: 'person', reason: 'known', until: noon + 3_600_000 });
    await say(...crash(noon + 100, 'web'));
    assert.deepEqual(told(), [`die ${web}`, 'opened app_crash', 'stay quiet: excluded']);
    bed.engine.lease({ scope: 'all', by: 'person', reason: 'work', until: noon + 3_600_000 });
    await say(inventory(noon + 9000, aService('web'), aService('db')), runs(noon + 9001, 'db'), ...crash(noon + 9500, 'db'));
    assert.equal(told().at(-1), 'stay quiet: dev mode');
  });

  it('writes no silence for what gets worse or ends', async () => {
    await say(...crash(noon + 100, 'web'));
    bed.engine.lease({ scope: 'all', by: 'person', reason: 'work', until: noon + 3_600_000 });
    for (const at of [1000, 2000, 3000]) await say(event(noon + at - 500, 'web', 'start'), ...crash(noon + at, 'web'));
    await say(inventory(noon + 9000, aService('db')));
    assert.deepEqual(
      told().filter(line => !line.includes(web)),
      ['opened app_crash', 'worse app_crash', 'resolved app_crash'],
    );
  });

  it('keeps a hostile name on one line', async () => {
    const evil = aService('web', { name: 'x\n[CRITICAL] db — down\u202e' });
    await say(inventory(noon + 10, evil), ...crash(noon + 100, 'web'));
    for (const entry of bed.entries) assert.doesNotMatch('detail' in entry ? entry.detail : '', /[\n\u202e]/);
  });

  it('is asked by service, time and number', async () => {
    await say(...crash(noon + 100, 'web'), event(noon + 200, 'web', 'start'));
    assert.deepEqual(bed.engine.timeline({ service: web, from: noon + 150, limit: 9 }).map(brief), [`start ${web}`]);
    assert.equal(bed.engine.timeline({ limit: 1 }).length, 1);
    assert.deepEqual(bed.engine.timeline({ service: shopId('db'), limit: 9 }), []);
  });

  it('that cannot be written does not stop the watch', async () => {
    const log = keepingLog();
    const append = (): never => {
      throw new Error('disk full');
    };
    const other = await shopBed({
      memory: Object.assign(new PlainMemory(), { append }),
      log,
      links: [new FakeLink()],
    });
    other.link.emit(...crash(noon + 100, 'web'));
    await other.settle();
    assert.equal(other.engine.beliefs().issues.length, 1);
    assert.ok(log.told.some(line => line.includes('The timeline could not be written: disk full')));
    other.engine.dispose();
  });
});
