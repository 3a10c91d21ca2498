import assert from 'node:assert/strict';
import type { Beliefs } from '../../src/engine/port.ts';
import { beliefsWhere, startUnderTest, type UnderTest } from '../bench/underTest.ts';
import { judge } from '../scenarios/judge.ts';
import { alarming, verdictOf } from '../scenarios/verdict.ts';
import { composed } from './dozor.ts';
import { type LiveEngine, noEngineBecause, startEngine } from './engine.ts';

/** How the one that is needed ends, and what that is. */
const ends = [
  { project: 'one', last: 'echo "FATAL page 7 is damaged"; exit 3', options: [], category: 'app_crash' },
  { project: 'two', last: 'exec tail /dev/zero', options: ['-m', '32m', '--memory-swap', '32m'], category: 'oom' },
  { project: 'three', last: 'exec sleep 100000', options: [], category: 'operator_action' },
] as const;
const projects = [...ends.map(({ project }) => project), 'four'];

describe('Two engines, and a need between them that the settings declare', function () {
  this.timeout(60_000);
  let [east, west]: [LiveEngine?, LiveEngine?] = [];
  let tested: UnderTest;

  const run = (engine: LiveEngine | undefined, project: string, name: string, sh: string, options: readonly string[] = []) =>
    engine?.docker(
      'run',
      '-d',
      '--network',
      'none',
      '--stop-timeout',
      '1',
      ...composed(project, name),
      ...options,
      engine.image,
      'sh',
      '-c',
      sh,
    );
  /** Is well until it is told that its peer is gone. */
  const client =
    'while :; do if [ -e /tmp/gone ]; then echo "ERROR connect to 10.9.8.7:5432: Connection refused"; else echo "INFO done"; fi; sleep 0.5; done';
  const tellGone = (project: string) => east?.docker('exec', `${project}-svc-a-1`, 'touch', '/tmp/gone');
  const verdict = (beliefs: Beliefs, project: string) =>
    verdictOf(beliefs, service => service === `east/${project}/svc-a` || service === `west/${project}/svc-b`);

  before(async () => {
    assert.equal(noEngineBecause(), undefined);
    east = await startEngine();
    west = await startEngine();
    for (const { project, last, options } of ends) await run(west, project, 'svc-b', `echo ready; sleep 14; ${last}`, options);
    await run(west, 'four', 'svc-b', 'echo ready; exec sleep 100000');
    for (const project of projects) await run(east, project, 'svc-a', client);
    tested = await startUnderTest(east.socket, true, undefined, {
      servers: [
        { name: 'east', host: `unix://${east.socket}` },
        { name: 'west', host: `unix://${west.socket}` },
      ],
      dependencies: projects.map(project => ({ from: `east:${project}/svc-a`, to: `west:${project}/svc-b` })),
    });
    await tested.engine.ready();
  });
  after(async function () {
    this.timeout(60_000);
    tested?.stop();
    await east?.stop();
    await west?.stop();
  });

  for (const { project, category } of ends) {
    it(`finds the root on the other server where it is ${category}`, async () => {
      if (category === 'operator_action') await west?.docker('stop', '-t', '1', 'three-svc-b-1');
      await beliefsWhere(
        tested.engine,
        `the end of svc-b in ${project}`,
        ({ world }) => world.services.get(`west/${project}/svc-b`)?.service.state === 'exited',
        30_000,
      );
      await tellGone(project);
      const truth = { root: ['b'], category, members: ['a', 'b'] } as const;
      const right = (beliefs: Beliefs): boolean => {
        const said = verdict(beliefs, project);
        const judged = judge(truth, said, part => (part === 'a' ? `east/${project}/svc-a` : `west/${project}/svc-b`));
        return judged.root && judged.category && judged.band && said.incidents.length === 1 && said.incidents[0]?.services.length === 2;
      };
      await beliefsWhere(tested.engine, `one incident of both in ${project}`, right, 20_000).catch(error => {
        throw new Error(`${error}\n${JSON.stringify(verdict(tested.engine.beliefs(), project), undefined, 1)}`);
      });
    });
  }

  it('claims nothing of the other server while it is out of sight', async () => {
    await west?.kill();
    await beliefsWhere(
      tested.engine,
      'the loss of west',
      ({ issues }) => issues.some(({ category }) => category === 'unreachable'),
      20_000,
    );
    await tellGone('four');
    const beliefs = await beliefsWhere(
      tested.engine,
      'the complaints of svc-a',
      each => each.issues.some(issue => issue.service === 'east/four/svc-a' && alarming(verdict(each, 'four').issues[0] ?? assert.fail())),
      20_000,
    );
    assert.deepEqual(
      beliefs.issues.filter(issue => issue.service?.startsWith('west/')).map(({ key }) => key),
      [],
    );
    assert.deepEqual(
      beliefs.issues.filter(({ server }) => server === 'west').map(({ category }) => category),
      ['unreachable'],
    );
    for (const { root, services } of verdict(beliefs, 'four').incidents)
      assert.deepEqual([root?.service ?? 'none', services], ['east/four/svc-a', ['east/four/svc-a']]);
    const found = await tested.engine.investigate('east/four/svc-a', AbortSignal.timeout(20_000));
    assert.ok(!found.ruledOut.some(text => text.includes('svc-b')), `nobody looked at svc-b: ${found.ruledOut.join(' | ')}`);
    assert.match(JSON.stringify(found), /svc-b[^"]{0,120}(?:could not be looked at|not known|unknown|out of sight|cannot be seen)/);
  });
});
