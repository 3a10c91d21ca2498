import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import type { Beliefs } from '../../src/engine/port.ts';
import { beliefsWhere, startUnderTest, type UnderTest } from '../bench/underTest.ts';
import { alarming, verdictOf } from '../scenarios/verdict.ts';
import { composed, until } from './dozor.ts';
import { type LiveEngine, noEngineBecause, startEngine } from './engine.ts';

/** How an engine goes away, for how long (ms), and what its services are called: free, always, onfail, unless, stopped, done. */
const absences = [
  { how: 'end', away: 2000, names: 'abcdef' },
  { how: 'end', away: 9000, names: 'zyxwvu' },
  { how: 'kill', away: 3000, names: 'qmtkxz' },
] as const;

for (const { how, away, names } of absences) {
  const [free, always, onFailure, unless, stopped, done] = [...names].map(letter => `svc-${letter}`) as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const idOf = (name: string): string => `bench/away/${name}`;

  describe(`An engine that ${how === 'end' ? 'is ended' : 'is killed'} and started again after ${away / 1000} s`, function () {
    this.timeout(90_000);
    let engine: LiveEngine;
    let tested: UnderTest;
    /** What was said about each service at any time from the moment it went. */
    const said = new Set<string>();
    let [gone, back]: [Beliefs?, Beliefs?] = [];

    const run = (name: string, script: string, ...options: string[]): Promise<string> =>
      engine.docker('run', '-d', '--stop-timeout', '1', ...composed('away', name), ...options, engine.image, 'sh', '-c', script);
    const stay = 'echo ready; exec sleep 100000';

    before(async () => {
      assert.equal(noEngineBecause(), undefined);
      engine = await startEngine();
      await run(free, stay);
      await run(always, stay, '--restart', 'always');
      await run(onFailure, stay, '--restart', 'on-failure');
      await run(unless, stay, '--restart', 'unless-stopped');
      await run(stopped, stay);
      await run(done, 'echo done; exit 0');
      await engine.docker('stop', '-t', '1', `away-${stopped}-1`);
      await until('the end of the job', async () => (await engine.docker('ps', '-q')).split('\n').length === 4);
      tested = await startUnderTest(engine.socket, true);
      await tested.engine.ready();
      await wait(3000);
      // The last moments before it is gone look like stops by hand: they count from when its loss was seen.
      const note = ({ issues }: Beliefs): void => {
        for (const issue of issues) said.add(`${issue.service ?? issue.server} ${issue.category}`);
      };
      await engine[how]();
      gone = await beliefsWhere(
        tested.engine,
        'the loss of sight',
        ({ issues }) => issues.some(({ category }) => category === 'unreachable'),
        20_000,
      );
      tested.engine.changed(note);
      await wait(away);
      gone = tested.engine.beliefs();
      await engine.restart();
      await beliefsWhere(
        tested.engine,
        'the return of sight',
        ({ issues }) => !issues.some(({ category }) => category === 'unreachable'),
        40_000,
      );
      await wait(6000);
      back = tested.engine.beliefs();
    });
    after(async () => {
      tested?.stop();
      await engine?.stop();
    });

    it('is one issue while it is away, and nothing is claimed of its services', () => {
      assert.deepEqual(
        gone?.issues.filter(({ severity }) => severity !== 'info').map(({ category, service }) => [category, service]),
        [['unreachable', undefined]],
      );
      const shown = verdictOf(gone ?? assert.fail(), service => service.startsWith('bench/'));
      assert.deepEqual(shown.issues.filter(alarming), []);
    });

    it('is the cause of what does not run when it is back, and of nothing else', async () => {
      assert.ok(back);
      const { issues } = verdictOf(back, service => service.startsWith('bench/'));
      const states = new Map(
        (await engine.docker('ps', '-a', '--format', '{{.Names}} {{.State}}')).split('\n').map(line => line.split(' ') as [string, string]),
      );
      const down = [free, always, onFailure, unless].filter(name => states.get(`away-${name}-1`) === 'exited');
      assert.ok(down.includes(free) && !down.includes(always), JSON.stringify([...states]));
      assert.deepEqual(
        issues
          .filter(alarming)
          .map(({ service, category, band }) => [service, category, band])
          .sort(),
        down.map(name => [idOf(name), 'daemon_restart', 'high']).sort(),
      );
    });

    it('makes nobody a crash, and nobody but the one that was stopped by hand a stop by hand', () => {
      const hands = [...said].filter(text => /app_crash|operator_action|oom|bad_change|hang|flapping/.test(text));
      assert.deepEqual(
        hands.filter(text => text !== `${idOf(stopped)} operator_action`),
        [],
      );
      for (const name of [free, always, onFailure, unless]) {
        const deaths = back?.world.services.get(idOf(name))?.deaths ?? [];
        assert.deepEqual(
          deaths.filter(death => !death.intended),
          [],
          name,
        );
      }
    });

    it('stands in the timeline as a gap', () => {
      const entries = tested.engine.timeline({ limit: 500 });
      for (const event of ['sight-lost', 'sight-back'])
        assert.ok(
          entries.some(entry => entry.kind === 'observed' && entry.event === event),
          event,
        );
    });
  });
}
