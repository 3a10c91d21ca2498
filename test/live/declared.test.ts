import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { investigateShape } from '../../src/tools/cliInvestigateShape.ts';
import { groupsShape, servicesShape, type TriageJson, triageShape } from '../../src/tools/cliShapes.ts';
import { composed, type Program, program, until } from './dozor.ts';
import { type LiveEngine, noEngineBecause, startEngine } from './engine.ts';

const names = { DOZOR_SERVICES: 'shop/svc-a,shop/svc-b' };

describe('Needs between two real engines', () => {
  let [east, west]: [LiveEngine?, LiveEngine?] = [];
  let dozor: Program;
  let config = '';

  const run = (engine: LiveEngine | undefined, service: string, script: string, ...options: string[]): Promise<string> | undefined =>
    engine?.docker('run', '-d', '--stop-timeout', '1', ...composed('shop', service), ...options, engine.image, 'sh', '-c', script);
  /** The settings of the user: two servers, and what is needed between them. */
  const settle = (dependencies: readonly object[]): void => {
    const servers = [
      { name: 'east', host: `unix://${east?.socket}` },
      { name: 'west', host: `unix://${west?.socket}` },
    ];
    writeFileSync(join(config, 'dozor', 'settings.json'), JSON.stringify({ servers, dependencies }));
  };
  const ask = async <T>(shape: { parse(value: unknown): T }, ...argv: string[]): Promise<T> => {
    const { out, err } = await dozor.run([...argv, '--json'], { ...names, XDG_CONFIG_HOME: config });
    assert.notEqual(out, '', err);
    return shape.parse(JSON.parse(out));
  };
  const triage = (): Promise<TriageJson> => ask(triageShape, 'triage');

  before(async function () {
    this.timeout(90_000);
    assert.equal(noEngineBecause(), undefined);
    [east, west] = [await startEngine(), await startEngine()];
    dozor = program(east.socket);
    config = mkdtempSync(join(tmpdir(), 'dozor-config-'));
    mkdirSync(join(config, 'dozor'));
    await run(west, 'svc-b', 'echo "FATAL could not write to pg_wal"; exit 1');
    await until('the end of svc-b', async () => (await west?.docker('ps', '-aq', '--filter', 'exited=1')) !== '');
    const labels = ['--label', 'dozor.alert.channel=ops', '--label', 'dozor.logs.pattern= '];
    const served = 'for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo "INFO request $i served"; done; sleep 4';
    await run(east, 'svc-a', `${served}; while :; do echo "ERROR upstream is gone"; sleep 0.2; done`, ...labels);
    await until('the complaints of svc-a', async () => ((await east?.docker('logs', 'shop-svc-a-1')) ?? '').split('\n').length > 20);
  });
  after(async function () {
    this.timeout(60_000);
    dozor?.dispose();
    rmSync(config, { recursive: true, force: true });
    await Promise.all([east?.stop(), west?.stop()]);
  });

  it('are not guessed', async () => {
    settle([]);
    const read = await triage();
    assert.deepEqual(read.incidents.map(({ root, symptoms }) => [root?.service, symptoms]).sort(), [
      ['east/shop/svc-a', []],
      ['west/shop/svc-b', []],
    ]);
  });

  it('make one incident of both, with its root on the other server, where the settings declare them', async () => {
    settle([{ from: 'svc-a', to: 'west:shop/svc-b' }]);
    const read = await triage();
    assert.deepEqual(
      read.incidents.map(({ root }) => root?.service),
      ['west/shop/svc-b'],
    );
    const own = read.issues.filter(issue => issue.service === 'east/shop/svc-a');
    assert.ok(own.length > 0, 'svc-a has an issue');
    assert.deepEqual(
      read.incidents[0]?.symptoms,
      own.map(({ key }) => key),
    );
    const [group] = (await ask(groupsShape, 'inspect', '--group', 'shop')).groups;
    assert.deepEqual([group?.server, group?.members[0]?.needs, group?.incidents[0]?.outside], ['east', ['west/shop/svc-b'], true]);
  });

  it('carry the channel of the label on every issue, and tell what is wrong with labels and names', async () => {
    settle([{ from: 'svc-a', to: 'svc-b' }]);
    const own = (await triage()).issues.filter(issue => issue.service === 'east/shop/svc-a');
    assert.ok(own.length > 0 && own.every(({ channel }) => channel === 'ops'));
    const { services } = await ask(servicesShape, 'services');
    const notes = services.find(({ id }) => id === 'east/shop/svc-a')?.diagnostics.join('\n') ?? '';
    assert.match(notes, /^label dozor\.logs\.pattern is empty and was ignored/m);
    assert.match(notes, /^label dozor\.alert\.channel names "ops": no channel of that name is set up/m);
    assert.match(notes, /^setting dozor\.dependencies says that it needs "svc-b", and there is no such service/m);
  });

  it('say unknown, not down, where the other engine is gone', async () => {
    settle([{ from: 'svc-a', to: 'west:shop/svc-b' }]);
    await west?.kill();
    const read = await triage();
    assert.deepEqual(
      read.servers.map(({ id, sight }) => [id, sight]),
      [
        ['east', 'clear'],
        ['west', 'lost'],
      ],
    );
    assert.ok(read.issues.every(({ service }) => service === 'east/shop/svc-a'));
    const found = await ask(investigateShape, 'investigate', 'svc-a');
    assert.deepEqual(
      found.ruledOut.filter(text => text.includes('dependency')),
      [],
    );
  });
});
