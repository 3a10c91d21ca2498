import assert from 'node:assert/strict';
import { reportText } from '../../src/act/message.ts';
import { inspectParts } from '../../src/tools/inspectTool.ts';
import { rowTooltip } from '../../src/ui/tooltip.ts';
import { shopBed, shopId } from '../fakes/engineBed.ts';
import { aService, inventory, logs, noon } from '../fakes/make.ts';

const told = /label dozor\\?\.logs\\?\.pattern is not used\\?: missing closing \\?\)/;
const web = aService('web', { logPattern: '(' });

describe('A log pattern that its worker cannot use', () => {
  it('is told in triage, in inspect and on hover, until the container has another label', async () => {
    const { engine, link, settle } = await shopBed({}, web);
    const texts = async (): Promise<string[]> => {
      const beliefs = engine.beliefs();
      return [
        reportText(await engine.triage(), beliefs.world, 'plain'),
        reportText(await engine.triage(), beliefs.world, 'model'),
        inspectParts('status', beliefs.world.services.get(shopId('web')), beliefs)?.data.join('\n') ?? '',
        rowTooltip(beliefs, { id: 'x', service: shopId('web') }, noon) ?? '',
      ];
    };
    for (const text of await texts()) assert.doesNotMatch(text, told);
    link.emit(logs(noon, 'web', { patternTrouble: 'missing closing )' }));
    await settle();
    for (const text of await texts()) assert.match(text, told);
    link.emit(inventory(noon + 1, web));
    await settle();
    for (const text of await texts()) assert.match(text, told, 'the same list says nothing new of it');
    link.emit(inventory(noon + 2, { ...web, instance: 'd'.repeat(64), logPattern: 'E[0-9]+' }));
    await settle();
    for (const text of await texts()) assert.doesNotMatch(text, told);
    engine.dispose();
  });

  it('is no issue of its service', async () => {
    const { engine, link, settle } = await shopBed({}, web);
    link.emit(logs(noon, 'web', { patternTrouble: 'missing closing )' }));
    await settle();
    assert.deepEqual(engine.beliefs().issues, []);
    engine.dispose();
  });
});
