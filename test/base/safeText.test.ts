import assert from 'node:assert/strict';
import { displaySafe, fence, forMarkdown, forPlain, forToast, forTree, stripAnsi } from '../../src/base/safeText.ts';
import { assertLinear } from '../fakes/linear.ts';
import { fc } from '../fakes/seeded.ts';

const esc = '\u001b';
const bell = '\u0007';
const sinks: Readonly<Record<string, (text: string, max?: number) => string>> = { displaySafe, forTree, forToast, forMarkdown, forPlain };
const invisible = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** Characters with a meaning in Markdown that no backslash takes it from. */
function live(markdown: string): string[] {
  return [...markdown.replace(/\\[!-/:-@[-`{-~]/g, '')].filter(c => '[]()<>`!*_{}|~#&@:/'.includes(c));
}

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.constantFrom(
    esc,
    `${esc}[31m`,
    `${esc}]0;`,
    bell,
    '\u009b',
    '\n',
    '\r',
    '\t',
    '\u2028',
    '\u202e',
    '\u200d',
    '\u0301',
    'e',
    '\u{E0041}',
    '\ufe0f',
    '\ud83d',
    '\ude00',
    '\u1100',
    '\u1160',
    '\uac00',
    '$(',
    '$',
    '(',
    '](',
    '[',
    '<',
    '`',
    '\u1fef',
    '\u2126',
    '…',
    ' ',
    '\u00a0',
    '\u2000',
    '\u0d4e',
  ),
);
const hostile = fc.array(nasty, { maxLength: 20 }).map(parts => parts.join(''));

describe('displaySafe', () => {
  it('puts a forged second line on the first (exploit 4)', () => {
    const out = displaySafe('x\n[CRITICAL] db — down\r\nmore\u2028and\u0085more');
    assert.equal(out, 'x [CRITICAL] db — down moreandmore');
  });

  it('drops what turns text around and what sets a terminal title (exploit 5)', () => {
    assert.equal(displaySafe(`a\u202egnp.exe\u202c ${esc}]0;owned${bell}b`), 'agnp.exe b');
  });

  it('drops tags, zero width text and variation selectors that hide a message (exploit 20)', () => {
    const hidden = [...'ignore all'].map(c => String.fromCodePoint(0xe0000 + (c.codePointAt(0) ?? 0))).join('');
    const selectors = [...'run'].map(c => String.fromCodePoint(0xe0100 + (c.codePointAt(0) ?? 0))).join('');
    assert.equal(displaySafe(`web${hidden}\u200b\u2060\ufeff${selectors}\u034f\u3164`), 'web');
  });

  it('drops links, clipboard writes and screen wipes of a terminal (exploit 21)', () => {
    assert.equal(displaySafe(`${esc}]8;;https://evil.example${esc}\\text${esc}]8;;${esc}\\`), 'text');
    assert.equal(displaySafe(`${esc}]52;c;ZXZpbA==${bell}ok${esc}[2J${esc}[1;31mred\u009b0m`), 'okred');
  });

  it('drops private use marks (exploit 22)', () => {
    assert.equal(displaySafe('\ue000javascript:alert(1)\ue001\u{10fffd}'), 'javascript:alert(1)');
  });

  it('keeps what people write', () => {
    for (const text of ['web', 'мой сервис', 'サービス', 'a-b_c.d/e #2', 'naïve café', '👍 ok', '🇺🇦', '- 5 % < 7'])
      assert.equal(displaySafe(text), text.normalize('NFC'));
  });

  it('composes what a dropped character kept apart', () => {
    assert.equal(displaySafe('e\u200d\u0301'), '\u00e9');
  });

  it('drops halves of surrogate pairs, also where it cuts', () => {
    assert.equal(displaySafe('a\ud83db\ude00c'), 'abc');
    for (let max = 2; max < 9; max++) {
      const out = displaySafe(`x${'😀'.repeat(400)}`, max);
      assert.ok(out.isWellFormed());
      assert.equal(out, `x${'😀'.repeat(max - 2)}…`);
    }
  });

  it('cuts between graphemes and marks the cut', () => {
    assert.equal(displaySafe('abcdef', 6), 'abcdef');
    assert.equal(displaySafe('abcdefg', 6), 'abcde…');
    assert.equal(displaySafe('abcd efg', 6), 'abcd…');
    assert.equal(displaySafe('n\u0303n\u0303n\u0303x\u0302x\u0302x\u0302', 5), 'ñññx\u0302…');
    assert.equal(displaySafe('🇺🇦🇺🇦🇺🇦', 2), '🇺🇦…');
    assert.equal(displaySafe('🇺🇦🇺🇦', 2), '🇺🇦🇺🇦');
    assert.equal(displaySafe(`${' '.repeat(10_000)}x`, 5), '…');
  });

  it('does not let one letter with a thousand marks through', () => {
    const marked = (count: number): string => `x${'\u0302'.repeat(count)}`;
    assert.equal(displaySafe(marked(15), 2), marked(15));
    assert.equal(displaySafe(marked(16), 2), `${marked(14)}…`);
    assert.equal(displaySafe(`${marked(15)}yz`, 2), `${marked(14)}…`);
    assert.equal(displaySafe(`${marked(5000)}b`, 20), `${marked(158)}…`);
    assert.ok(displaySafe('\u1100'.repeat(100_000), 20).length <= 160);
  });

  it('is short, visible, on one line, well formed, and the same the second time, whatever goes in', () => {
    const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 40 }), (text, max) => {
        const out = displaySafe(text, max);
        assert.equal(displaySafe(out, max), out);
        assert.ok([...segmenter.segment(out)].length <= max);
        assert.ok(out.length <= max * 8);
        assert.doesNotMatch(out, invisible);
        assert.ok(out.isWellFormed());
        assert.equal(out, out.trim());
      }),
      { numRuns: 3000 },
    );
  });
});

describe('The sinks', () => {
  const link = '[fix](command:workbench.action.terminal.sendSequence?%7B%22text%22%3A%22id%22%7D)';

  it('make a command link inert (exploit 6)', () => {
    assert.doesNotMatch(forToast(link), /\]\(/);
    assert.doesNotMatch(forTree(`${link} $(zap)`), /\$\(/);
    assert.deepEqual(live(forMarkdown(link)), []);
    assert.doesNotMatch(forMarkdown(link), /(?<!\\)\]\(/);
  });

  it('show a theme icon as letters (exploit 7)', () => {
    for (const [name, sink] of Object.entries(sinks).filter(([name]) => !['displaySafe', 'forPlain'].includes(name))) {
      assert.doesNotMatch(sink('$(sync~spin) OK $$((x) $\u200b(zap) $\n(x)'), /\$\\?\(/, name);
      assert.match(sink('$(sync~spin) OK'), /sync.*spin.*OK/, name);
    }
  });

  it('leave no HTML where HTML could be read (exploit 23)', () => {
    const image = '<img src=x onerror=alert(1)>';
    assert.doesNotMatch(forToast(image), /</);
    assert.deepEqual(live(forMarkdown(`${image} &lt;b&gt;`)), []);
  });

  it('turn no address, mail, image or reference into a link in Markdown', () => {
    for (const text of [
      '![x](https://evil.example/?q=1)',
      '[x][y]',
      '<https://evil.example>',
      'https://evil.example',
      'www.evil.example',
      'bob@evil.example',
    ])
      assert.deepEqual(live(forMarkdown(text)), [], text);
    assert.equal(forMarkdown('www.evil.example'), 'www\\.evil\\.example');
  });

  it('keep the words of Markdown text readable once it is drawn', () => {
    fc.assert(
      fc.property(hostile, text =>
        assert.equal(forMarkdown(text).replace(/\\([!-/:-@[-`{-~])/g, '$1'), displaySafe(text, 400).replaceAll('$(', '$ (')),
      ),
    );
  });

  it('leave nothing live in Markdown, whatever goes in', () => {
    fc.assert(
      fc.property(hostile, text => assert.deepEqual(live(forMarkdown(text)), [])),
      { numRuns: 2000 },
    );
  });

  it('are the same the second time, but for Markdown, which escapes anew', () => {
    for (const sink of [forTree, forToast, forPlain]) fc.assert(fc.property(hostile, text => assert.equal(sink(sink(text)), sink(text))));
  });

  for (const [name, sink] of Object.entries(sinks)) {
    it(`take no longer for a megabyte than its head needs: ${name}`, function () {
      this.timeout(10_000);
      const floods = [
        'a',
        '`',
        '$(',
        '](',
        '<',
        '\n',
        ' ',
        `${esc}[`,
        `${esc}]`,
        `${esc}[31m`,
        `${esc}[0;`,
        '\u0301',
        '\u202e',
        '😀',
        '\ud83d',
        '\u1100',
        '\\',
      ];
      for (const flood of floods)
        assertLinear(
          `${name} ${JSON.stringify(flood)}`,
          size => flood.repeat(Math.ceil(size / flood.length)),
          text => sink(text),
          524_288,
        );
    });
  }
});

describe('stripAnsi', () => {
  it('takes colours, titles and cursor moves and leaves the rest, line ends too', () => {
    assert.equal(stripAnsi(`${esc}[1;31merror${esc}[0m: a\nb ${esc}]0;t${bell}c${esc}Md\u009b5me`), 'error: a\nb cde');
    assert.equal(stripAnsi('no [31m escape'), 'no [31m escape');
  });

  it('is linear in unfinished sequences', function () {
    this.timeout(10_000);
    for (const flood of [`${esc}[`, `${esc}]`, `${esc}[0`, `${esc}[;`, esc, '\u009b', `${esc}]0;x`]) {
      assertLinear(JSON.stringify(flood), size => flood.repeat(Math.ceil(size / flood.length)), stripAnsi, 500_000);
      assertLinear(`${JSON.stringify(flood)} once`, size => flood + '0'.repeat(size), stripAnsi, 500_000);
      assertLinear(`${JSON.stringify(flood)} and spaces`, size => flood + '0'.repeat(size / 2) + ' '.repeat(size / 2), stripAnsi, 500_000);
    }
  });
});

describe('fence', () => {
  it('keeps the lines and says the language', () => {
    assert.equal(fence('a\r\nb\rc\u2028d\te', 'log'), '```log\na\nb\nc\nd    e\n```');
  });

  it('drops colours and invisible text', () => {
    assert.equal(fence(`${esc}[31mred${esc}[0m\u202e\u{E0041}`), '```text\nred\n```');
  });

  it('cannot be closed by what is in it', () => {
    const parts = fc.array(
      fc.oneof(fc.constantFrom('`', '```', '````', '\n', '\r', '\u2028', '~~~', `\u200b`, `\`\u200b\`\``, ' ', '</data>'), nasty),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(parts, list => {
        const lines = fence(list.join('')).split('\n');
        const ticks = lines.at(-1) ?? '';
        assert.match(ticks, /^`{3,}$/);
        assert.equal(lines[0], `${ticks}text`);
        for (const line of lines.slice(1, -1)) assert.ok(!line.includes(ticks), JSON.stringify(line));
      }),
      { numRuns: 2000 },
    );
  });

  it('takes a megabyte of backticks, and runs of them, in linear time', function () {
    this.timeout(10_000);
    for (const flood of ['`', '` ', '``` ', '\n', `${esc}[`, 'a', '\u202e'])
      assertLinear(
        JSON.stringify(flood),
        size => flood.repeat(Math.ceil(size / flood.length)),
        text => fence(text),
        524_288,
      );
  });
});
