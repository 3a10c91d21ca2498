import assert from 'node:assert/strict';
import { type TriageJson, triageShape } from '../../src/tools/cliShapes.ts';
import { composed, type Program, program, until } from './dozor.ts';
import { type LiveEngine, noEngineBecause, startEngine } from './engine.ts';

/** Says each second what a client of a database says that is away. */
const complains = 'while :; do echo "ERROR connect ECONNREFUSED db:5432"; sleep 1; done';

describe('Symptoms on a real engine', () => {
  let engine: LiveEngine;
  let dozor: Program;

  const run = (project: string, service: string, script: string, ...options: string[]): Promise<string> =>
    engine.docker('run', '-d', '--stop-timeout', '1', ...composed(project, service), ...options, engine.image, 'sh', '-c', script);
  const needsDb = ['--label', 'dozor.depends_on=db'];
  const hasEnded = async (name: string): Promise<boolean> => (await engine.docker('inspect', '-f', '{{.State.Status}}', name)) === 'exited';
  /** A triage of one project, once its api complains. */
  const triage = async (project: string): Promise<TriageJson> => {
    await until(
      'the complaint of api',
      async () => (await engine.docker('logs', '--tail', '3', `${project}-api-1`)).split('\n').length > 2,
    );
    const { out, err } = await dozor.run(['triage', '--json'], { DOZOR_SERVICES: `${project}/db,${project}/api,${project}/web` });
    assert.equal(err, '');
    return triageShape.parse(JSON.parse(out));
  };

  before(async function () {
    this.timeout(60_000);
    assert.equal(noEngineBecause(), undefined);
    engine = await startEngine();
    dozor = program(engine.socket);
  });
  after(async function () {
    this.timeout(60_000);
    dozor?.dispose();
    await engine?.stop();
  });

  describe('of a database that died from inside', () => {
    let read: TriageJson;
    before(async function () {
      this.timeout(30_000);
      await run('crash', 'db', 'echo "FATAL could not write to pg_wal"; exit 1');
      await until('the end of db', () => hasEnded('crash-db-1'));
      await run('crash', 'api', complains, ...needsDb);
      await run('crash', 'web', 'while :; do echo "INFO served"; sleep 1; done', '--label', 'dozor.depends_on=api');
      read = await triage('crash');
    });

    it('are one incident whose root is the database', () => {
      const [incident, ...others] = read.incidents;
      assert.deepEqual(others, []);
      assert.deepEqual([incident?.root?.service, incident?.root?.issue], ['local/crash/db', 'local/crash/db/app_crash']);
      assert.match(incident?.root?.because ?? '', /^api needs it/);
    });
    it('are the issues of what needs it, and nothing else', () => {
      const own = read.issues.filter(issue => issue.service === 'local/crash/api').map(issue => issue.key);
      assert.ok(own.length > 0, 'api has an issue');
      assert.deepEqual(read.incidents[0]?.symptoms, own);
      assert.deepEqual(read.healthy, ['local/crash/web']);
    });
    it('stand under it in the words of the report', async () => {
      const { out } = await dozor.run(['triage'], { DOZOR_SERVICES: 'crash/db,crash/api' });
      assert.match(out, /: 1 issue \(1 \w+\) with 1 symptom/);
      assert.match(out, /\n {2}db \(crash\) exited with code 1[\s\S]*\n {4}symptom of db \(crash\): api \(crash\) /);
    });
  });

  it('of a database that a person stopped are not counted, and name the stop as their root', async function () {
    this.timeout(30_000);
    await run('stop', 'db', 'trap "exit 0" TERM; while :; do sleep 0.1; done');
    await engine.docker('stop', 'stop-db-1');
    await run('stop', 'api', complains, ...needsDb);
    const read = await triage('stop');
    const [incident, ...others] = read.incidents;
    assert.deepEqual(others, []);
    assert.equal(incident?.root?.issue, 'local/stop/db/operator_action');
    const counted = read.issues.filter(issue => !incident?.symptoms.includes(issue.key)).map(issue => issue.key);
    assert.deepEqual(counted, ['local/stop/db/operator_action']);
    assert.ok(incident?.symptoms.every(key => key.startsWith('local/stop/api/')));
    assert.notEqual(incident?.symptoms.length, 0);
  });

  it('do not exist without a need: two that fail side by side are two incidents', async function () {
    this.timeout(30_000);
    await run('apart', 'db', 'exit 1');
    await until('the end of db', () => hasEnded('apart-db-1'));
    await run('apart', 'api', 'while :; do echo "ERROR queue is full"; sleep 1; done');
    // Errors of a run that has just begun are told softly, and open no incident.
    await until('ten seconds of api', async () => ((await engine?.docker('logs', 'apart-api-1')) ?? '').split('\n').length > 12, 20_000);
    const read = await triage('apart');
    assert.equal(read.incidents.length, 2);
    assert.deepEqual(
      read.incidents.flatMap(incident => incident.symptoms),
      [],
    );
  });
});
