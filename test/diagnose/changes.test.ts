import assert from 'node:assert/strict';
import fc from 'fast-check';
import { issueSummary } from '../../src/act/message.ts';
import { nextStep } from '../../src/act/nextStep.ts';
import { assess } from '../../src/diagnose/assess.ts';
import { changesBetween } from '../../src/diagnose/changes.ts';
import { changeText } from '../../src/diagnose/changeWords.ts';
import type { World } from '../../src/diagnose/world.ts';
import type { Change, Make } from '../../src/model/change.ts';
import type { Issue } from '../../src/model/issue.ts';
import type { Observation } from '../../src/model/observation.ts';
import { type Facts, type Service, serviceId } from '../../src/model/service.ts';
import { aService, event, inspected, instanceOf, inventory, logs, noon, someFacts, worldOf } from '../fakes/make.ts';

const minute = 60_000;
const hour = 60 * minute;
const id = serviceId('local', 'a', 'shop');

const v1: Make = {
  image: 'app:1',
  imageId: `sha256:${'1'.repeat(64)}`,
  env: { PORT: 'aa', DATABASE_URL: 'bb' },
  command: 'cc',
  mounts: ['data -> /data'],
  networks: ['shop_default'],
  limits: { memory: 64 * 1_048_576 },
  composeHash: 'h1',
};
const v2: Make = { ...v1, image: 'app:2', imageId: `sha256:${'2'.repeat(64)}`, composeHash: 'h2' };

describe('the changes between two makes', () => {
  const cases: [string, Partial<Make>, string[]][] = [
    ['another image', { image: 'app:2', imageId: 'sha256:22' }, ['image app:1 -> app:2']],
    ['an image that was built anew', { imageId: `sha256:${'2'.repeat(64)}` }, ['image app:1 (111111111111) -> app:1 (222222222222)']],
    ['settings', { env: { PORT: 'xx', NEW: 'y' } }, ['setting DATABASE_URL removed', 'setting NEW added', 'setting PORT changed']],
    ['the command', { command: 'dd' }, ['command changed']],
    ['mounts', { mounts: ['other -> /data'] }, ['mount data -> /data removed', 'mount other -> /data added']],
    ['networks', { networks: [] }, ['network shop_default removed']],
    ['limits', { limits: { memory: 32 * 1_048_576, cpus: 0.5 } }, ['limit of cpus none -> 0.5', 'limit of memory 64 MiB -> 32 MiB']],
    ['a definition that is different in what cannot be seen here', { composeHash: 'h9' }, ['its definition in compose changed']],
    ['a definition that explains itself', { composeHash: 'h9', command: 'dd' }, ['command changed']],
    ['nothing', {}, []],
  ];
  for (const [what, over, expected] of cases)
    it(`tell ${what}`, () => assert.deepEqual(changesBetween(v1, { ...v1, ...over }).map(changeText), expected));

  it('hold no value of the environment, not even sealed', () => {
    const found = changesBetween(v1, { ...v1, env: { PORT: 'secret-one', OTHER: 'secret-two' } });
    assert.doesNotMatch(JSON.stringify(found), /secret|aa|bb/);
    assert.deepEqual(found[0], { what: 'env', name: 'DATABASE_URL', from: 'set' });
  });

  const env = fc.dictionary(fc.constantFrom('A', 'B', 'C'), fc.constantFrom('1', '2'));
  const some = fc.record({
    env,
    command: fc.constantFrom('x', 'y'),
    mounts: fc.uniqueArray(fc.constantFrom('m', 'n')),
    image: fc.constantFrom('i', 'j'),
  });
  it('are none of a make with itself, and as many there as back', () => {
    fc.assert(
      fc.property(some, some, (a, b) => {
        const [one, other]: Make[] = [
          { ...v1, ...a },
          { ...v1, ...b },
        ];
        if (one === undefined || other === undefined) return assert.fail();
        assert.deepEqual(changesBetween(one, structuredClone(one)), []);
        assert.equal(changesBetween(one, other).length, changesBetween(other, one).length);
      }),
    );
  });
});

/** Service `a` in container `n`, made so, running since `at`. */
const container = (n: number): string => instanceOf(`a${n}`);
const serviceOf = (n: number, over: Partial<Service> = {}): Service => aService('a', { instance: container(n), ...over });
const factsOf = (n: number, make: Make, startedAt: number, over: Partial<Facts> = {}): Facts =>
  someFacts('a', { instance: container(n), make, image: make.image, imageId: make.imageId, createdAt: startedAt, startedAt, ...over });
const runs = (n: number, make: Make, at: number, over: Partial<Facts> = {}, service: Partial<Service> = {}): Observation[] => [
  inventory(at, serviceOf(n, { since: at, ...service })),
  inspected(at + 1, id, factsOf(n, make, at, over)),
];
const stopped = (n: number, at: number): Observation[] => [
  event(at, 'a', 'kill', { signal: 15, instance: container(n) }),
  event(at + 1, 'a', 'die', { exit: 143, instance: container(n) }),
  event(at + 2, 'a', 'stop', { instance: container(n) }),
  event(at + 3, 'a', 'destroy', { instance: container(n) }),
];
const crashes = (n: number, make: Make, at: number, began: number, over: Partial<Facts> = {}): Observation[] => [
  event(at, 'a', 'die', { exit: 1, instance: container(n) }),
  inspected(at + 5, id, factsOf(n, make, began, { state: 'exited', exitCode: 1, finishedAt: at, ...over })),
];
/** v1 from two hours ago, replaced by v2 a minute ago. */
const deployed = (before = 2 * hour): Observation[] => [
  ...runs(1, v1, noon - minute - before),
  ...stopped(1, noon - minute - 100),
  ...runs(2, v2, noon - minute),
];
const deployIn = (world: World) => world.services.get(id)?.deploy;
const judge = (world: World, now = noon): readonly Issue[] => {
  const view = world.services.get(id);
  return view === undefined ? [] : assess(view, world.servers.get('local'), now, world);
};
const categories = (world: World, now = noon): string[] => judge(world, now).map(issue => issue.category);

describe('a deploy', () => {
  it('is known over a recreate, with how long the one before ran in peace', () => {
    const found = deployIn(worldOf(...deployed()));
    assert.deepEqual(found?.changes, [{ what: 'image', from: 'app:1', to: 'app:2' } satisfies Change]);
    assert.deepEqual([found?.at, found?.before], [noon - minute, { image: 'app:1', imageId: v1.imageId }]);
    assert.ok(Math.abs((found?.stableFor ?? 0) - 2 * hour) < 200);
  });

  const none: [string, Observation[]][] = [
    ['the same make again', [...runs(1, v1, noon - hour), ...stopped(1, noon - 2 * minute), ...runs(2, v1, noon - minute)]],
    ['a first look', runs(1, v1, noon - hour)],
    [
      'one that followed a make that had only just begun',
      [...runs(1, v1, noon - minute), ...stopped(1, noon - 50_000), ...runs(2, v2, noon - 40_000)],
    ],
    [
      'one that followed a crash',
      [...runs(1, v1, noon - hour), ...crashes(1, v1, noon - 2 * minute, noon - hour), ...runs(2, v2, noon - minute)],
    ],
    ['one that came long after the end', [...runs(1, v1, noon - 3 * hour), ...stopped(1, noon - 2 * hour), ...runs(2, v2, noon - minute)]],
    [
      'a network that it was taken out of while it runs',
      [...runs(1, v1, noon - hour), inspected(noon, id, factsOf(1, { ...v1, networks: [] }, noon - hour))],
    ],
    ['a look without a make', [...runs(1, v1, noon - hour), inspected(noon, id, someFacts('a', { instance: container(1) }))]],
  ];
  for (const [what, seen] of none) it(`is not ${what}`, () => assert.equal(deployIn(worldOf(...seen)), undefined));

  it('is compared with the last make that ran in peace, past one that did not', () => {
    const v3 = { ...v2, image: 'app:3', imageId: `sha256:${'3'.repeat(64)}` };
    const world = worldOf(...deployed(), ...crashes(2, v2, noon - 50_000, noon - minute), ...runs(3, v3, noon - 30_000));
    const found = deployIn(world);
    assert.deepEqual([found?.before.image, found?.at, found?.changes[0]?.to], ['app:1', noon - 30_000, 'app:3']);
  });

  it('is over when it was taken back', () => {
    const world = worldOf(...deployed(), ...crashes(2, v2, noon - 50_000, noon - minute), ...runs(3, v1, noon - 30_000));
    assert.equal(deployIn(world), undefined);
  });

  it('may be a limit that was changed while it runs', () => {
    const less = { ...v1, limits: { memory: 1_048_576 } };
    const world = worldOf(...runs(1, v1, noon - hour), inspected(noon - minute, id, factsOf(1, less, noon - hour)));
    assert.deepEqual([deployIn(world)?.at, deployIn(world)?.changes.map(changeText)], [noon - minute, ['limit of memory 64 MiB -> 1 MiB']]);
  });
});

describe('a limit', () => {
  const limited = (limits: Make['limits']): World =>
    worldOf(...runs(1, v1, noon - hour), inspected(noon - minute, id, factsOf(1, { ...v1, limits }, noon - hour)));

  it('that gives more room than before is no change to blame', () => {
    assert.equal(deployIn(limited({ memory: 128 * 1_048_576 })), undefined);
    assert.equal(deployIn(limited({})), undefined);
  });
  it('that is new or lower is one', () => {
    assert.equal(deployIn(limited({ ...v1.limits, pids: 5 }))?.changes.length, 1);
    assert.equal(deployIn(limited({ memory: 1 }))?.changes.length, 1);
  });
});

describe('a bad change', () => {
  const crashed = (): World => worldOf(...deployed(), ...crashes(2, v2, noon - 55_000, noon - minute));

  it('leads, with high confidence, where a new make crashes', () => {
    const [issue, ...others] = judge(crashed());
    assert.deepEqual([issue?.category, issue?.band, others.map(other => other.category)], ['bad_change', 'high', []]);
    const kinds = issue?.evidence.map(piece => piece.kind) ?? [];
    for (const kind of ['death.unexpected', 'change.image', 'change.stable', 'change.recent']) assert.ok(kinds.includes(kind), kind);
    assert.equal(issue?.firstSeen, noon - 55_000);
  });

  it('says what was changed, what ran before and how to go back to it', () => {
    const world = crashed();
    const [issue] = judge(world);
    if (issue === undefined) return assert.fail();
    assert.match(
      issueSummary(issue, world, noon),
      /^a \(shop\) fails since it was recreated from app:2 1 min ago \(app:1 ran 2 h\) and exited with code 1/,
    );
    assert.equal(
      nextStep(issue, world),
      'Go back to app:1 (image id 111111111111): name it as the image of the service, then docker compose up -d --force-recreate a.',
    );
  });

  it('of an image that was built anew is taken back by its id', () => {
    const built = { ...v1, imageId: v2.imageId };
    const world = worldOf(
      ...runs(1, v1, noon - hour),
      ...stopped(1, noon - minute - 100),
      ...runs(2, built, noon - minute),
      ...crashes(2, built, noon - 55_000, noon - minute),
    );
    const [issue] = judge(world);
    assert.match(issue === undefined ? '' : (nextStep(issue, world) ?? ''), /docker tag 111111111111 app:1, then docker compose up/);
  });

  it('names no command where a name would not be one plain word', () => {
    const evil = { ...v1, image: 'app;reboot' };
    const world = worldOf(
      ...runs(1, evil, noon - hour),
      ...stopped(1, noon - minute - 100),
      ...runs(2, v2, noon - minute, {}, { composeService: '$(reboot)' }),
      ...crashes(2, v2, noon - 55_000, noon - minute),
    );
    const [issue] = judge(world);
    assert.doesNotMatch(issue === undefined ? 'none' : (nextStep(issue, world) ?? ''), /reboot|none/);
  });

  it('keeps how it died as a second issue', () => {
    const kill = [
      event(noon - 40_002, 'a', 'oom', { instance: container(2) }),
      event(noon - 40_000, 'a', 'die', { exit: 137, instance: container(2) }),
      inspected(
        noon - 39_990,
        id,
        factsOf(2, v2, noon - minute, { state: 'exited', exitCode: 137, oomKilled: true, finishedAt: noon - 40_000 }),
      ),
    ];
    assert.deepEqual(categories(worldOf(...deployed(), ...kill)), ['bad_change', 'oom']);
  });

  it('may make a service unhealthy', () => {
    const world = worldOf(
      ...deployed(),
      inspected(noon - 30_000, id, factsOf(2, v2, noon - minute, { health: 'unhealthy', hasHealthcheck: true, failingStreak: 3 })),
    );
    assert.deepEqual(categories(world), ['bad_change', 'unhealthy']);
  });

  it('is no issue while nothing is wrong, whatever the log says', () => {
    assert.deepEqual(categories(worldOf(...deployed())), []);
    const line = { at: noon - 1000, level: 'error' as const, text: 'ERROR cannot open file' };
    assert.ok(!categories(worldOf(...deployed(), logs(noon - 1000, 'a', { errors: [line] }))).includes('bad_change'));
  });

  const others: [string, () => World, number?][] = [
    ['a stop by hand', () => worldOf(...deployed(), ...stopped(2, noon - 30_000).slice(0, 3))],
    [
      'trouble that begins more than an hour later',
      () => worldOf(...deployed(), ...crashes(2, v2, noon + 2 * hour, noon - minute)),
      noon + 2 * hour + 1000,
    ],
    [
      'trouble of a service whose need is down',
      () => {
        const b = aService('b', { state: 'exited' });
        const needs = { dependsOn: [b.id] };
        const both = (seen: Observation): Observation =>
          seen.kind === 'inventory' ? { ...seen, services: [...seen.services.map(s => ({ ...s, ...needs })), b] } : seen;
        return worldOf(...[...deployed(), ...crashes(2, v2, noon - 55_000, noon - minute)].map(both));
      },
    ],
  ];
  for (const [what, world, now] of others)
    it(`does not explain ${what}`, () => assert.ok(!categories(world(), now ?? noon).includes('bad_change')));

  it('is forgotten when it recovered a quarter of an hour ago', () => {
    const again = [
      event(noon - 50_000, 'a', 'start', { instance: container(2) }),
      inspected(noon - 49_000, id, factsOf(2, v2, noon - 50_000, { restartCount: 1 })),
    ];
    const world = worldOf(...deployed(), ...crashes(2, v2, noon - 55_000, noon - minute), ...again);
    assert.ok(categories(world, noon).includes('bad_change'));
    assert.deepEqual(categories(world, noon + 20 * minute), []);
  });
});
