import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readLabels } from '../../src/observe/labels.ts';

const compose = (over: Record<string, string> = {}): Record<string, string> => ({
  'com.docker.compose.project': 'shop',
  'com.docker.compose.service': 'api',
  ...over,
});

describe('labels', () => {
  it('say nothing where there are none, and the service is watched', () => {
    for (const nothing of [undefined, null, {}, [], 'text', 5]) {
      const { has, ...rest } = readLabels(nothing);
      assert.deepEqual(rest, { enabled: true, replica: 1, oneOff: false, dependsOn: [], diagnostics: [] });
      assert.equal(has('x'), false);
    }
  });

  for (const [value, enabled, told] of [
    ['true', true, 0],
    ['false', false, 0],
    ['FALSE', false, 0],
    ['0', false, 0],
    ['no', false, 0],
    ['on', true, 0],
    ['', true, 1],
    ['perhaps', true, 1],
  ] as const) {
    it(`dozor.enable "${value}" is ${enabled}${told ? ', with a diagnostic' : ''}`, () => {
      const labels = readLabels({ 'dozor.enable': value });
      assert.equal(labels.enabled, enabled);
      assert.equal(labels.diagnostics.length, told);
    });
  }

  it('give a pattern for log lines as it is written', () => {
    for (const pattern of ['^E\\d+ ', ' two  words ', '.*', '[', '__proto__', 'x'.repeat(256)]) {
      const read = readLabels({ 'dozor.logs.pattern': pattern });
      assert.deepEqual([read.pattern, read.diagnostics], [pattern, []]);
    }
  });

  for (const [what, pattern, words] of [
    ['nothing at all', '', /is empty/],
    ['spaces alone', ' \t\n', /is empty/],
    ['too much', 'x'.repeat(257), /longer than 256 characters/],
    ['half a character', 'a\ud800', /half a character/],
  ] as const) {
    it(`take ${what} for no pattern, so that it can never match every line`, () => {
      const { pattern: read, diagnostics } = readLabels({ 'dozor.logs.pattern': pattern });
      assert.equal(read, undefined);
      assert.equal(diagnostics.length, 1);
      assert.match(diagnostics[0] ?? '', words);
      assert.match(diagnostics[0] ?? '', /^label dozor\.logs\.pattern .*give a regular expression of at most 256 characters$/);
    });
  }

  it('give the name of a channel for alerts', () => {
    for (const [value, channel] of [
      ['ops', 'ops'],
      [' vscode\n', 'vscode'],
      ['Team_1.on-call', 'Team_1.on-call'],
      ['x'.repeat(64), 'x'.repeat(64)],
    ] as const) {
      const read = readLabels({ 'dozor.alert.channel': value });
      assert.deepEqual([read.channel, read.diagnostics], [channel, []]);
    }
  });

  for (const value of ['', 'on call', 'https://hooks.example/x', '$(bell)', 'ops\u202e', 'x'.repeat(65), '../../x', 'a,b']) {
    it(`take ${encodeURIComponent(value).slice(0, 30)} for no channel, and say what a name is`, () => {
      const { channel, diagnostics } = readLabels({ 'dozor.alert.channel': value });
      assert.equal(channel, undefined);
      assert.equal(diagnostics.length, 1);
      assert.match(diagnostics[0] ?? '', /^label dozor\.alert\.channel .*use letters, digits, dot, dash or underscore, at most 64$/);
      assert.doesNotMatch(diagnostics[0] ?? '', /\p{Cf}/u);
    });
  }

  it('name a URL for the health check, or say what is wrong with it and never what it holds', () => {
    const url = (value: string) => readLabels({ 'dozor.healthcheck.url': value });
    assert.deepEqual([url(' http://LOCALHOST:80/up ').probe, url('http://x/').diagnostics], ['http://localhost/up', []]);
    for (const bad of ['up', 'http://me:s3cret@web/', 'http://0xa9fea9fe/s3cret', 'http://localhost:2375/', 'gopher://web/']) {
      const { probe, diagnostics } = url(bad);
      assert.deepEqual([probe, diagnostics.length], [undefined, 1], bad);
      assert.match(diagnostics[0] ?? '', /^label dozor\.healthcheck\.url \w.*it is not asked/);
      assert.doesNotMatch(diagnostics.join(), /s3cret/);
    }
  });

  it('give group and name, cleaned for the eye and bounded', () => {
    const labels = readLabels({ 'dozor.group': 'back\u202eend', 'dozor.name': `My\nAPI ${'x'.repeat(500)}` });
    assert.equal(labels.group, 'backend');
    assert.equal(labels.name?.length, 80);
    assert.doesNotMatch(labels.name ?? '', /\n/);
    assert.equal(labels.diagnostics.length, 2);
  });

  it('that hold nothing to show are told and ignored', () => {
    const labels = readLabels({ 'dozor.name': '\u200b\u202e' });
    assert.equal(labels.name, undefined);
    assert.match(labels.diagnostics.join(), /nothing that can be shown/);
  });

  it('of compose name project, service, replica and folder', () => {
    const labels = readLabels(
      compose({
        'com.docker.compose.container-number': '3',
        'com.docker.compose.oneoff': 'True',
        'com.docker.compose.project.working_dir': '/src/shop',
      }),
    );
    assert.deepEqual(
      [labels.project, labels.composeService, labels.replica, labels.oneOff, labels.folder],
      ['shop', 'api', 3, true, '/src/shop'],
    );
  });

  it('of compose tell what is waited for, and how', () => {
    const { dependsOn } = readLabels(
      compose({ 'com.docker.compose.depends_on': 'db:service_healthy:false,migrate:service_completed_successfully:false,cache' }),
    );
    assert.deepEqual(dependsOn, [
      { service: 'db', condition: 'service_healthy' },
      { service: 'migrate', condition: 'service_completed_successfully' },
      { service: 'cache', condition: 'service_started' },
    ]);
  });

  it('name at most 32 dependencies', () => {
    const many = Array.from({ length: 10_000 }, (_, n) => `s${n}`).join(',');
    const labels = readLabels(compose({ 'com.docker.compose.depends_on': many }));
    assert.equal(labels.dependsOn.length, 32);
    assert.match(labels.diagnostics.join(), /only the first 32/);
  });

  it('of ours add dependencies to those of compose, each once, and at most 32', () => {
    const { dependsOn, diagnostics } = readLabels(
      compose({ 'com.docker.compose.depends_on': 'db:service_healthy:false', 'dozor.depends_on': ' cache, db ,,cache, queue' }),
    );
    assert.deepEqual(dependsOn, [
      { service: 'db', condition: 'service_healthy' },
      { service: 'cache', condition: 'service_started', byLabel: true },
      { service: 'queue', condition: 'service_started', byLabel: true },
    ]);
    assert.deepEqual(diagnostics, []);
    const many = readLabels({ 'dozor.depends_on': Array.from({ length: 40 }, (_, n) => `s${n}`).join(',') });
    assert.equal(many.dependsOn.length, 32);
    assert.match(many.diagnostics.join(), /only the first 32 of 40 names in dozor\.depends_on count/);
  });

  it('count 32 keys of ours, of at most 1 KiB each', () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`dozor.k${n}`, 'v']));
    assert.match(readLabels(many).diagnostics.join(), /4968 dozor\.\* labels beyond the first 32 were ignored/);
    assert.match(readLabels({ 'dozor.name': 'x'.repeat(1025) }).diagnostics.join(), /longer than 1024 characters/);
  });

  it('half of compose is no compose: a service without a project has none', () => {
    assert.equal(readLabels({ 'com.docker.compose.service': 'api' }).composeService, undefined);
    assert.equal(readLabels({ 'com.docker.compose.project': 'shop' }).project, undefined);
    assert.match(readLabels(compose({ 'com.docker.compose.service': 'x'.repeat(256) })).diagnostics.join(), /longer than 255/);
  });

  it('of the prototype are keys like any other', () => {
    const raw: unknown = JSON.parse('{"__proto__":"polluted","constructor":"x","dozor.enable":"true"}');
    const labels = readLabels(raw);
    assert.equal(labels.enabled, true);
    assert.equal(labels.has('__proto__'), true);
    assert.equal(labels.has('toString'), false);
    assert.equal(({} as { polluted?: string }).polluted, undefined);
  });

  it('never throw, whatever they hold', () => {
    const key = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'dozor.enable',
        'dozor.name',
        'com.docker.compose.project',
        'com.docker.compose.service',
        'com.docker.compose.depends_on',
      ),
    );
    fc.assert(fc.property(fc.dictionary(key, fc.anything()), raw => void readLabels(raw)));
  });
});
