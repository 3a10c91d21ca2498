import assert from 'node:assert/strict';
import type { Investigation } from '../../src/act/investigation.ts';
import { investigateShape } from '../../src/tools/cliInvestigateShape.ts';
import { beliefsWhere, startUnderTest, type UnderTest } from '../bench/underTest.ts';
import { composed, type Program, program, until } from './dozor.ts';
import { type LiveEngine, noEngineBecause, startEngine } from './engine.ts';

const signal = new AbortController().signal;

describe('Peers and past runs on a real engine', function () {
  this.timeout(60_000);
  let engine: LiveEngine;
  let dozor: Program;
  let tested: UnderTest;

  const run = (service: string, script: string, ...options: string[]): Promise<string> =>
    engine.docker('run', '-d', '--stop-timeout', '1', ...composed('pair', service), ...options, engine.image, 'sh', '-c', script);
  const addressOf = (service: string): Promise<string> =>
    engine.docker('inspect', '-f', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}', `pair-${service}-1`);
  const issueOf = async (service: string, category: string) => {
    const fits = (issue: { service?: string; category: string }): boolean =>
      issue.service === `bench/pair/${service}` && issue.category === category;
    const beliefs = await beliefsWhere(tested.engine, `${category} of ${service}`, each => each.issues.some(fits), 20_000);
    return beliefs.issues.find(fits) ?? assert.fail();
  };
  const investigated = (service: string): Promise<Investigation> => tested.engine.investigate(`bench/pair/${service}`, signal);
  const texts = (found: Investigation, name: string): string =>
    found.checks
      .filter(({ check }) => check === name)
      .flatMap(({ findings }) => findings.flatMap(({ text, quotes = [] }) => [text, ...quotes]))
      .join('\n');

  before(async () => {
    assert.equal(noEngineBecause(), undefined);
    engine = await startEngine();
    dozor = program(engine.socket);
    tested = await startUnderTest(engine.socket, true);
    await tested.engine.ready();
  });
  after(async () => {
    tested?.stop();
    dozor?.dispose();
    await engine?.stop();
  });

  it('find the wrong port: a setting of the one who calls, high, and the peer is cleared', async () => {
    await run('svc-b', 'exec httpd -f -p 39432 -h /');
    const address = await addressOf('svc-b');
    await run('svc-a', `while :; do echo "ERROR dial tcp ${address}:39433: connect: connection refused" >&2; sleep 0.5; done`);
    const issue = await issueOf('svc-a', 'config_error');
    assert.equal(issue.band, 'high', `${issue.confidence}`);
    assert.equal(
      issue.evidence.find(({ kind }) => kind === 'config.port')?.ref.quote,
      'port 39433 refuses the connection, port 39432 takes it',
    );
    assert.equal(
      tested.engine.beliefs().issues.some(({ service }) => service === 'bench/pair/svc-b'),
      false,
    );
    const found = await investigated('svc-a');
    assert.match(texts(found, 'dependencies'), /it listens on 39432, the errors say 39433/);
    assert.ok(found.ruledOut.includes('not svc-b (pair): it takes connections on port 39432'), found.ruledOut.join('\n'));
    const told = await dozor.run(['investigate', 'pair/svc-a', '--json']);
    assert.match(investigateShape.parse(JSON.parse(told.out)).verdict, /^svc-a .*: config_error, .*\(high\)/);
  });

  it('find it on the network of the machine too, where the ports of all stand side by side', async () => {
    const port = 20_000 + (process.pid % 20_000);
    const near = ['--network', 'host', '--expose', `${port}`];
    await run('svc-h', `exec httpd -f -p 127.0.0.1:${port} -h /`, ...near);
    const complain = `while :; do echo "ERROR connect ECONNREFUSED 127.0.0.1:${port + 1}"; sleep 0.5; done`;
    await run('svc-i', complain, '--network', 'host', '--label', 'dozor.depends_on=svc-h');
    const issue = await issueOf('svc-i', 'config_error');
    assert.equal(issue.band, 'high', `${issue.confidence}`);
    assert.match(issue.evidence.find(({ kind }) => kind === 'config.port')?.ref.quote ?? '', new RegExp(`port ${port} takes it$`));
  });

  it('find the slow peer by waiting for it as its dependant does: latency there, medium', async () => {
    await run('svc-d', 'while :; do nc -l -p 8080 -e sh -c "sleep 3; echo late"; done');
    const address = await addressOf('svc-d');
    await run('svc-c', `while :; do echo "ERROR read tcp ${address}:8080: i/o timeout" >&2; sleep 1; done`);
    const issue = await issueOf('svc-d', 'latency');
    assert.equal(issue.band, 'medium', `${issue.confidence}`);
    const own = tested.engine.beliefs().issues.filter(({ service }) => service === 'bench/pair/svc-c');
    const { incidents } = tested.engine.beliefs();
    for (const { key } of own)
      assert.ok(
        incidents.some(({ symptoms }) => symptoms.includes(key)),
        `${key} is a symptom`,
      );
  });

  it('find the slow one on the network of the machine, and who waits for it is its symptom', async () => {
    const port = 20_002 + (process.pid % 20_000);
    const answer = "printf '#!/bin/sh\\nsleep 3\\necho late\\n' > /answer; chmod +x /answer";
    await run('svc-k', `${answer}; exec nc -ll -p ${port} -e /answer`, '--network', 'host', '--expose', `${port}`);
    const complain = `while :; do echo "ERROR GET http://127.0.0.1:${port}/: request timed out after 1000 ms"; sleep 1; done`;
    await run('svc-l', complain, '--network', 'host', '--label', 'dozor.depends_on=svc-k');
    const issue = await issueOf('svc-k', 'latency');
    assert.equal(issue.band, 'medium', `${issue.confidence}`);
    const { issues, incidents } = tested.engine.beliefs();
    const own = issues.filter(({ service }) => service === 'bench/pair/svc-l');
    for (const { key } of own)
      assert.ok(
        incidents.some(({ symptoms }) => symptoms.includes(key)),
        `${key} is a symptom`,
      );
  });

  it('tell the log of the run before, though its container is removed', async () => {
    await run('job', 'echo "ERROR write /data/x: no space left on device"; sleep 1; exit 3');
    await until('the end of job', async () => (await engine.docker('inspect', '-f', '{{.State.Status}}', 'pair-job-1')) === 'exited');
    await engine.docker('rm', 'pair-job-1');
    await run('job', 'echo all is well; exec sleep 1000');
    await beliefsWhere(
      tested.engine,
      'the second run of job',
      ({ world }) => world.services.get('bench/pair/job')?.service.state === 'running',
    );
    const found = await investigated('job');
    assert.match(texts(found, 'logs'), /run before \(exit 3, .*\): 1 error line in 1 line/);
    assert.match(texts(found, 'logs'), /run before: ran out of disk space.*\n.*no space left on device/);
  });

  it('keeps the log of a container that is removed by force', async () => {
    await run('gone', 'echo "ERROR cannot open queue 17"; exec sleep 1000');
    await beliefsWhere(tested.engine, 'the word of gone', ({ world }) => (world.services.get('bench/pair/gone')?.logs?.lines ?? 0) > 0);
    await engine.docker('rm', '-f', 'pair-gone-1');
    await run('gone', 'exec sleep 1000');
    await beliefsWhere(
      tested.engine,
      'the second run of gone',
      ({ world }) => (world.services.get('bench/pair/gone')?.runLogs?.length ?? 0) > 0,
    );
    assert.match(texts(await investigated('gone'), 'logs'), /cannot open queue 17/);
  });
});
