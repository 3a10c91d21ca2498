import assert from 'node:assert/strict';
import { readAnsi } from '../../src/ui/ansi.ts';
import { LogView, logText, noFilter } from '../../src/ui/logView.ts';
import { logLine } from './scene.ts';

const e = '\u001b';

describe('colour codes', () => {
  it('become spans over plain text', () => {
    assert.deepEqual(readAnsi(`${e}[31mERROR${e}[0m cannot start`), {
      text: 'ERROR cannot start',
      spans: [{ from: 0, to: 5, style: { color: 1 } }],
    });
  });

  it('add up and end one by one', () => {
    const { spans } = readAnsi(`${e}[1;32ma${e}[22mb${e}[39mc${e}[90md${e}[m`);
    assert.deepEqual(spans, [
      { from: 0, to: 1, style: { bold: true, color: 2 } },
      { from: 1, to: 2, style: { color: 2 } },
      { from: 3, to: 4, style: { color: 8 } },
    ]);
  });

  it('of 256 colours and of true colour come to the nearest of sixteen, backgrounds are left out', () => {
    assert.deepEqual(
      readAnsi(`${e}[38;5;196ma${e}[38;2;0;200;0mb${e}[48;5;21mc`).spans.map(span => span.style.color),
      [9, 2, 2],
    );
  });

  it('take nothing else along: cursor moves, titles, links, half a code, direction marks', () => {
    const hostile = `a${e}[2Jb${e}]0;title\u0007c${e}]8;;http://x${e}\\d${e}]8;;${e}\\${e}[12\u202Ee\u0000`;
    assert.equal(readAnsi(hostile).text.replace('[12', ''), 'abcde');
    assert.equal(readAnsi('a\u202Eb\u0000\tc').text, 'ab    c');
  });

  it('are read in time that grows with the line', () => {
    const began = performance.now();
    readAnsi(`${e}[`.repeat(100_000));
    readAnsi(`${e}[31mx`.repeat(20_000));
    assert.ok(performance.now() - began < 1500);
  });
});

describe('the view of a log', () => {
  const filled = (cap: number, ...lines: string[]) => {
    const view = new LogView(cap);
    for (const text of lines) view.push(logLine(text, { at: 0 }));
    return view;
  };
  const texts = (view: LogView) => view.visible().map(row => row.text);

  it('keeps the newest lines and counts what it let go in the header', () => {
    const view = filled(3, 'a', 'b', 'c', 'd', 'e');
    assert.deepEqual(texts(view), ['c', 'd', 'e']);
    assert.match(
      logText(view, { title: 'web', state: 'following' }, view.visible()),
      /^── web · following · 2 older lines not kept ──\nc\nd\ne$/,
    );
  });

  it('filters by text in either case and by level, and says so', () => {
    const view = filled(10, 'INFO ready', 'ERROR no Queue', 'WARN slow queue', 'queue');
    view.setFilter({ text: 'QUEUE', atLeast: 'warn' });
    assert.deepEqual(texts(view), ['ERROR no Queue', 'WARN slow queue']);
    assert.match(logText(view, { title: 'web', state: 's' }, view.visible()), /filter: warn and worse, containing “QUEUE”: 2 of 4 lines/);
    view.setFilter(noFilter);
    assert.equal(texts(view).length, 4);
  });

  it('keeps a stack trace with the error that began it', () => {
    const view = filled(10, 'ERROR boom', '    at main (app.js:1:2)', 'INFO next', '    detail');
    view.setFilter({ text: '', atLeast: 'error' });
    assert.deepEqual(texts(view), ['ERROR boom', '    at main (app.js:1:2)']);
  });

  it('moves the colours behind the time of the line', () => {
    const view = new LogView(5);
    view.push(logLine(`${e}[31mx`));
    const [row] = view.visible();
    assert.match(row?.text ?? '', /^\d\d:\d\d:\d\d\.\d{3} x$/);
    assert.equal(row?.spans[0]?.from, 13);
  });

  it('cuts a line that would freeze the editor, and says so', () => {
    const view = filled(5, 'x'.repeat(100_000));
    const [text] = texts(view);
    assert.ok((text ?? '').length < 4100);
    assert.match(text ?? '', / …cut$/);
  });

  it('shows a restart whatever the filter', () => {
    const view = filled(5, 'INFO a');
    view.mark('started again');
    view.setFilter({ text: '', atLeast: 'error' });
    assert.deepEqual(texts(view), ['── started again ──']);
  });
});
