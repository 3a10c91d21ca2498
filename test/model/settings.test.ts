import assert from 'node:assert/strict';
import { defaultSettings, parseSettings, type Settings } from '../../src/model/settings.ts';
import { fc } from '../fakes/seeded.ts';

const local = { name: 'local', host: 'unix:///var/run/docker.sock' };
const previous: Settings = {
  servers: [local],
  services: ['web'],
  userServices: ['a.service'],
  scope: 'all',
  dependencies: [{ from: 'api', to: 'prod:db' }],
  devModeHours: 2,
  exclusionHours: 3,
  logLines: 500,
  followLogs: false,
};

describe('parseSettings', () => {
  it('gives the defaults when nothing is set, whatever was in force before', () => {
    assert.deepEqual(parseSettings({}), { settings: defaultSettings, problems: [] });
    assert.deepEqual(parseSettings({ scope: undefined }, previous), { settings: defaultSettings, problems: [] });
  });

  it('takes every value that fits', () => {
    const raw = { ...previous, services: ['  shop/web '], userServices: null };
    assert.deepEqual(parseSettings(raw), { settings: { ...previous, services: ['shop/web'], userServices: null }, problems: [] });
    const secure = { name: 'prod', host: 'tcp://10.0.0.2:2376', tls: '/home/me/certs', insecure: false };
    for (const server of [secure, { name: 'w', host: 'npipe:////./pipe/docker_engine' }, { name: 'h', host: 'https://h:1' }])
      assert.deepEqual(parseSettings({ servers: [server] }).problems, []);
  });

  const bad: readonly (readonly [keyof Settings, unknown, RegExp])[] = [
    ['servers', 'local', /dozor\.servers: .*array/],
    ['servers', [local, { ...local, host: 'tcp://h:1' }], /same name/],
    ['servers', [{ name: '', host: local.host }], /at 0\.name: use letters/],
    ['servers', [{ name: '../x', host: local.host }], /at 0\.name/],
    ['servers', [local, { name: 'b', host: 'ssh://h' }], /at 1\.host: use unix:/],
    ['servers', [{ name: 'b', host: 'tcp://a b' }], /at 0\.host/],
    ['servers', [{ ...local, password: 'x' }], /at 0: .*password/],
    ['servers', [{ ...local, tls: '' }], /at 0\.tls/],
    ['servers', Array.from({ length: 21 }, (_, i) => ({ ...local, name: `s${i}` })), /20/],
    ['services', ['  '], /at 0/],
    ['services', ['x'.repeat(256)], /at 0/],
    ['services', { length: 1, 0: 'web' }, /array/],
    ['userServices', 'all', /dozor\.userServices/],
    ['scope', 'everything', /dozor\.scope: .*workspace/],
    ['scope', null, /dozor\.scope/],
    ['dependencies', { from: 'api', to: 'db' }, /dozor\.dependencies: .*array/],
    ['dependencies', [{ from: 'api' }], /at 0\.to/],
    ['dependencies', [{ from: 'api', to: ' ' }], /at 0\.to/],
    ['dependencies', [{ from: 'api', to: 'db', when: 'now' }], /at 0: .*when/],
    ['dependencies', [{ from: 'api', to: 'db', optional: 'no' }], /at 0\.optional/],
    ['dependencies', Array.from({ length: 201 }, () => ({ from: 'api', to: 'db' })), /200/],
    ['devModeHours', 0, /dozor\.devModeHours/],
    ['devModeHours', 25, /24/],
    ['devModeHours', Number.NaN, /dozor\.devModeHours/],
    ['exclusionHours', Number.POSITIVE_INFINITY, /dozor\.exclusionHours/],
    ['exclusionHours', '4', /number/],
    ['logLines', 49, /50/],
    ['logLines', 100.5, /int/],
    ['logLines', 1e9, /20000/],
    ['followLogs', 'true', /boolean/],
  ];
  for (const [key, value, words] of bad) {
    it(`keeps the previous ${key} when it is ${JSON.stringify(value).slice(0, 60)}`, () => {
      const read = parseSettings({ ...previous, [key]: value }, previous);
      assert.deepEqual(read.settings, previous);
      assert.deepEqual(
        read.problems.map(problem => problem.setting),
        [key],
      );
      assert.match(read.problems[0]?.text ?? '', words);
      assert.match(read.problems[0]?.text ?? '', /previous value stays in force/);
    });
  }

  it('reports each bad value by its name and takes the good ones', () => {
    const read = parseSettings({ scope: 1, logLines: 'x', devModeHours: 9 }, previous);
    assert.deepEqual(read.problems.map(problem => problem.setting).sort(), ['logLines', 'scope']);
    assert.deepEqual([read.settings.devModeHours, read.settings.scope, read.settings.logLines], [9, 'all', 500]);
  });

  it('passes over keys that are not its own', () => {
    const raw = JSON.parse('{"__proto__":{"scope":"all"},"constructor":1,"autoFix":"auto"}');
    assert.deepEqual(parseSettings(raw), { settings: defaultSettings, problems: [] });
    assert.equal(Object.hasOwn(parseSettings(raw).settings, 'autoFix'), false);
  });

  it('never throws and never lets a value through that does not fit', () => {
    const keys = Object.keys(defaultSettings);
    const shape = fc.dictionary(fc.oneof(fc.constantFrom(...keys), fc.string()), fc.anything({ maxDepth: 3 }));
    fc.assert(
      fc.property(shape, raw => {
        const { settings, problems } = parseSettings(raw, previous);
        assert.deepEqual(Object.keys(settings).sort(), keys.toSorted());
        const again = parseSettings(settings as unknown as Record<string, unknown>);
        assert.deepEqual(again, { settings, problems: [] });
        for (const { setting } of problems) assert.deepEqual(settings[setting], previous[setting]);
      }),
    );
  });
});
