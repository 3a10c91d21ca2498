import assert from 'node:assert/strict';
import { emptyState, reassess, type State, type Step, step } from '../../src/engine/pipeline.ts';
import type { Issue } from '../../src/model/issue.ts';
import { crash, lost, runs, shopId } from '../fakes/engineBed.ts';
import { aServer, aService, inventory, noon, synced } from '../fakes/make.ts';

const web = shopId('web');
const now = noon + 20_000;
const running = step(emptyState([aServer], noon), [inventory(noon, aService('web')), runs(noon, 'web'), synced(noon)], noon).state;
const crashed = step(running, crash(noon + 1000, 'web'), now).state;
const own = (state: State): Issue => {
  const [issue] = state.issues.get(web) ?? [];
  if (issue === undefined) throw new Error('no issue of web');
  return issue;
};
/** Weighs web again after these were its issues. */
const weighed = (...issues: readonly Issue[]): Step => reassess({ ...crashed, issues: new Map([[web, issues]]) }, [web], now);
const told = (next: Step): string[] =>
  next.entries.flatMap(entry => (entry.kind === 'diagnosed' ? [`${entry.change} ${entry.category}`] : []));
const base = own(crashed);
const other: Issue = { ...base, key: `${web}/unhealthy`, category: 'unhealthy' };

describe('A step', () => {
  it('says which services changed, and changes nothing it was given', () => {
    const before = [...running.issues];
    const next = step(running, crash(noon + 1000, 'web'), now);
    assert.deepEqual([...next.changed], [web]);
    assert.deepEqual([...running.issues], before);
    assert.equal(next.state.issues.get(web)?.[0]?.category, 'app_crash');
    assert.deepEqual([...step(running, [], now).changed], []);
  });

  it('gives the same for the same', () => {
    const batch = crash(noon + 1000, 'web');
    assert.deepEqual(step(running, batch, now), step(running, batch, now));
  });
});

describe('Weighing again', () => {
  it('names every service it weighed', () => assert.deepEqual([...weighed(base).changed], [web]));

  it('says nothing of what goes on', () => assert.deepEqual(told(weighed(base)), []));

  it('opens one issue while another goes on, and ends one while another goes on', () => {
    assert.deepEqual(told(weighed(other)), ['opened app_crash', 'resolved unhealthy']);
    assert.deepEqual(told(weighed(base, other)), ['resolved unhealthy']);
    assert.deepEqual(told(weighed(other, base)), ['resolved unhealthy']);
  });

  it('counts no mere notice as open', () => {
    assert.deepEqual(told(weighed({ ...base, severity: 'info' })), ['opened app_crash']);
    assert.deepEqual(told(weighed(base, { ...other, severity: 'info' })), []);
  });

  it('tells a rise in severity, and no fall', () => {
    assert.equal(base.severity, 'error');
    assert.deepEqual(told(weighed({ ...base, severity: 'warning' })), ['worse app_crash']);
    assert.deepEqual(told(weighed({ ...base, severity: 'critical' })), []);
  });

  it('keeps the first time an issue was seen, of the same issue alone', () => {
    assert.equal(own(weighed({ ...base, firstSeen: noon - 60_000 }).state).firstSeen, noon - 60_000);
    assert.equal(own(weighed({ ...base, firstSeen: noon + 60_000 }).state).firstSeen, base.firstSeen);
    assert.equal(own(weighed({ ...other, firstSeen: noon - 60_000 }).state).firstSeen, base.firstSeen);
  });

  it('writes ids that tell one change from another, and the same change once', () => {
    const worse = (severity: Issue['severity']): string | undefined => weighed({ ...base, severity }).entries[0]?.id;
    assert.equal(worse('info'), `${base.key}:opened:${base.firstSeen}`);
    assert.equal(worse('warning'), `${base.key}:worse:${base.firstSeen}:error`);
    assert.equal(weighed(other).entries[1]?.id, `${other.key}:resolved:${other.firstSeen}`);
  });

  it('veils issues while there is no sight, and takes them up again', () => {
    const blind = step(crashed, [lost(noon + 2000)], now);
    assert.deepEqual([blind.state.issues.has(web), blind.state.veiled.get(web)], [false, [base]]);
    const still = reassess(blind.state, [web], now).state;
    assert.deepEqual(still.veiled.get(web), [base]);
    const back = step(still, [synced(noon + 3000)], now);
    assert.deepEqual([own(back.state).key, back.state.veiled.size, told(back)], [base.key, 0, []]);
  });

  it('veils the issues of a service that cannot be looked at', () => {
    const unknown = step(crashed, [inventory(now, aService('web', { state: 'unknown' }))], now);
    assert.deepEqual([told(unknown), unknown.state.veiled.get(web)], [[], [base]]);
  });

  it('ends the issues of a service that is forgotten', () => {
    const gone = reassess({ ...crashed, world: emptyState([aServer], noon).world }, [web], now);
    assert.deepEqual([told(gone), gone.state.issues.size], [['resolved app_crash'], 0]);
  });
});
