import assert from 'node:assert/strict';
import { entryShape, type TriageJson, triageShape } from '../../src/tools/cliShapes.ts';
import { composed, type Program, program, until } from './dozor.ts';
import { type LiveEngine, noEngineBecause, startEngine } from './engine.ts';

describe('Incidents on a real engine', () => {
  let engine: LiveEngine;
  let dozor: Program;
  const triage = async (): Promise<TriageJson> => {
    const { out, err } = await dozor.run(['triage', '--json']);
    assert.equal(err, '');
    return triageShape.parse(JSON.parse(out));
  };
  const states = (read: TriageJson): unknown => read.incidents.map(({ id, state, reopened }) => [id, state, reopened]);

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

  it('keep their id from process to process, and end a minute after what failed is gone', async function () {
    this.timeout(180_000);
    await engine.docker(
      'run',
      '-d',
      ...composed('life', 'db'),
      '--stop-timeout',
      '1',
      engine.image,
      'sh',
      '-c',
      'echo "ERROR no /well"; exit 3',
    );
    const is = (state: string) => async (): Promise<boolean> =>
      (await engine.docker('inspect', '-f', '{{.State.Status}}', 'life-db-1')) === state;
    await until('the end of db', is('exited'));
    const first = await triage();
    const [incident, ...others] = first.incidents;
    assert.ok(incident !== undefined);
    assert.deepEqual([others, incident.state, incident.root?.service], [[], 'open', 'local/life/db']);
    assert.equal(incident.hypotheses[0]?.service, 'local/life/db');
    assert.deepEqual(states(await triage()), states(first));

    const watch = dozor.start(['watch', '--json', '--for', '100s']);
    await engine.docker('container', 'rm', '-f', 'life-db-1');
    const changes = (): string[] =>
      watch.lines().flatMap(line => {
        const entry = entryShape.parse(JSON.parse(line));
        return entry.kind === 'incident' ? [String(entry['change'])] : [];
      });
    await until('the end of the incident', () => changes().includes('resolved'), 95_000);
    watch.kill('SIGINT');
    await watch.done;
    assert.deepEqual(changes(), ['resolved']);
    assert.deepEqual((await triage()).incidents, []);
  });
});
