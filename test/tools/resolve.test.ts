import assert from 'node:assert/strict';
import fc from 'fast-check';
import { distance, nearest } from '../../src/tools/nearest.ts';
import { resolveService } from '../../src/tools/resolve.ts';
import { aService, instanceOf, type Scene, scene } from './scene.ts';

describe('A service named in words', () => {
  let shop: Scene;
  before(async () => {
    shop = await scene({
      services: [
        [aService('web')],
        [aService('webhook')],
        [aService('api', { name: 'My API' })],
        [{ ...aService('web', { project: 'other' }), instance: instanceOf('other web'), containerName: 'other-web-1', group: 'other' }],
        [aService('evil', { id: 'local/shop/evil', containerName: 'x\n[fix](command:y)\u202e', composeService: 'evil' })],
      ],
    });
  });
  after(() => shop.engine.dispose());

  const named = (words: string): string => {
    const found = resolveService(shop.engine.beliefs(), words);
    return found.ok ? found.id : `no: ${found.because}`;
  };

  const rows: readonly (readonly [string, string])[] = [
    ['local/shop/web', 'local/shop/web'],
    ['shop/web', 'local/shop/web'],
    ['other/web', 'local/other/web'],
    ['webhook', 'local/shop/webhook'],
    ['My API', 'local/shop/api'],
    ['api', 'local/shop/api'],
    [' shop-api-1 ', 'local/shop/api'],
    [instanceOf('webhook'), 'local/shop/webhook'],
    [instanceOf('webhook').slice(0, 12), 'local/shop/webhook'],
  ];
  for (const [words, id] of rows) it(`is found by ${JSON.stringify(words)}`, () => assert.equal(named(words), id));

  it('is never found by a part of its name', () => {
    for (const words of ['we', 'hook', 'ap', 'shop-web', 'WEB', 'local/shop', instanceOf('webhook').slice(0, 11)])
      assert.match(named(words), /^no: There is no service/, words);
  });

  it('is not chosen among several: the candidates are listed', () => {
    assert.equal(named('web'), 'no: "web" names 2 services. Use one of "local/other/web", "local/shop/web".');
  });

  it('has its nearest three names offered when nothing fits', () => {
    assert.match(named('apii'), /There is no service "apii"\. Did you mean "api", "[^"]+", "[^"]+"\?$/);
    assert.match(named('webhok'), /Did you mean "webhook"/);
  });

  it('gives no control character back, neither of the words nor of names', () => {
    assert.doesNotMatch(named('a\u001b]0;x\u0007\nb'), /[\p{Cc}\p{Cf}]/u);
    assert.doesNotMatch(named('evi'), /[\p{Cc}\p{Cf}]/u);
  });

  it('must have words', () => assert.match(named('  '), /^no: Name a service\. For example /));

  it('finds every shown service by its id, whatever others are called', () => {
    for (const id of shop.engine.beliefs().shown) assert.equal(named(id), id);
  });
});

describe('Without services', () => {
  it('says so', async () => {
    const { engine } = await scene({ services: [] });
    const found = resolveService(engine.beliefs(), 'web');
    assert.deepEqual(found, { ok: false, because: 'There is no service "web": no services are seen at all.' });
    engine.dispose();
  });
});

describe('The nearest names', () => {
  it('count edits', () => assert.deepEqual([distance('', 'abc'), distance('kitten', 'sitting'), distance('api', 'api')], [3, 3, 0]));
  it('prefer what begins alike', () =>
    assert.deepEqual(nearest('ap', ['db', 'application-server', 'xp']), ['application-server', 'xp', 'db']));
  it('are symmetric and never longer than the longer word', () =>
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), fc.string({ maxLength: 20 }), (a, b) => {
        assert.ok(distance(a, b) <= Math.max([...a].length, a.length, b.length));
        assert.equal(distance(a, a), 0);
      }),
    ));
});
