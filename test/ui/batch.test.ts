import assert from 'node:assert/strict';
import type { Confirm, Proposal } from '../../src/engine/port.ts';
import type { Outcome } from '../../src/model/action.ts';
import { requestTogether } from '../../src/ui/batch.ts';

const proposal = (name: string) => ({ serviceName: name }) as Partial<Proposal> as Proposal;
const done: Outcome = { ok: true, took: 1, text: '' };
const no = (because: string): Outcome => ({ ok: false, why: 'refused', because });
const ask = (item: string) => async (confirm: Confirm) => ((await confirm(proposal(item))) ? done : no('not confirmed'));

describe('several effects at once', () => {
  it('are asked about once, with the whole list', async () => {
    const questions: string[][] = [];
    const outcomes = await requestTogether(
      ['a', 'b'],
      (item, confirm) => ask(item)(confirm),
      async all => {
        questions.push(all.map(each => each.serviceName));
        return true;
      },
    );
    assert.deepEqual(questions, [['a', 'b']]);
    assert.deepEqual(outcomes, [done, done]);
  });

  it('do nothing when the person says no', async () => {
    const outcomes = await requestTogether(
      ['a', 'b'],
      (item, confirm) => ask(item)(confirm),
      async () => false,
    );
    assert.ok(outcomes.every(outcome => !outcome.ok));
  });

  it('are not held up by one that was refused before the question', async () => {
    const questions: string[][] = [];
    const request = async (item: string, confirm: Confirm) => (item === 'b' ? no('policy') : ask(item)(confirm));
    const outcomes = await requestTogether(['a', 'b', 'c'], request, async all => {
      questions.push(all.map(each => each.serviceName));
      return true;
    });
    assert.deepEqual(questions, [['a', 'c']]);
    assert.deepEqual(outcomes, [done, no('policy'), done]);
  });

  it('ask nothing when all were refused', async () => {
    const outcomes = await requestTogether(
      ['a'],
      async () => no('policy'),
      () => assert.fail('asked'),
    );
    assert.deepEqual(outcomes, [no('policy')]);
  });

  it('ask about the others when one breaks', async () => {
    const broken = requestTogether(
      ['a', 'b'],
      async (item, confirm) => {
        if (item === 'a') throw new Error('broken');
        return ask(item)(confirm);
      },
      async () => true,
    );
    await assert.rejects(broken, /broken/);
  });
});
