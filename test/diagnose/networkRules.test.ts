import assert from 'node:assert/strict';
import { issueSummary } from '../../src/act/message.ts';
import { nextStep } from '../../src/act/nextStep.ts';
import { assess } from '../../src/diagnose/assess.ts';
import { digest } from '../../src/diagnose/readLogs.ts';
import type { World } from '../../src/diagnose/world.ts';
import type { Make } from '../../src/model/change.ts';
import type { Issue } from '../../src/model/issue.ts';
import type { Observation } from '../../src/model/observation.ts';
import { type Facts, type Service, serviceId } from '../../src/model/service.ts';
import { aService, inspected, inventory, logs, noon, someFacts, worldOf } from '../fakes/make.ts';

const idOf = (name: string): string => serviceId('local', name, 'shop');
const made = (...networks: string[]): Make => ({
  image: 'i',
  imageId: 'sha256:1',
  env: {},
  command: 'c',
  mounts: [],
  networks,
  limits: {},
});
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

describe('a network that is not shared', () => {
  const lookup = said('ERROR getaddrinfo ENOTFOUND b');
  const apart = (own: string[], other: string[], over: Partial<Service> = {}) =>
    both({}, { make: made(...other) }, over, { make: made(...own) });

  it('is told with its name, and who is not in it', () => {
    const world = worldOf(...apart(['back', 'front'], []), lookup);
    const [issue, ...others] = judge(world);
    assert.deepEqual([issue?.category, issue?.band, others.length], ['network', 'high', 0]);
    if (issue === undefined) return assert.fail();
    assert.match(issueSummary(issue, world, noon), /^a \(shop\) shares no network with b: b is not in back, front/);
    assert.match(nextStep(issue, world) ?? '', /^Put both into one network/);
  });

  it('is told of who asks, where that one was taken out', () => {
    const world = worldOf(...apart([], ['back']), lookup);
    assert.equal(judge(world)[0]?.evidence.find(piece => piece.kind === 'net.detached')?.ref.quote, 'a is not in back');
  });

  it('is told of a declared need that the error does not name', () => {
    assert.ok(
      found(worldOf(...apart(['x'], ['back'], { dependsOn: [idOf('b')] }), said('ERROR connect: no route to host')), 'net.detached'),
    );
  });

  const silent: [string, Observation[]][] = [
    ['where one is shared', [...apart(['back', 'x'], ['back']), lookup]],
    ['where nothing fails', apart([], ['back'], { dependsOn: [idOf('b')] })],
    ['where errors are about something else', [...apart([], ['back'], { dependsOn: [idOf('b')] }), said('ERROR disk is slow')]],
    ['of the network of the machine', [...apart(['host'], ['back']), lookup]],
    ['of the network of another container', [...apart(['back'], ['container:abc']), lookup]],
    ['where nothing is known of networks', [...both(), lookup]],
    ['where both are in none', [...apart(['none'], ['none']), lookup]],
  ];
  for (const [what, seen] of silent) it(`is not told ${what}`, () => assert.equal(found(worldOf(...seen), 'net.detached'), false));
});

describe('an address', () => {
  it('stays known of a container that stopped, and not of another one', () => {
    const [there, gone] = [aService('b', { addresses: ['10.0.0.2'] }), aService('b', { state: 'exited' })];
    const world = worldOf(inventory(noon, there), inventory(noon + 1, gone));
    assert.deepEqual(world.services.get(idOf('b'))?.service.addresses, ['10.0.0.2']);
    const other = worldOf(inventory(noon, there), inventory(noon + 1, { ...gone, instance: 'e'.repeat(64) }));
    assert.equal(other.services.get(idOf('b'))?.service.addresses, undefined);
  });
});
