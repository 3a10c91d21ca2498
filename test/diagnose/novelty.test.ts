import assert from 'node:assert/strict';
import { calmWindow } from '../../src/diagnose/calm.ts';
import { noiseOf } from '../../src/diagnose/noise.ts';
import { noveltyOf } from '../../src/diagnose/novelty.ts';
import type { PatternMemory } from '../../src/model/pattern.ts';
import type { Facts } from '../../src/model/service.ts';
import { inspected, instanceOf, noon } from '../fakes/make.ts';
import { fc } from '../fakes/seeded.ts';
import { hour, minute, Play, second } from './play.ts';

const calmHour = (): Play => new Play(noon).says('INFO served', 10 * second).pass(hour);

describe('A new error', () => {
  it('after a calm hour is an issue: one line softly, three lines for sure as a log can be', () => {
    const play = calmHour();
    assert.equal(play.brief, '');
    play.once('ERROR cannot open queue');
    assert.equal(play.brief, 'app_error warning low');
    assert.match(play.issues[0]?.evidence[0]?.what ?? '', /^1 error line of one pattern in the last 10 min, not seen in 48 calm minutes$/);
    play.says('ERROR cannot open queue', 5 * second).pass(20 * second);
    assert.equal(play.brief, 'app_error warning medium');
    assert.deepEqual(play.kinds, ['errs.new', 'rate.up']);
    assert.equal(play.issues[0]?.evidence[0]?.ref.quote, 'ERROR cannot open queue');
    assert.equal(play.issues[0]?.firstSeen, noon + hour, 'when its first line came');
    assert.ok((play.issues[0]?.confidence ?? 1) <= 0.6);
  });

  it('does not become usual by going on, and is over when it ends', () => {
    const play = calmHour()
      .says('ERROR cannot open queue', 20 * second)
      .pass(2 * hour);
    assert.equal(play.brief, 'app_error warning medium');
    play
      .silence()
      .says('INFO served', 10 * second)
      .pass(11 * minute);
    assert.equal(play.brief, '');
  });

  it('is told from the usual ones that a service prints, whichever are more', () => {
    const play = new Play(noon).says('ERROR retrying', 200).pass(40 * minute);
    assert.equal(play.brief, '');
    play.once('ERROR cannot open queue');
    assert.equal(play.brief, 'app_error warning low');
    assert.equal(play.issues[0]?.evidence[0]?.ref.quote, 'ERROR cannot open queue');
    assert.equal(noiseOf(play.view, play.now)?.patterns, 1, 'the usual ones are still noise');
  });

  it('is told by its rate where the line is known but rare', () => {
    const play = new Play(noon).says('ERROR cannot open queue', minute).pass(hour);
    assert.equal(play.brief, '');
    play.says('ERROR cannot open queue', 2 * second).pass(minute);
    assert.equal(play.brief, 'app_error warning medium');
    assert.match(play.issues[0]?.evidence[0]?.what ?? '', /up to \d+ a minute, (?:1|0\.9) in \d+ calm minutes/);
  });

  it('without a baseline is told all the same when its log was calm before it, and says so', () => {
    const play = new Play(noon)
      .says('INFO served', second)
      .pass(minute)
      .says('ERROR cannot open queue', 5 * second)
      .pass(20 * second);
    assert.equal(play.brief, 'app_error warning medium');
    assert.match(play.issues[0]?.evidence[0]?.what ?? '', /no baseline yet, 0 of 10 calm minutes$/);
  });

  it('of a young service that was well at first is told at once, and stays however even it is', () => {
    const play = new Play(noon)
      .says('INFO served', second)
      .pass(7 * second)
      .says('ERROR dial db: refused', second)
      .pass(second);
    assert.match(play.brief, /warning low$/);
    for (let i = 0; i < 8; i++) assert.match(play.pass(10 * second).brief, /warning medium$/, `${i}`);
  });

  it('after a few seconds of calm talk is told as after a minute, unless a check calls the service well', () => {
    const young = (over: Partial<Facts>, talk: number): Play => {
      const play = new Play(noon);
      play
        .see(inspected(noon, play.view.service.id, play.facts(over)))
        .says('INFO ready', talk)
        .pass(6 * second);
      return play
        .silence()
        .says('ERROR bad frame', second)
        .pass(10 * second);
    };
    assert.equal(young({}, second / 2).brief, 'app_error warning medium');
    assert.equal(young({}, 2 * second).brief, 'app_error warning low', 'it has hardly said a thing');
    assert.equal(young({ health: 'healthy' }, second / 2).brief, 'app_error warning low');
  });

  it('right after the first start of a service is told softly: it may always be so', () => {
    const play = new Play(noon).once('ERROR cannot open queue');
    assert.equal(play.brief, 'app_error info low', 'not yet a warning');
    play.pass(30 * second);
    assert.equal(play.brief, 'app_error warning low');
  });
});

describe('Errors that are as always', () => {
  it('five a second since the start and now, of a service that is well: nothing, at any time, and the noise is counted', () => {
    const play = new Play(noon, undefined, { health: 'healthy' }).says('ERROR retrying', 200);
    for (const length of [5 * second, 25 * second, minute, 3 * minute, 5 * minute, 10 * minute, 10 * minute, hour, hour]) {
      play.pass(length);
      assert.equal(play.brief, '', `${(play.now - noon) / second} s after the start`);
      const noise = noiseOf(play.view, play.now);
      assert.equal(noise?.patterns, 1);
      assert.ok((noise?.count ?? 0) >= Math.min(450, (play.now - noon) / 200 - 1), String(noise?.count));
      assert.match(`${noise?.why} ${noise?.wouldBeReal}`, /even rate since its log begins.*rises|usual errors: .*not seen before/);
    }
    assert.match(noiseOf(play.view, play.now)?.why ?? '', /up to 300 a minute, 300 in \d+ calm minutes/);
  });

  it('from the start but slow are a habit only of a service that a check calls well', () => {
    const slow = (over: Partial<Facts>): Play => {
      const play = new Play(noon);
      return play
        .see(inspected(noon, play.view.service.id, play.facts(over)))
        .says('ERROR retrying', 2 * second)
        .pass(minute);
    };
    assert.equal(slow({}).brief, 'app_error warning low');
    assert.equal(slow({ health: 'healthy' }).brief, '');
    assert.match(slow({ health: 'unhealthy', failingStreak: 3 }).brief, /unhealthy/);
    const probe = {
      plusMinus: 0,
      server: 'local',
      how: 'live',
      kind: 'probe',
      service: 'local/shop/a',
      instance: instanceOf('a'),
      ms: 3,
    } as const;
    const probed = (ok: boolean): Play => {
      const play = slow({});
      return play.see({ ...probe, at: play.now, ok: true }, { ...probe, at: play.now, ok });
    };
    assert.equal(probed(true).brief, '');
    assert.equal(probed(false).brief, 'app_error warning low');
  });

  it('in a log that is met late, and only its end: many a second may be a habit, a few a minute are trouble', () => {
    const met = (every: number): Play => {
      const play = new Play(noon);
      play.now += hour;
      return play.tell(
        Array.from({ length: 200 }, (_, i) => ({ at: play.now - (200 - i) * every, stamp: '', stream: 'err', text: 'ERROR retrying' })),
      );
    };
    assert.equal(met(200).brief, 'app_error info low', 'told softly, since nothing says that it is well');
    assert.equal(met(5000).brief, 'app_error warning low');
  });

  it('a burst each ten minutes is no news', () => {
    const play = new Play(noon).says('INFO served', 10 * second);
    for (let i = 0; i < 18; i++) {
      play.pass(10 * minute);
      play.once(...Array.from({ length: 20 }, () => 'ERROR sync is late'));
      if (i > 3) assert.ok(!play.kinds.includes('rate.up') && play.issues.every(issue => issue.band === 'low'), `burst ${i}`);
      if (i > 6) assert.equal(play.brief, '', `burst ${i}`);
    }
  });

  it('stay so when the container is recreated, and what it said before is kept apart', () => {
    const play = new Play(noon).says('ERROR retrying', second).pass(40 * minute);
    play.once('ERROR last words');
    play.recreate('other').pass(10 * second);
    assert.equal(play.brief.includes('medium'), false);
    const { logs } = play.view;
    assert.ok(logs?.errors.every(line => line.text === 'ERROR retrying'));
    assert.equal(logs?.previous?.errors.at(-1)?.text, 'ERROR last words');
    assert.ok((logs?.previous?.to ?? 0) <= (logs?.from ?? 0));
    play.pass(5 * minute);
    assert.equal(
      play.issues.some(issue => issue.evidence.some(each => each.ref.quote === 'ERROR retrying')),
      false,
    );
  });

  it('of each start are quiet at the next, and a new one is not', () => {
    const play = new Play(noon)
      .once('ERROR cache is cold')
      .says('INFO served', 10 * second)
      .pass(30 * minute);
    play.restart().pass(second).once('ERROR cache is cold').pass(second);
    assert.equal(play.brief, '');
    assert.match(noiseOf(play.view, play.now)?.why ?? '', /seen at 2 starts/);
    play.once('ERROR no such table: carts');
    assert.match(play.brief, /^app_error warning/);
    assert.match(play.issues[0]?.evidence.find(each => each.kind === 'errs.new')?.what ?? '', /not seen at earlier starts/);
  });

  it('that stop, or come faster, are not even any more', () => {
    const stopped = new Play(noon).says('ERROR retrying', second, 20 * second).pass(3 * minute);
    assert.equal(stopped.brief, 'app_error warning low');
    const faster = new Play(noon)
      .says('ERROR retrying', 10 * second)
      .pass(minute)
      .says('ERROR retrying', 100)
      .pass(20 * second);
    assert.match(faster.brief, /^app_error warning/);
  });
});

describe('The calm window', () => {
  it('has no minutes of a start, of a death and the time down, of ill health, or of lost lines', () => {
    const play = calmHour();
    const before = noveltyOf(patternOf('x'), calmWindow(play.patterns, play.now), play.now).minutes;
    assert.equal(before, 48, '60 minutes, less the newest ten and the two of the start');
    const at = (change: (play: Play) => void): number => {
      const other = calmHour();
      change(other);
      other.pass(20 * minute);
      return noveltyOf(patternOf('x'), calmWindow(other.patterns, other.now), other.now).minutes;
    };
    const calm = at(() => {});
    assert.equal(calm, before + 20);
    assert.ok(at(each => each.restart()) < calm);
    assert.ok(
      at(each => each.tell([{ at: each.now, stamp: '', stream: 'out', text: 'INFO x' }], { dropped: { lines: 5, bytes: 50 } })) < calm,
    );
    const sick = at(each => each.see({ ...healthOf(each) }));
    assert.ok(sick <= calm - 10, String(sick));
  });

  it('is a day of watching at most', () => {
    const play = new Play(noon).says('INFO served', 30 * second).pass(30 * hour);
    const { minutes } = noveltyOf(patternOf('x'), calmWindow(play.patterns, play.now), play.now);
    assert.ok(minutes > 23 * 60 && minutes <= 25 * 60, String(minutes));
  }).timeout(15_000);
});

const healthOf = (play: Play) => ({
  at: play.now,
  plusMinus: 0,
  server: 'local',
  how: 'live' as const,
  kind: 'inspected' as const,
  service: play.view.service.id,
  facts: play.facts({ startedAt: noon, health: 'unhealthy' }),
});

const patternOf = (id: string, over: Partial<PatternMemory> = {}): PatternMemory => ({
  id,
  text: id,
  level: 'error',
  sample: id,
  first: noon,
  last: noon,
  total: 1,
  doublings: [noon],
  minutes: new Map(),
  calm: new Map(),
  busiest: 0,
  starts: 0,
  startAt: 0,
  startCount: 0,
  ...over,
});

describe('Novelty', () => {
  const play = calmHour();
  const minuteNow = Math.floor(play.now / minute);

  it('lies between 0 and 1, grows with what comes now and falls with what came before', () => {
    const counts = fc.nat({ max: 100_000 });
    fc.assert(
      fc.property(counts, counts, counts, (now, more, calm) => {
        const value = (lines: number, before: number): number => {
          const pairs: readonly (readonly [number, number])[] = [
            [minuteNow, lines],
            [minuteNow - 30, before],
          ];
          const minutes = new Map(pairs.filter(([, count]) => count > 0));
          return noveltyOf(patternOf('x', { minutes }), calmWindow(play.patterns, play.now), play.now).value ?? Number.NaN;
        };
        for (const each of [value(now, calm), value(now + more, calm)]) assert.ok(each >= 0 && each <= 1, String(each));
        assert.ok(value(now + more, calm) >= value(now, calm));
        assert.ok(value(now, calm + more) <= value(now, calm));
      }),
    );
  });

  it('is 1 for what never came, by the formula for what did, and unknown with less than ten calm minutes', () => {
    const with0 = patternOf('x', { minutes: new Map([[minuteNow, 1]]) });
    assert.equal(noveltyOf(with0, calmWindow(play.patterns, play.now), play.now).value, 1);
    const with480 = patternOf('x', {
      minutes: new Map([
        [minuteNow, 19],
        [minuteNow - 30, 48],
      ]),
    });
    const told = noveltyOf(with480, calmWindow(play.patterns, play.now), play.now);
    assert.deepEqual([told.calm, told.now, told.minutes, told.isNew], [1, 19, 48, false], 'busier than now in a calm minute');
    assert.ok(Math.abs((told.value ?? 0) - (1 - 1.5 / 19.5)) < 1e-9);
    const young = new Play(noon).says('INFO served', second).pass(20 * minute);
    assert.deepEqual(
      [
        noveltyOf(with0, calmWindow(young.patterns, young.now), young.now).value,
        noveltyOf(with0, calmWindow(young.patterns, young.now), young.now).isNew,
      ],
      [undefined, undefined],
    );
  });
});
