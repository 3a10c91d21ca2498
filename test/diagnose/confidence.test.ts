import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bandOf, score, type Weighed, weightOf, weights } from '../../src/diagnose/confidence.ts';
import type { Category } from '../../src/model/issue.ts';
import { noon } from '../fakes/make.ts';

const items = (category: Category, ...kinds: string[]): Weighed[] =>
  kinds.map(kind => ({ kind, weight: weightOf(kind, category), at: noon, lasting: true }));

// Worked values of the diagnosis design.
const worked: readonly [string, Category, string[], number][] = [
  ['a crash loop', 'app_crash', ['death.unexpected', 'death.loop', 'same.exit', 'same.quick'], 0.97],
  ['out of memory', 'oom', ['oom.event', 'oom.flag', 'mem.log'], 0.97],
  ['out of memory, with a sample at the limit', 'oom', ['oom.event', 'oom.flag', 'mem.limit', 'mem.log'], 0.99],
  ['a bad deploy', 'bad_change', ['death.unexpected', 'change.image', 'change.stable', 'change.recent'], 0.97],
  ['a bad deploy soon after the one before it', 'bad_change', ['death.unexpected', 'change.image', 'change.recent'], 0.95],
  ['a deploy that is killed for memory', 'bad_change', ['oom.event', 'oom.flag', 'change.image', 'change.recent'], 0.98],
  ['a deploy that is unhealthy', 'bad_change', ['health.state', 'change.image', 'change.recent'], 0.89],
  ['a recent deploy alone', 'bad_change', ['change.recent'], 0.23],
  ['a wrong port', 'config_error', ['config.port', 'peer.named'], 0.88],
  ['a network that is not shared, and its peer by name', 'network', ['net.log', 'net.detached', 'peer.named'], 0.88],
  ['a hang', 'hang', ['hang.timeout', 'alive.deps', 'quiet.log'], 0.86],
  ['a limit of processes that is reached', 'resource_limit', ['pids.log', 'count.limit'], 0.91],
  ['out of memory of a child', 'oom', ['oom.event', 'mem.log'], 0.93],
  ['a stop by hand', 'operator_action', ['intent.stop'], 0.94],
  ['a bad command', 'start_error', ['start.error'], 0.86],
  ['a full disk, in its last words', 'disk_full', ['disk.log', 'words.last'], 0.86],
  ['a missing setting', 'config_error', ['config.log', 'words.last', 'same.quick'], 0.97],
  ['a limit of processes, in its last words', 'resource_limit', ['pids.log', 'words.last'], 0.86],
  ['a name that is not found, in its last words', 'network', ['net.log', 'words.last'], 0.86],
  ['a module that is not there, in its last words', 'start_error', ['start.log', 'words.last'], 0.86],
  ['a refused permission, in its last words', 'config_error', ['config.denied', 'words.last'], 0.79],
  ['a peer that refuses, in its last words', 'network', ['peer.named', 'words.last'], 0.62],
  ['a full disk, by its log alone', 'disk_full', ['disk.log'], 0.58],
  ['a command that exits 127', 'start_error', ['start.exit'], 0.86],
  ['exit 137 alone', 'app_crash', ['soft.137'], 0.18],
];

const item = fc.record({
  kind: fc.constantFrom(...Object.keys(weights)),
  weight: fc.double({ min: -5, max: 5, noNaN: true }),
  at: fc.integer({ min: noon - 3_600_000, max: noon }),
  lasting: fc.boolean(),
});

describe('confidence', () => {
  for (const [what, category, kinds, expected] of worked) {
    it(`gives ${expected} for ${what}`, () => assert.equal(Number(score(items(category, ...kinds), noon).toFixed(2)), expected));
  }

  it('stays between 0 and 1, whatever the order of the items', () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 20 }), list => {
        const p = score(list, noon);
        assert.ok(p > 0 && p < 1);
        assert.ok(Math.abs(p - score(list.toReversed(), noon)) < 1e-9);
      }),
    );
  });

  it('never falls when more evidence speaks for the cause', () => {
    const positive = item.map(each => ({ ...each, weight: Math.abs(each.weight) }));
    fc.assert(
      fc.property(
        fc.array(positive, { maxLength: 12 }),
        positive,
        (list, more) => score([...list, more], noon) >= score(list, noon) - 1e-9,
      ),
    );
  });

  it('halves the weight of what happened ten minutes ago, but not of a state that still holds', () => {
    const old = { kind: 'oom.event', weight: 4, at: noon - 600_000 };
    assert.equal(score([{ ...old, lasting: false }], noon), score([{ kind: 'oom.event', weight: 2, at: noon, lasting: true }], noon));
    assert.equal(score([{ ...old, lasting: true }], noon), score([{ ...old, at: noon, lasting: true }], noon));
  });

  it('keeps its caps', () => {
    const sure = items('oom', 'oom.event', 'oom.flag', 'mem.log');
    assert.equal(score(sure, noon, { unread: true }), 0.8);
    assert.equal(score(sure, noon, { logsOnly: true }), 0.6);
    assert.equal(score(sure, noon, { past: true, unread: true }), 0.5);
    assert.equal(score(sure, noon, { flapping: true }), 0.7);
  });

  it('draws the bands at 0.85 and 0.50', () => {
    assert.deepEqual([0.85, 0.849, 0.5, 0.499].map(bandOf), ['high', 'medium', 'medium', 'low']);
  });
});
