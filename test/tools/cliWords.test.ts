import assert from 'node:assert/strict';
import { defaultSettings } from '../../src/model/settings.ts';
import { cliSettings } from '../../src/tools/cliSettings.ts';
import { commandNames, readWords, usage, type Words } from '../../src/tools/cliWords.ts';

const words = (...argv: string[]): Words => {
  const read = readWords(argv);
  assert.ok(read.kind === 'run', JSON.stringify(read));
  return read.words;
};
const because = (...argv: string[]): string => {
  const read = readWords(argv);
  assert.equal(read.kind, 'wrong', argv.join(' '));
  return read.kind === 'wrong' ? read.because : '';
};

describe('The command line', () => {
  it('reads a command with its options in any order', () => {
    const read = words('--json', 'logs', '--tail', '5', 'shop/web', '--follow', '--for=30s', '--level', 'warn', '--contains', 'x y');
    assert.deepEqual(
      [read.command, read.service, read.json, read.tail, read.follow, read.limit, read.level, read.contains],
      ['logs', 'shop/web', true, 5, true, 30_000, 'warn', 'x y'],
    );
  });

  it('has calm defaults', () => {
    const { json, tail, follow, limit, mode, memory, server } = words('triage');
    assert.deepEqual([json, tail, follow, limit, mode, memory, server], [false, 100, false, undefined, 'status', true, undefined]);
  });

  it('reads times in ms, s, m and h', () => {
    assert.deepEqual(
      ['500ms', '30s', '5m', '2h'].map(time => words('watch', '--for', time).limit),
      [500, 30_000, 300_000, 7_200_000],
    );
  });

  it('shows help when asked', () => {
    for (const argv of [['--help'], ['-h'], ['help'], ['triage', '--help']]) assert.equal(readWords(argv).kind, 'help');
    for (const name of commandNames) assert.match(usage, new RegExp(`^ {2}${name}\\b`, 'm'));
  });

  const mistakes: readonly (readonly [readonly string[], string | RegExp])[] = [
    [[], /^Say what to do: services, triage, investigate, logs, inspect, watch, calibration\./],
    [['triag'], 'There is no command "triag". Did you mean "triage"? "dozor --help" lists all.'],
    [['log', 'web'], /Did you mean "logs"/],
    [['triage', '--jsn'], 'There is no option --jsn. Did you mean --json?'],
    [['triage', '--tail', '5'], 'Option --tail belongs to logs, not to triage.'],
    [['logs'], /^logs needs a service, for example: dozor logs web/],
    [['inspect'], /^inspect needs a service/],
    [['triage', 'web'], /"web" is one word too many for triage/],
    [['logs', 'my', 'api'], /"api" is one word too many for logs\. Put names with spaces into quotes\./],
    [['logs', 'web', '--tail', '0'], '--tail cannot be "0". Use a number from 1 to 10000.'],
    [['logs', 'web', '--tail', '1e3'], /--tail cannot be "1e3"/],
    [['logs', 'web', '--level', 'loud'], /--level cannot be "loud"\. Use one of trace, debug, info, warn, error, fatal/],
    [['inspect', 'web', '--mode', 'x'], /--mode cannot be "x"/],
    [['triage', '--group', 'shop'], 'Option --group belongs to inspect, not to triage.'],
    [['inspect', '--group', 'shop', '--mode', 'health'], 'Option --group shows a group: leave out --mode health.'],
    [['inspect', 'web', '--group', 'shop'], /"web" is one word too many for inspect/],
    [['watch', '--for', '30'], /--for cannot be "30"\. Use a time of at most 7 days like 30s/],
    [['watch', '--for', '0s'], /--for cannot be "0s"/],
    [['logs', 'web', '--for', '3s'], /--for needs --follow/],
    [['watch', '--server'], /--server/],
  ];
  for (const [argv, told] of mistakes)
    it(`says what would be right: dozor ${argv.join(' ')}`, () =>
      typeof told === 'string' ? assert.equal(because(...argv), told) : assert.match(because(...argv), told));

  it('needs no service to inspect groups, health and errors of all', () => {
    for (const mode of ['groups', 'health', 'errors']) assert.equal(words('inspect', '--mode', mode).service, undefined);
  });

  it('takes a group to inspect without a mode', () => {
    const { mode, group, service } = words('inspect', '--group', 'my shop');
    assert.deepEqual([mode, group, service], ['groups', 'my shop', undefined]);
  });

  it('gives no control character back', () => assert.doesNotMatch(because('tri\u001b[31m\u202eage\n'), /[\p{Cc}\p{Cf}]/u));
});

describe('The settings of the command line', () => {
  it('are the defaults without a file', () => assert.deepEqual(cliSettings(undefined, {}), { settings: defaultSettings, problems: [] }));

  it('come from the file, and the environment goes on top', () => {
    const file = JSON.stringify({
      ...{ services: ['a'], scope: 'all', servers: [{ name: 'prod', host: 'tcp://10.0.0.1:2376' }] },
      dependencies: [{ from: 'shop/api', to: 'prod:shop/db' }],
    });
    const { settings, problems } = cliSettings(file, { DOZOR_SERVICES: 'web, shop/db ,', DOZOR_USER_SERVICES: '' });
    assert.deepEqual(problems, []);
    assert.deepEqual([settings.services, settings.scope, settings.servers[0]?.name], [['web', 'shop/db'], 'all', 'prod']);
    assert.deepEqual(settings.dependencies, [{ from: 'shop/api', to: 'prod:shop/db' }]);
    assert.equal(settings.userServices, null, 'an empty variable is as good as none');
  });

  it('keep the defaults where the file is wrong, and say what and where', () => {
    assert.match(cliSettings('{', {}).problems[0] ?? '', /^settings\.json is no valid JSON .* The defaults are used\.$/);
    assert.match(cliSettings('[]', {}).problems[0] ?? '', /must hold one object/);
    const { settings, problems } = cliSettings('{"logLines": 1, "scopes": "all", "scope": "all"}', {});
    assert.equal(settings.logLines, defaultSettings.logLines);
    assert.equal(settings.scope, 'all');
    assert.match(problems.join('\n'), /logLines[\s\S]*There is no setting "scopes"\. Known: servers/);
  });

  it('take no prototype from a file', () => {
    const { settings } = cliSettings('{"__proto__": {"scope": "all"}}', {});
    assert.equal(settings.scope, 'auto');
  });
});
