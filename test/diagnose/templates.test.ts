import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createMiner, type MinerOptions } from '../../src/diagnose/templates.ts';

/** Groups the lines and gives the template's text of each, once all are read. */
function read(lines: readonly string[], options?: MinerOptions): string[] {
  const miner = createMiner(options);
  const ids = lines.map(line => miner.add(line));
  return ids.map(id => miner.template(id)?.text ?? 'gone');
}

const distinct = (lines: readonly string[]): number => new Set(read(lines)).size;
const names = ['ann', 'bob', 'cleo', 'dora', 'emil', 'fay', 'gus', 'hal', 'ida', 'jon'];

describe('the template miner', () => {
  it('gives lines that differ in values one id, and others another', () => {
    const miner = createMiner();
    const [one, two, other] = ['order 17 paid', 'order 18 paid', 'order 17 lost'].map(line => miner.add(line));
    assert.equal(one, two);
    assert.notEqual(one, other);
  });

  it('counts lines, keeps the first as a sample without its secrets, and the times of the first and last', () => {
    const miner = createMiner();
    const id = miner.add('login 1 password=hunter2secret', 2000);
    miner.add('login 2 password=hunter2secret', 1000);
    miner.add('login 3 password=hunter2secret', 3000);
    const template = miner.template(id);
    assert.deepEqual([template?.count, template?.first, template?.last], [3, 1000, 3000]);
    assert.match(template?.sample ?? '', /^login 1 password=/);
    assert.doesNotMatch(template?.sample ?? '', /hunter2/);
  });

  it('joins templates that differ in the name of a bearer', () => {
    assert.deepEqual(
      new Set(read(['session opened for user ann by gate', 'session opened for user bob by gate'])),
      new Set(['session opened for user <*> by gate']),
    );
  });

  it('joins a word between two prepositions', () =>
    assert.equal(distinct(['accepted key for ann from 10.0.0.1', 'accepted key for bob from 10.0.0.2']), 1));

  it('keeps few words apart, for they are states, and joins many', () => {
    const lines = names.map(name => `the parcel goes ${name} tonight`);
    assert.equal(distinct(lines.slice(0, 4)), 4);
    assert.equal(distinct(lines), 1);
  });

  it('keeps lines apart that begin with different words', () =>
    assert.equal(distinct(names.map(name => `${name} startup succeeded`)), names.length));
  it('keeps answers apart', () => assert.equal(distinct(['ready=true after check', 'ready=false after check', 'ready=7 after check']), 3));

  it('joins a value of a key with words and objects in its place', () => {
    assert.equal(
      distinct(['take lock=1, by=a.b.c, ws=null, n=1', 'take lock=2, by=shop, ws=null, n=1', 'take lock=3, by=shop, ws=Source{17}, n=2']),
      1,
    );
  });

  it('joins listed properties of any length', () => {
    assert.equal(
      distinct(['env of server: os.name=Linux', 'env of server: java.home=/opt/java', 'env of server: java.vendor=Some Vendor Inc']),
      1,
    );
  });

  it('joins lists of words in brackets once many are known, whatever their length', () => {
    const lists = names.map((name, i) => `peers are now [${[name, ...names.slice(0, i % 4)].join(', ')}]`);
    assert.deepEqual(new Set(read(lists)), new Set(['peers are now [<*>]']));
    assert.equal(distinct(lists.slice(0, 3)), 3);
  });

  it('joins a list of words with the value that stood in its place', () =>
    assert.equal(distinct(['peers are now [12]', 'peers are now [ann, bob]', 'peers are now [bob, ann, cleo]']), 1));

  it('keeps calls with different words in brackets apart, where they are few', () =>
    assert.equal(distinct(['cache (hit, warm) for order', 'cache (miss, cold) for order']), 2));

  it('joins a short host name with the addresses in its place', () => {
    assert.equal(distinct(['10.0.0.1:80 error: cannot reach it', 'db:80 error: cannot reach it']), 1);
  });

  it('leads a new word straight to a joined template', () => {
    const miner = createMiner();
    const first = miner.add('session of user ann ended');
    miner.add('session of user bob ended');
    assert.equal(miner.canonical(first), first);
    assert.equal(miner.add('session of user cleo ended'), first);
    assert.equal(miner.template(first)?.count, 3);
  });

  it('gives a joined id its new one, and both the same template', () => {
    const miner = createMiner();
    const ids = ['for user ann: no', 'for user bob: no'].map(line => miner.add(line));
    assert.equal(new Set(ids).size, 2);
    assert.deepEqual(
      ids.map(id => miner.canonical(id)),
      [ids[0], ids[0]],
    );
    assert.deepEqual(miner.template(ids[1] ?? -1), miner.template(ids[0] ?? -1));
  });

  it('knows nothing of an id it never gave', () => assert.equal(createMiner().template(7), undefined));

  it('gives the same ids for the same lines, and one id for the same line', () => {
    const word = fc.constantFrom('a', 'b', 'user', 'for', 'x=', '=', '1', '/p/q', ':', 'n.m', '(', ')', 'true', 'null');
    const lines = fc.array(
      fc.array(word, { maxLength: 7 }).map(words => words.join(' ')),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(lines, list => {
        const run = (): readonly number[] => {
          const miner = createMiner({ templates: 500 });
          const ids = list.map(line => miner.add(line));
          return ids.map(id => miner.canonical(id));
        };
        const ids = run();
        assert.deepEqual(run(), ids);
        const byLine = new Map(list.map((line, i) => [line, ids[i]]));
        assert.deepEqual(
          list.map(line => byLine.get(line)),
          ids,
        );
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  it('counts each line once, whatever is joined or let go', () => {
    const miner = createMiner({ templates: 20 });
    for (let i = 0; i < 2000; i++) miner.add(`${names[i % 10]} ${names[(i * 7) % 9]} ${'x'.repeat(i % 97)} for user ${names[i % 3]}`);
    assert.ok(miner.all().length <= 20);
    assert.ok(miner.dropped.templates > 0);
    assert.equal(miner.all().reduce((sum, { count }) => sum + count, 0) + miner.dropped.lines, 2000);
  });

  it('lets the least recently used template go', () => {
    const miner = createMiner({ templates: 8 });
    const kept = miner.add('stays here');
    const gone = miner.add('goes away');
    for (const name of names) {
      miner.add(`${name} came`);
      miner.add('stays here');
    }
    assert.equal(miner.template(kept)?.text, 'stays here');
    assert.equal(miner.template(gone), undefined);
  });

  it('holds no more than it may with lines that are all new', () => {
    const miner = createMiner({ templates: 100 });
    for (let i = 0; i < 20_000; i++) miner.add(`${i.toString(2).replaceAll('0', 'o').replaceAll('1', 'l')} word${'s'.repeat(i % 7)}`);
    assert.ok(miner.all().length <= 100);
  });
});
