import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { issueSummary } from '../../src/act/message.ts';
import { nextStep } from '../../src/act/nextStep.ts';
import type { Beliefs } from '../../src/engine/port.ts';
import type { Issue } from '../../src/model/issue.ts';
import { serviceId } from '../../src/model/service.ts';
import { beliefsWhere, startUnderTest, type UnderTest } from '../bench/underTest.ts';
import { composed } from './dozor.ts';
import { type LiveEngine, noEngineBecause, startEngine } from './engine.ts';

const idOf = (name: string): string => serviceId('bench', name, 'used');
const issueOf = (beliefs: Beliefs, name: string, kind: string): Issue | undefined =>
  beliefs.issues.find(issue => issue.service === idOf(name) && issue.evidence.some(piece => piece.kind === kind));
/** A deploy counts when the version before ran in peace for 20 s. */
const peace = 21_000;

describe('What containers use and are made from, on a real engine', () => {
  let engine: LiveEngine;
  let tested: UnderTest;
  let began: number;

  const run = (service: string, image: string, script: string, ...options: string[]): Promise<string> =>
    engine.docker('run', '-d', '--stop-timeout', '1', ...composed('used', service), ...options, image, 'sh', '-c', script);
  const believed = async (name: string, kind: string, ms: number): Promise<{ issue: Issue; beliefs: Beliefs }> => {
    const beliefs = await beliefsWhere(tested.engine, `${kind} of ${name}`, now => issueOf(now, name, kind) !== undefined, ms);
    return { issue: issueOf(beliefs, name, kind) ?? assert.fail(), beliefs };
  };

  before(async function () {
    this.timeout(60_000);
    assert.equal(noEngineBecause(), undefined);
    engine = await startEngine();
    tested = await startUnderTest(engine.socket, true);
    await engine.docker('tag', engine.image, 'app:1');
    // The same files under another id: a container's change makes a new image of it.
    await engine.docker('commit', await run('made', 'app:1', 'touch /made'), 'app:2');
    await engine.docker('rm', '-f', 'used-made-1');
    await run('web', 'app:1', 'while :; do sleep 1; done', '-e', 'TOKEN=very-secret-1');
    began = Date.now();
    await run(
      'full',
      engine.image,
      'dd if=/dev/zero of=/m/x bs=64k count=485 2>/dev/null; sleep 100',
      '-m',
      '32m',
      '--tmpfs',
      '/m:size=40m',
    );
    await run('many', engine.image, 'for i in 1 2 3 4 5 6 7; do sleep 100 & done; wait', '--pids-limit', '8');
    await run('db', engine.image, 'sleep 100', '--expose', '39432');
    await run('api', engine.image, 'sleep 12; while :; do echo "ERROR connect ECONNREFUSED db:39433"; sleep 1; done');
  });
  after(async function () {
    this.timeout(60_000);
    tested?.stop();
    await engine?.stop();
  });

  it('show a memory limit as reached before anything is killed', async () => {
    const { issue, beliefs } = await believed('full', 'mem.limit', 10_000);
    assert.deepEqual([issue.category, issue.severity, issue.band], ['oom', 'warning', 'low']);
    assert.match(issueSummary(issue, beliefs.world, beliefs.at), /^full \(used\) runs at its memory limit: 3\d\.\d MiB of 32\.0 MiB$/);
  });

  it('show a limit of processes as reached', async () => {
    const { issue } = await believed('many', 'count.limit', 10_000);
    assert.deepEqual([issue.category, issue.evidence[0]?.ref.quote], ['resource_limit', '8 of 8']);
  });

  it('tell a wrong port from a peer that is down', async function () {
    this.timeout(30_000);
    const { issue, beliefs } = await believed('api', 'config.port', 25_000);
    assert.deepEqual([issue.category, issue.band], ['config_error', 'high']);
    assert.match(issueSummary(issue, beliefs.world, beliefs.at), /asks db at port 39433, and db is up and listens on 39432/);
    assert.deepEqual(
      beliefs.issues.filter(each => each.service === idOf('db')),
      [],
    );
  });

  it('name a deploy as what set off a crash, and the image that ran before', async function () {
    this.timeout(40_000);
    await wait(Math.max(0, began + peace - Date.now()));
    await engine.docker('rm', '-f', 'used-web-1');
    const deployed = Date.now();
    await run('web', 'app:2', 'echo "panic: nil map"; exit 1', '-e', 'TOKEN=very-secret-2', '--restart', 'on-failure:2');
    const { issue, beliefs } = await believed('web', 'change.image', 8000);
    const took = Date.now() - deployed;
    assert.deepEqual([issue.category, issue.band], ['bad_change', 'high']);
    assert.ok(took < 4000, `${took} ms`);
    assert.match(
      issueSummary(issue, beliefs.world, beliefs.at),
      /^web \(used\) fails since it was recreated from app:2 .*\(app:1 ran 2\d s\)/,
    );
    assert.match(nextStep(issue, beliefs.world) ?? '', /^Go back to app:1 \(image id [0-9a-f]{12}\)/);
    const deploy = beliefs.world.services.get(idOf('web'))?.deploy;
    assert.deepEqual(
      deploy?.changes.map(({ what, name }) => [what, name].join(' ').trim()),
      ['image', 'env TOKEN', 'command'],
    );
    assert.doesNotMatch(
      JSON.stringify([...beliefs.world.services.values()].map(view => [view.makes, view.facts, view.deploy])),
      /very-secret/,
    );
  });
});
