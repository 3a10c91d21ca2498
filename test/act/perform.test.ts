import assert from 'node:assert/strict';
import { performer } from '../../src/act/perform.ts';
import { type DockerApi, dockerApi } from '../../src/connect/dockerApi.ts';
import type { Action, Outcome, Verb } from '../../src/model/action.ts';
import { FakeClock } from '../fakes/fakeClock.ts';
import { FakeEngine, idOf, sendJson } from '../fakes/fakeEngine.ts';

const never = new AbortController().signal;

describe('what carries an action out', () => {
  let engine: FakeEngine;
  let api: DockerApi;
  beforeEach(async () => {
    engine = await FakeEngine.start({ key: 'web' });
    api = dockerApi({ kind: 'socket', path: engine.socket });
  });
  afterEach(async () => {
    api.dispose();
    await engine.stop();
  });

  function perform(verb: Verb, instance = idOf('web')): Promise<Outcome> {
    const basis = { instance, state: 'running', startedExact: '', imageId: '' };
    const action: Action = { verb, server: 'local', service: 'local/web', askedBy: 'person', because: 'test', basis };
    return performer({ docker: api, clock: new FakeClock(0) })(action, never);
  }

  for (const [verb, text] of [
    ['start', 'started'],
    ['stop', 'stopped'],
    ['restart', 'restarted'],
    ['pause', 'paused'],
    ['unpause', 'unpaused'],
  ] as const) {
    it(`sends ${verb} to the container by its whole id`, async () => {
      assert.deepEqual(await perform(verb), { ok: true, took: 0, text });
      assert.equal(engine.requests.at(-1), `POST /containers/${idOf('web')}/${verb}`);
    });
  }

  it('takes what was so already for done', async () => {
    engine.on(/stop/, (_request, response) => response.writeHead(304).end());
    assert.deepEqual(await perform('stop'), { ok: true, took: 0, text: 'was stopped already' });
  });

  it('says in the words of the engine why it failed', async () => {
    engine.on(/start/, (_request, response) => sendJson(response, 500, { message: 'port 80 is already allocated' }));
    assert.deepEqual(await perform('start'), { ok: false, why: 'failed', because: 'port 80 is already allocated' });
    engine.normal();
    assert.deepEqual(await perform('start', idOf('gone')), { ok: false, why: 'failed', because: 'the container no longer exists' });
  });

  it('does not claim to know what became of a call that broke off', async () => {
    engine.on(/start/, (request, response) => {
      request.socket.destroy();
      response.destroy();
    });
    const outcome = await perform('start');
    assert.ok(!outcome.ok && outcome.why === 'unknown' && /It may have been done; look before you try again/.test(outcome.because));
  });

  it('never sends an effect twice', async () => {
    await api.ping(never);
    engine.on(/restart/, (request, response) => {
      request.socket.destroy();
      response.destroy();
    });
    await perform('restart');
    assert.equal(engine.requests.filter(line => line.includes('restart')).length, 1);
  });

  it('refuses what it has no hands for', async () => {
    const basis = { instance: idOf('web'), state: 'running', startedExact: '', imageId: '' };
    const action: Action = { verb: 'start', server: 'local', service: 'local/web', askedBy: 'person', because: 'test', basis };
    const outcome = await performer({ clock: new FakeClock(0) })(action, never);
    assert.ok(!outcome.ok && outcome.why === 'refused');
  });
});
