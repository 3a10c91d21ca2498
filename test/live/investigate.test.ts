import assert from 'node:assert/strict';
import { type InvestigationJson, investigateShape } from '../../src/tools/cliInvestigateShape.ts';
import { composed, type Program, program, until } from './dozor.ts';
import { type LiveEngine, noEngineBecause, startEngine } from './engine.ts';

describe('An investigation on a real engine', () => {
  let engine: LiveEngine;
  let dozor: Program;
  let found: InvestigationJson;
  let code: number | null;

  const run = (service: string, script: string, ...options: string[]): Promise<string> =>
    engine.docker('run', '-d', '--stop-timeout', '1', ...composed('deep', service), ...options, engine.image, 'sh', '-c', script);

  before(async function () {
    this.timeout(60_000);
    assert.equal(noEngineBecause(), undefined);
    engine = await startEngine();
    dozor = program(engine.socket);
    await run('db', 'while :; do sleep 0.1; done');
    await run('api', 'echo "ERROR write /data/wal: no space left on device"; exit 1', '--label', 'dozor.depends_on=db');
    await until('the end of api', async () => (await engine.docker('inspect', '-f', '{{.State.Status}}', 'deep-api-1')) === 'exited');
    const ended = await dozor.run(['investigate', 'deep/api', '--json'], { DOZOR_SERVICES: 'deep/db,deep/api' });
    assert.equal(ended.err, '');
    code = ended.code;
    found = investigateShape.parse(JSON.parse(ended.out));
  });
  after(async function () {
    this.timeout(60_000);
    dozor?.dispose();
    await engine?.stop();
  });

  it('names a full disk as the cause, from the line that says it', () => {
    assert.equal(code, 1);
    assert.match(found.verdict, /^api \(deep\) ran out of disk space.*: disk_full, /);
    const logs = found.checks.find(({ check }) => check === 'logs');
    assert.match(logs?.findings[0]?.quotes[0] ?? '', /no space left on device/);
  });
  it('rules out a hand, memory and the dependency that runs', () => {
    for (const cause of [/not killed for memory/, /not a dependency: .*db \(deep\)/]) assert.match(found.ruledOut.join('\n'), cause);
    assert.deepEqual(found.notSeen, []);
    assert.match(found.next.join(), /Free space/);
  });
  it('takes at most 2 s, the start of the program with it', async function () {
    this.timeout(10_000);
    // This machine may do other things meanwhile.
    this.retries(3);
    const { took } = await dozor.run(['investigate', 'deep/api']);
    assert.ok(took <= 2000, `${Math.round(took)} ms`);
  });
});
