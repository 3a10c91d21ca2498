import assert from 'node:assert/strict';
import { type StopKind, whyStopped } from '../../src/diagnose/death.ts';
import type { Observation } from '../../src/model/observation.ts';
import { type Facts, serviceId } from '../../src/model/service.ts';
import { aService, event, inspected, inventory, noon, someFacts, viewOf } from '../fakes/make.ts';

const id = serviceId('local', 'a', 'shop');
const up = (over: Partial<Facts> = {}): Observation[] => [
  inventory(noon - 1000, aService('a')),
  inspected(noon - 900, id, someFacts('a', over)),
];
const ended = (exitCode: number, over: Partial<Facts> = {}): Observation =>
  inspected(noon + 50, id, someFacts('a', { state: 'exited', exitCode, finishedAt: noon, ...over }));
const always = { restartPolicy: { name: 'always', max: 0 } } as const;

interface Row {
  readonly what: string;
  readonly seen: readonly Observation[];
  readonly kind: StopKind;
  readonly inferred?: boolean;
}

// What the engine really shows, row by row; each must be told apart by events and inspect alone.
const rows: readonly Row[] = [
  { what: 'a crash of its main process', seen: [...up(), event(noon, 'a', 'die', { exit: 1 }), ended(1)], kind: 'crash' },
  {
    what: 'a kill -9 from inside: die 137 and no kill',
    seen: [...up(), event(noon, 'a', 'die', { exit: 137 }), ended(137)],
    kind: 'crash',
  },
  {
    what: 'out of memory, told by the flag',
    seen: [...up(), event(noon, 'a', 'die', { exit: 137 }), ended(137, { oomKilled: true })],
    kind: 'oom',
  },
  {
    what: 'out of memory with exit 1',
    seen: [...up(), event(noon - 5, 'a', 'oom'), event(noon, 'a', 'die', { exit: 1 }), ended(1, { oomKilled: true })],
    kind: 'oom',
  },
  {
    what: 'docker stop',
    seen: [
      ...up(),
      event(noon - 9, 'a', 'kill', { signal: 15 }),
      event(noon, 'a', 'die', { exit: 143 }),
      event(noon + 2, 'a', 'stop'),
      ended(143),
    ],
    kind: 'by-hand',
  },
  {
    what: 'docker stop of one that ignores TERM',
    seen: [
      ...up(),
      event(noon - 10_000, 'a', 'kill', { signal: 15 }),
      event(noon - 2, 'a', 'kill', { signal: 9 }),
      event(noon, 'a', 'die'),
      event(noon + 2, 'a', 'stop'),
      ended(137),
    ],
    kind: 'by-hand',
  },
  {
    what: 'docker kill',
    seen: [...up(), event(noon - 3, 'a', 'kill', { signal: 9 }), event(noon, 'a', 'die', { exit: 137 }), ended(137)],
    kind: 'by-hand',
  },
  {
    what: 'docker stop during the wait of a restart loop: stop alone',
    seen: [...up(always), event(noon, 'a', 'die', { exit: 2 }), event(noon + 500, 'a', 'stop'), ended(2, always)],
    kind: 'by-hand',
  },
  {
    what: 'docker kill during that wait: no event at all',
    seen: [...up(always), event(noon, 'a', 'die', { exit: 2 }), ended(2, always)],
    kind: 'by-hand',
    inferred: true,
  },
  {
    what: 'an end that its policy does not explain and that no event told: a kill may have gone unheard',
    seen: [...up(always), ended(2, always)],
    kind: 'unknown',
  },
  {
    what: 'the same, before we came: nobody but a person ends it so',
    seen: [...up(always), ended(2, { ...always, finishedAt: noon - 60_000 })],
    kind: 'by-hand',
    inferred: true,
  },
  {
    what: 'HUP by hand, and a crash of its own a minute later',
    seen: [...up(always), event(noon - 60_000, 'a', 'kill', { signal: 1 }), event(noon, 'a', 'die', { exit: 5 }), ended(5, always)],
    kind: 'crash',
  },
  {
    what: 'a TERM long before the death',
    seen: [...up(), event(noon - 60_000, 'a', 'kill', { signal: 15 }), event(noon, 'a', 'die', { exit: 5 }), ended(5)],
    kind: 'crash',
  },
  {
    what: 'on-failure used up',
    seen: [...up(), event(noon, 'a', 'die', { exit: 3 }), ended(3, { restartPolicy: { name: 'on-failure', max: 3 }, restartCount: 3 })],
    kind: 'crash',
  },
  {
    what: 'a bad command: created, never died',
    seen: [
      inventory(noon, aService('a', { state: 'created' })),
      inspected(noon, id, someFacts('a', { state: 'created', exitCode: 127, error: 'exec: "srv": not found' })),
    ],
    kind: 'start-error',
  },
  {
    what: 'created and not started yet',
    seen: [inventory(noon, aService('a', { state: 'created' })), inspected(noon, id, someFacts('a', { state: 'created', exitCode: 0 }))],
    kind: 'created',
  },
  { what: 'a job that ended well', seen: [...up(), event(noon, 'a', 'die', { exit: 0 }), ended(0)], kind: 'finished' },
  {
    what: 'exit 0 of one that has a health check',
    seen: [...up({ hasHealthcheck: true }), event(noon, 'a', 'die', { exit: 0 }), ended(0, { hasHealthcheck: true })],
    kind: 'crash',
  },
  { what: 'docker pause', seen: [...up(), event(noon, 'a', 'pause')], kind: 'paused' },
  {
    what: 'removal',
    seen: [...up(), event(noon - 2, 'a', 'kill', { signal: 9 }), event(noon, 'a', 'die'), event(noon + 1, 'a', 'destroy')],
    kind: 'gone',
  },
  { what: 'exit 137 that nobody saw', seen: [inventory(noon, aService('a', { state: 'exited' })), ended(137)], kind: 'unknown' },
  { what: 'exit 7 that nobody saw', seen: [inventory(noon, aService('a', { state: 'exited' })), ended(7)], kind: 'crash' },
];

describe('why it stopped', () => {
  for (const row of rows) {
    it(`tells ${row.what}`, () => {
      const stop = whyStopped(viewOf('a', ...row.seen));
      assert.equal(stop.kind, row.kind, JSON.stringify(stop));
      assert.equal(stop.inferred, row.inferred ?? false);
    });
  }

  it('blames the daemon for a death within the gap', () => {
    const view = viewOf('a', ...up(), ended(137));
    assert.equal(whyStopped(view, [noon - 5000, noon + 5000]).kind, 'by-daemon');
    assert.equal(whyStopped(view, [noon + 1, noon + 5000]).kind, 'unknown');
  });

  it('tells the time of this end, not of an earlier one, while inspect has not looked yet', () => {
    const view = viewOf('a', ...up({ finishedAt: noon - 60_000 }), event(noon, 'a', 'die', { exit: 1 }));
    assert.equal(whyStopped(view).at, noon);
  });

  it('takes an unreadable signal for one that ends, since labels may forge it', () => {
    const stop = whyStopped(viewOf('a', ...up(), event(noon - 3, 'a', 'kill'), event(noon, 'a', 'die'), ended(137)));
    assert.equal(stop.kind, 'by-hand');
  });

  it('believes inspect over the exit code that an event claims', () => {
    const stop = whyStopped(viewOf('a', ...up(), event(noon, 'a', 'die', { exit: 0 }), ended(137)));
    assert.equal(stop.exit, 137);
    assert.equal(stop.kind, 'crash');
  });

  it('says a job is finished when others wait for its end, whatever it publishes', () => {
    const job = aService('a', { ports: [{ container: 80, protocol: 'tcp', host: 8080 }] });
    const waiting = aService('b', { waitsForEnd: [id] });
    const view = viewOf('a', inventory(noon - 1000, job, waiting), event(noon, 'a', 'die', { exit: 0 }), ended(0));
    assert.equal(whyStopped(view).kind, 'finished');
  });
});
