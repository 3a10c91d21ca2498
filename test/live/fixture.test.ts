import assert from 'node:assert/strict';
import { type TriageJson, triageShape } from '../../src/tools/cliShapes.ts';
import { composed, type Program, program } from './dozor.ts';
import { type LiveEngine, noEngineBecause, startEngine } from './engine.ts';

const minute = 60_000;
/** How long the containers live before they are looked at: some show their fault only after a minute and a half. */
const settle = 4 * minute;

interface Member {
  readonly project: string;
  readonly service: string;
  readonly options?: readonly string[];
  readonly command: readonly string[];
}
const sh = (script: string): string[] => ['sh', '-c', script];

/** Two compose projects and one plain container: nine truths. */
const members: readonly Member[] = [
  { project: 'other', service: 'web', command: sh('echo starting; sleep 2; exit 7') },
  { project: 'proj', service: 'web', command: sh("while :; do echo 'INFO request served'; sleep 5; done") },
  { project: 'proj', service: 'webhook', command: sh("echo 'ERROR cannot open queue'; exit 1") },
  { project: 'proj', service: 'api', options: ['--label', 'dozor.name=My API'], command: ['sleep', '86400'] },
  { project: 'proj', service: 'migrate', command: sh("echo 'applied 3 migrations'; sleep 3; exit 0") },
  {
    project: 'proj',
    service: 'sick',
    options: ['--health-cmd', 'false', '--health-interval', '1s', '--health-timeout', '1s', '--health-retries', '2'],
    command: ['sleep', '86400'],
  },
  {
    project: 'proj',
    service: 'crashy',
    options: ['--restart', 'always'],
    command: sh("echo 'panic: runtime error: index out of range [3] with length 3'; sleep 35; exit 2"),
  },
  {
    project: 'proj',
    service: 'pinoapp',
    command: sh(
      'sleep 91; while :; do echo \'{"level":50,"time":1767225600000,"msg":"checkout failed"}\'; ' +
        "echo 'Error: Cannot find module express'; echo 'level=error msg=\"queue is full\"'; sleep 5; done",
    ),
  },
];

describe('Nine containers, nine truths', () => {
  let engine: LiveEngine;
  let dozor: Program;
  let cold: TriageJson;
  let again: TriageJson;
  let codes: (number | null)[];

  before(async function () {
    this.timeout(settle + 2 * minute);
    assert.equal(noEngineBecause(), undefined);
    engine = await startEngine();
    dozor = program(engine.socket);
    const stop = ['--stop-timeout', '1'];
    for (const { project, service, options = [], command } of members)
      await engine.docker('run', '-d', ...composed(project, service), ...stop, ...options, engine.image, ...command);
    const refused = sh("sleep 91; while :; do echo 'ERROR db connection refused'; sleep 5; done");
    await engine.docker('run', '-d', '--name', 'plainrun', engine.image, ...refused);
    await new Promise(resolve => setTimeout(resolve, settle));
    const runs = [await dozor.run(['triage', '--json']), await dozor.run(['triage', '--json'])];
    codes = runs.map(run => run.code);
    [cold, again] = runs.map(run => triageShape.parse(JSON.parse(run.out))) as [TriageJson, TriageJson];
  });
  after(async function () {
    this.timeout(minute);
    dozor?.dispose();
    await engine?.stop();
  });

  /** The worst issue of a service. */
  const issue = (service: string): TriageJson['issues'][number] => {
    const found = cold.issues.find(one => one.service === service);
    assert.ok(found !== undefined, `no issue of ${service}: ${JSON.stringify(cold.issues.map(one => one.key))}`);
    return found;
  };
  const quiet = (service: string): string | undefined => cold.quiet.find(one => one.service === service)?.why;

  it('web of proj is healthy, whatever its namesake does', () => assert.ok(cold.healthy.includes('local/proj/web')));

  it('web of other failed: exit 7 after 2 s', () => {
    const { category, summary } = issue('local/other/web');
    assert.equal(category, 'app_crash');
    assert.match(summary, /^web \(other\) exited with code 7 2 s after it started: "starting"$/);
  });

  it('webhook failed: exit 1, cannot open queue', () => {
    const { category, summary } = issue('local/proj/webhook');
    assert.equal(category, 'app_crash');
    assert.match(summary, /^webhook \(proj\) exited with code 1 (?:\d+ m?s after|as soon as) it started: "ERROR cannot open queue"$/);
  });

  it('api, shown as My API, is healthy', () => assert.ok(cold.healthy.includes('local/proj/api')));

  it('migrate finished', () => assert.equal(quiet('local/proj/migrate'), 'completed'));

  it('sick is unhealthy', () => {
    const { category, summary } = issue('local/proj/sick');
    assert.equal(category, 'unhealthy');
    assert.match(summary, /^sick \(proj\) runs but fails its health check, \d+ times in a row/);
  });

  it('crashy is in a restart loop, exit 2 each time, with its panic', () => {
    const { category, severity, summary } = issue('local/proj/crashy');
    assert.deepEqual([category, severity], ['app_crash', 'critical']);
    assert.match(
      summary,
      /^crashy \(proj\) keeps restarting: exit 2, (?:about )?[5-8] deaths in 5 min: "panic: runtime error: index out of range/,
    );
  });

  it('pinoapp logs new errors, in three forms', () => {
    const { category, summary, evidence } = issue('local/proj/pinoapp');
    assert.equal(category, 'app_error');
    assert.match(summary, /^pinoapp \(proj\) logs errors .*: ".*(?:checkout failed|Cannot find module express|queue is full)/);
    assert.ok(evidence.some(piece => /queue is full|checkout failed|express/.test(piece.ref.quote)));
  });

  it('plainrun, outside of compose, logs new errors: refused', () => {
    const { category, summary } = issue('local/plainrun');
    assert.equal(category, 'app_error');
    assert.match(summary, /^plainrun logs errors .*: "ERROR db connection refused"$/);
  });

  it('nothing else is an issue, and nothing is unknown', () => {
    const troubled = ['other/web', 'proj/webhook', 'proj/sick', 'proj/crashy', 'proj/pinoapp', 'plainrun'].map(id => `local/${id}`);
    assert.deepEqual([...new Set(cold.issues.map(one => one.service))].sort(), troubled.sort());
    assert.deepEqual([...cold.healthy].sort(), ['local/proj/api', 'local/proj/web']);
    assert.deepEqual(cold.unknown, []);
    assert.equal(cold.health, 'critical');
    assert.deepEqual(codes, [1, 1]);
  });

  it('a second look says the same', () => {
    const verdicts = (triage: TriageJson): string[] => triage.issues.map(one => `${one.key} ${one.severity}`).sort();
    assert.deepEqual(verdicts(again), verdicts(cold));
    assert.deepEqual(again.healthy, cold.healthy);
  });

  it('nothing was started again', async () => {
    for (const name of ['proj-migrate-1', 'proj-webhook-1', 'other-web-1'])
      assert.equal(await engine.docker('inspect', '--format', '{{.State.Status}} {{.RestartCount}}', name), 'exited 0', name);
  });
});
