import assert from 'node:assert/strict';
import { type GateNeeds, passGate } from '../../src/act/gate.ts';
import type { Verdict } from '../../src/decide/policy.ts';
import type { Action, Basis, Outcome } from '../../src/model/action.ts';
import { FakeClock } from '../fakes/fakeClock.ts';

const basis: Basis = { instance: 'a'.repeat(64), state: 'running', startedExact: '2026-01-01T11:00:00.000000001Z', imageId: 'sha256:1' };
const action: Action = { verb: 'restart', server: 'local', service: 'local/shop/web', askedBy: 'person', because: 'it hangs', basis };
const done: Outcome = { ok: true, took: 12, text: 'restarted' };
const allowed: Verdict = { kind: 'ask' };
const forbidden: Verdict = { kind: 'refuse', because: 'the reason' };

describe('The gate', () => {
  let clock: FakeClock;
  /** What happened, in order. */
  let book: string[];

  beforeEach(() => {
    clock = new FakeClock(1_000_000);
    book = [];
  });

  const needs = (over: Partial<GateNeeds> = {}): GateNeeds => ({
    clock,
    ledger: {
      intent: row => void book.push(`intent ${row.id} ${row.at} ${row.action.verb}`),
      outcome: (id, at, outcome) => void book.push(`outcome ${id} ${at} ${outcome.ok ? 'done' : outcome.why}`),
    },
    newId: () => 'id1',
    policy: () => allowed,
    confirm: async () => {
      book.push('confirm');
      return true;
    },
    look: async () => ({ ...basis }),
    perform: async () => {
      book.push('perform');
      clock.advance(250);
      return done;
    },
    ...over,
  });
  const pass = (over: Partial<GateNeeds> = {}, signal = new AbortController().signal): Promise<Outcome> =>
    passGate(action, needs(over), signal);

  const refusedWith = async (words: RegExp, over: Partial<GateNeeds>, signal?: AbortSignal): Promise<void> => {
    const outcome = await pass(over, signal);
    assert.ok(!outcome.ok && outcome.why === 'refused', JSON.stringify(outcome));
    assert.match(outcome.because, words);
    const touched = book.filter(line => line === 'perform' || line.startsWith('outcome'));
    assert.deepEqual(touched, [], 'nothing may have happened');
  };

  it('asks, writes the intent, acts, and writes the outcome, in this order', async () => {
    assert.deepEqual(await pass(), done);
    assert.deepEqual(book, ['confirm', 'intent id1 1000000 restart', 'perform', 'outcome id1 1000250 done']);
  });

  it('hands the action and the signal on as they are', async () => {
    const stop = new AbortController();
    const seen: unknown[] = [];
    const perform: GateNeeds['perform'] = async (...all) => {
      seen.push(...all);
      return done;
    };
    await pass({ perform }, stop.signal);
    assert.equal(seen[0], action);
    assert.equal(seen[1], stop.signal);
  });

  it('stops before it asks when the policy refuses', async () => {
    await refusedWith(/^the reason$/, { policy: () => forbidden });
    assert.deepEqual(book, []);
  });

  it('stops when the policy refuses by the time the answer is there', async () => {
    let calls = 0;
    await refusedWith(/^the reason$/, { policy: () => (calls++ === 0 ? allowed : forbidden) });
    assert.deepEqual(book, ['confirm']);
  });

  it('stops when a person says no', () => refusedWith(/not confirmed/, { confirm: async () => false }));

  it('stops when the yes came after more than 10 minutes', async () => {
    const late = (ms: number) => async (): Promise<boolean> => {
      clock.advance(ms);
      return true;
    };
    await refusedWith(/more than 10 min; ask again/, { confirm: late(600_001) });
    assert.equal((await pass({ confirm: late(600_000) })).ok, true);
  });

  const changes: readonly (readonly [keyof Basis, string, RegExp])[] = [
    ['instance', 'b'.repeat(64), /recreated/],
    ['startedExact', '2026-01-01T11:00:00.000000002Z', /started again/],
    ['state', 'exited', /state changed/],
    ['imageId', 'sha256:2', /image changed/],
  ];
  for (const [field, value, words] of changes)
    it(`stops when the ${field} is another than in the evidence`, () =>
      refusedWith(words, { look: async () => ({ ...basis, [field]: value }) }));

  it('names the deepest change when several fields differ', () =>
    refusedWith(/recreated/, { look: async () => ({ instance: 'b', state: 'exited', startedExact: 'x', imageId: 'y' }) }));

  it('stops when the target is gone', () => refusedWith(/it is gone; nothing was changed/, { look: async () => undefined }));

  it('stops when it cannot look', async () => {
    await refusedWith(/could not be looked at again \(no answer\)/, { look: () => Promise.reject(new Error('no answer')) });
    await refusedWith(/could not be looked at again \(at once\)/, {
      look: () => {
        throw new Error('at once');
      },
    });
  });

  it('stops when it is cancelled before or during the look', async () => {
    const never = (): Promise<Basis> => assert.fail('it looked');
    await refusedWith(/^cancelled$/, { look: never }, AbortSignal.abort());
    const stop = new AbortController();
    const look = async (): Promise<Basis> => {
      stop.abort();
      return basis;
    };
    await refusedWith(/cancelled/, { look }, stop.signal);
  });

  it('stops when the question or the policy fails', async () => {
    await refusedWith(/could not be decided \(no window\)/, { confirm: () => Promise.reject(new Error('no window')) });
    await refusedWith(/could not be decided \(bug\)/, {
      policy: () => {
        throw new Error('bug');
      },
    });
  });

  it('stops when the intent cannot be written', () =>
    refusedWith(/the intent could not be written \(disk full\)/, {
      ledger: {
        intent: () => {
          throw new Error('disk full');
        },
        outcome: () => void book.push('outcome'),
      },
    }));

  it('calls the outcome unknown when the act throws, at once or later, and writes it down', async () => {
    const ways: GateNeeds['perform'][] = [
      () => Promise.reject(new Error('connection lost')),
      () => {
        throw new Error('connection lost');
      },
    ];
    for (const perform of ways) {
      book = [];
      assert.deepEqual(await pass({ perform }), { ok: false, why: 'unknown', because: 'connection lost' });
      assert.deepEqual(book, ['confirm', 'intent id1 1000000 restart', 'outcome id1 1000000 unknown']);
    }
  });

  it('passes on and writes down that the act failed', async () => {
    const failed: Outcome = { ok: false, why: 'failed', because: 'port taken' };
    assert.deepEqual(await pass({ perform: async () => failed }), failed);
    assert.equal(book.at(-1), 'outcome id1 1000000 failed');
  });

  it('tells what happened even when the outcome cannot be written', async () => {
    const ledger: GateNeeds['ledger'] = {
      intent: () => undefined,
      outcome: () => {
        throw new Error('disk full');
      },
    };
    assert.deepEqual(await pass({ ledger }), { ok: true, took: 12, text: 'restarted; its outcome could not be written (disk full)' });
    const failed = await pass({ ledger, perform: () => Promise.reject(new Error('lost')) });
    assert.deepEqual(failed, { ok: false, why: 'unknown', because: 'lost; its outcome could not be written (disk full)' });
  });
});
