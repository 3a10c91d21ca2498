import assert from 'node:assert/strict';
import { listedOf, noAdditions, readd, withAdditions } from '../../src/diagnose/additions.ts';
import { see } from '../../src/diagnose/see.ts';
import type { Additions } from '../../src/diagnose/world.ts';
import { aService, inventory, logs, noon, viewOf, worldOf } from '../fakes/make.ts';
import { fc } from '../fakes/seeded.ts';

const web = aService('web', { dependsOn: ['local/shop/db'], logPattern: '(' });
const id = web.id;
const told = 'label dozor.logs.pattern is not used: missing closing )';
const trouble = logs(noon + 1, 'web', { patternTrouble: 'missing closing )' });
const notes = (...seen: Parameters<typeof worldOf>): readonly string[] => viewOf('web', inventory(noon, web), ...seen).service.diagnostics;

describe('What is added to a service', () => {
  it('can be taken off again, whatever it is and however often it changed', () => {
    const lists = fc.array(fc.string(), { maxLength: 3 });
    const additions: fc.Arbitrary<Additions> = fc.record(
      { needs: lists, needed: fc.boolean(), notes: lists, patternTrouble: fc.string() },
      { requiredKeys: ['needs', 'needed', 'notes'] },
    );
    fc.assert(
      fc.property(lists, lists, fc.array(additions, { minLength: 1, maxLength: 4 }), (dependsOn, diagnostics, all) => {
        const listed = aService('web', { dependsOn, diagnostics });
        const view = all.reduce(readd, viewOf('web', inventory(noon, listed)));
        assert.deepEqual(listedOf(view), listed);
        assert.deepEqual(view.service, withAdditions(listed, all.at(-1) ?? noAdditions));
      }),
    );
  });

  it('leaves the same view where it says the same', () => {
    const view = viewOf('web', inventory(noon, web));
    assert.equal(readd(view, noAdditions), view);
    const noted = readd(view, { ...noAdditions, notes: ['x'] });
    assert.equal(readd(noted, { ...noAdditions, notes: ['x'] }), noted);
  });
});

describe('A log pattern that cannot be used', () => {
  it('is told on its service, once, and stays with it when the list comes again', () => {
    assert.deepEqual(notes(trouble, logs(noon + 2, 'web', { patternTrouble: 'missing closing )' })), [told]);
    const world = worldOf(inventory(noon, web), trouble);
    const again = see(world, [inventory(noon + 3, web)]);
    assert.deepEqual([...again.changed], []);
    assert.equal(again.world.services.get(id), world.services.get(id));
  });

  it('stays told while its log says nothing of it, and no longer when it finds a line', () => {
    assert.deepEqual(notes(trouble, logs(noon + 2, 'web', {})), [told]);
    assert.deepEqual(notes(trouble, logs(noon + 2, 'web', { hits: { count: 1, lines: [] } })), []);
    assert.deepEqual(notes(logs(noon + 2, 'web', { hits: { count: 1, lines: [] } })), []);
  });

  it('goes away with the container, whose label is read anew', () => {
    const next = { ...web, instance: 'f'.repeat(64), logPattern: 'ok' };
    assert.deepEqual(notes(trouble, inventory(noon + 3, next)), []);
  });

  it('is not told of the container that came after', () => {
    const next = { ...web, instance: 'f'.repeat(64), logPattern: 'ok' };
    assert.deepEqual(notes(inventory(noon + 1, next), trouble), []);
  });

  it('is told in clean and few words', () => {
    const [note = ''] = notes(logs(noon + 1, 'web', { patternTrouble: `\u202e\u001b[31m${'x'.repeat(5000)}` }));
    assert.doesNotMatch(note, /[\p{Cc}\p{Cf}]/u);
    assert.ok(note.length < 300, `${note.length}`);
  });

  it('is told beside what else is wrong, after it', () => {
    const both = viewOf('web', inventory(noon, { ...web, diagnostics: ['a label'] }), trouble).service.diagnostics;
    assert.deepEqual(both, ['a label', told]);
  });
});
