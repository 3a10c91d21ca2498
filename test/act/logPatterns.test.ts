import assert from 'node:assert/strict';
import type { Subject } from '../../src/act/investigation.ts';
import { logCheck } from '../../src/act/logCheck.ts';
import { byPattern, judgedOf, judgedWords } from '../../src/act/logPatterns.ts';
import { minute, Play, second } from '../diagnose/play.ts';
import { FakeClock } from '../fakes/fakeClock.ts';
import { noon } from '../fakes/make.ts';

const subjectOf = ({ view, world, now }: Play): Subject => ({ view, world, issues: [], incidents: [], now });
const calm = (): Play => new Play(noon).says('INFO served', 10 * second).pass(60 * minute);
const linesOf = (texts: readonly string[], at: number) => texts.map((text, i) => ({ at: at + i, text }));

/** What the check of the log finds in lines that are read again, from an hour in which they were followed. */
async function found(play: Play, texts: readonly string[]): Promise<string> {
  const needs = {
    clock: new FakeClock(play.now),
    prepare: async () => undefined,
    subject: () => subjectOf(play),
    async *readLogs() {
      for (const { at, text } of linesOf(texts, play.now - 10 * second)) yield { at, text, stamp: '', stream: 'out' as const };
    },
    askPeers: async () => [],
    history: () => [],
  };
  const { findings } = await logCheck(subjectOf(play), needs, new AbortController().signal);
  return findings.map(({ text }) => text).join('\n');
}

describe('Error patterns of an investigation', () => {
  it('are new where the calm window has none, with both rates', async () => {
    const play = calm()
      .says('ERROR cannot open queue', 5 * second)
      .pass(minute);
    const text = await found(play, ['ERROR cannot open queue', 'ERROR cannot open queue']);
    assert.match(
      text,
      /^2 error lines of one pattern, .* \(new: not seen in 49 calm minutes, up to 12 a minute now\), the newest\n2 error lines in 2 lines/,
    );
  });

  it('are usual at the rate that they had, and stand behind the new ones', async () => {
    const play = new Play(noon).says('ERROR retrying the upload', 10 * second).pass(60 * minute);
    const text = await found(play.once('ERROR cannot open queue'), [
      'ERROR retrying the upload',
      'ERROR retrying the upload',
      'ERROR cannot open queue',
    ]);
    const [first, second_] = text.split('\n');
    assert.match(first ?? '', /^1 error line, .* \(new: not seen in/);
    assert.match(second_ ?? '', /^2 error lines of one pattern, .* \(usual: up to \d a minute, \d in \d+ calm minutes\)/);
  });

  it('are told of lines that a row knows, too', async () => {
    const play = calm()
      .says('ERROR write /data/x: no space left on device', 5 * second)
      .pass(minute);
    assert.match(
      await found(play, ['ERROR write /data/x: no space left on device']),
      /^ran out of disk space.*; new: not seen in 49 calm minutes/,
    );
  });

  it('are not compared where nothing is remembered', async () => {
    const text = await found(calm(), ['ERROR other thing', 'ERROR other thing']);
    assert.match(text, /^2 error lines of one pattern, \d\d:\d\d:\d\d UTC to \d\d:\d\d:\d\d UTC, the newest\n/);
  });

  it('are found through values and stamps that vary', () => {
    const play = calm();
    let n = 0;
    play.says(() => `2026-01-01 00:00:0${n % 10},123 ERROR job ${n++} failed with code 17`, 5 * second).pass(minute);
    const groups = byPattern(
      linesOf(
        ['2026-01-01 10:00:01,456 ERROR job 77 failed with code 17', '2026-01-01 10:00:02,789 ERROR job 78 failed with code 17'],
        play.now,
      ),
      subjectOf(play),
    );
    assert.deepEqual(
      groups.map(({ lines, judged }) => [lines.length, judged?.verdict]),
      [[2, 'new']],
    );
  });

  it('say so where no baseline is there yet', () => {
    const play = new Play(noon).says('ERROR retrying the upload', 10 * second).pass(minute);
    const judged = judgedOf('ERROR retrying the upload', subjectOf(play)) ?? assert.fail();
    assert.match(judgedWords(judged), /: no baseline yet, \d of \d+ calm minutes$/);
  });
});
