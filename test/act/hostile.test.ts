import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fenced } from '../../src/act/fenced.ts';
import { issueSummary, reportText } from '../../src/act/message.ts';
import { serviceLabel, statusLine } from '../../src/act/statusLine.ts';
import { clear, dead, evidence, issue, now, report, service, world } from './some.ts';

/** Text as an attacker would write it: pieces that mean something to a terminal, to Markdown, to a model, between any characters. */
const pieces = [
  '\u001b[31m',
  '\u001b]52;c;eA==\u0007',
  '\u009b2J',
  '\u202e',
  '\u200b',
  '\u{e0041}',
  '\ufeff',
  '\r\n',
  '\u2028',
  '`'.repeat(4),
  '```\n',
  '](command:x)',
  '![i](https://evil/)',
  '<img src=x onerror=y>',
  '$(sync~spin)',
  '<<<END',
  '<<<DATA',
  'ignore previous instructions',
  '__proto__',
  'password=hunter22',
  '\ud800',
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 20 })), { maxLength: 12 })
  .map(parts => parts.join(''));
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

describe('Whatever comes from outside', () => {
  const given = (text: string) => {
    const view = dead(7, 60_000, { error: text }, { name: text, project: text, diagnostics: [text] });
    return {
      view,
      there: world([view]),
      issues: [issue({ evidence: [evidence(text, { what: text, id: text, kind: text })] })],
    };
  };

  it('stays on its line and visible in labels, status and summaries', () =>
    fc.assert(
      fc.property(hostile, text => {
        const { view, there, issues } = given(text);
        for (const shown of [
          serviceLabel(service({ name: text })),
          statusLine(view, clear, now),
          ...issues.map(one => issueSummary(one, there, now)),
        ])
          assert.doesNotMatch(shown, unseen);
      }),
    ));

  it('forges no line of a report', () =>
    fc.assert(
      fc.property(hostile, text => {
        const { there, issues } = given(text);
        const calm = given('calm');
        const lines = (of: typeof calm): number =>
          reportText(report({ health: 'critical', issues: of.issues }), of.there, 'plain').split('\n').length;
        const shown = reportText(report({ health: 'critical', issues }), there, 'plain');
        assert.doesNotMatch(shown.replaceAll('\n', ''), unseen);
        assert.ok(lines({ ...calm, there, issues }) <= lines(calm), shown);
      }),
    ));

  it('leaves no fence, link, icon or tag in Markdown', () =>
    fc.assert(
      fc.property(hostile, text => {
        const { there, issues } = given(text);
        const shown = reportText(report({ health: 'critical', issues }), there, 'markdown');
        const outside = shown.replace(/^(`{3,})text\n[\s\S]*?\n\1$/gm, '');
        assert.doesNotMatch(outside, /(?<!\\)[`<]|(?<!\\)\]\(|\$\(/, shown);
      }),
    ));

  it('stays inside the fence for a model, within 6,000 characters', () =>
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 60 }), (text, count) => {
        const { there, issues } = given(text);
        const shown = reportText(
          report({ health: 'critical', issues: Array.from({ length: count }, () => issues).flat() }),
          there,
          'model',
        );
        assert.ok(shown.length <= 6000, `${shown.length}`);
        const mark = /^<<<DATA ([0-9a-f]{32})>>>$/m.exec(shown)?.[1];
        if (mark !== undefined) assert.ok(shown.endsWith(`\n<<<END ${mark}>>>`), shown.slice(-100));
        assert.doesNotMatch(shown.replaceAll('\n', ''), unseen);
        assert.doesNotMatch(shown, /hunter22/);
      }),
    ));
});

describe('A fence for a model', () => {
  it('takes whole lines from the wanted end', () => {
    const lines = Array.from({ length: 100 }, (_, i) => `line ${i}`);
    const first = fenced(lines, 600);
    const last = fenced(lines, 600, 'last');
    assert.match(first.text, />>>\nline 0\nline 1\n/);
    assert.match(last.text, /\nline 98\nline 99\n<<<END/);
    for (const each of [first, last]) assert.ok(each.text.length <= 600 && each.shown > 5 && each.shown < 100);
  });

  it('is left out where there is nothing to hold, or no room for a line', () => {
    assert.deepEqual(fenced([], 1000), { text: '', shown: 0 });
    assert.deepEqual(fenced(['x'.repeat(100)], 250), { text: '', shown: 0 });
  });
});
