import { setTimeout as wait } from 'node:timers/promises';
import { eachLimited } from '../../src/base/limit.ts';
import { composed } from '../live/dozor.ts';
import { type LiveEngine, startEngine } from '../live/engine.ts';
import { type Episode, playEpisode } from './episode.ts';
import type { Scenario, Variant } from './scenario.ts';
import { openTheatre, type Stage } from './stage.ts';
import { startWatcher, type Watcher } from './watcher.ts';

/** What a run came to. */
export interface Run {
  readonly episodes: readonly Episode[];
  /** Calls of Dozor that could have changed something. */
  readonly mutating: number;
  /** Alarms about the healthy services that ran beside. */
  readonly extrasAlarmed: readonly string[];
}

export interface RunWishes {
  readonly scenarios: readonly Scenario[];
  readonly variants: readonly Variant[];
  /** Scenarios that play at the same time. */
  readonly atOnce: number;
  readonly tell?: (episode: Episode) => void;
  /** Called before the stage of an episode that passed is cleared, to keep what was heard. */
  readonly keep?: (kept: Kept) => Promise<void>;
}

export interface Kept {
  readonly scenario: Scenario;
  readonly variant: Variant;
  readonly stage: Stage;
  readonly watcher: Watcher;
  readonly fault: number;
}

const calmFirst = 3000;

/** Plays the scenarios against an engine of its own, watched by Dozor from before the first fault. */
export async function runScenarios(wishes: RunWishes): Promise<Run> {
  const engine = await startEngine();
  const theatre = await openTheatre(engine);
  const watcher = await startWatcher(engine.socket);
  const extrasAlarmed = new Set<string>();
  const listening = watcher.engine.changed(({ issues }) => {
    for (const issue of issues) if (issue.severity !== 'info' && issue.service?.startsWith('local/rest/')) extrasAlarmed.add(issue.key);
  });
  const episodes: Episode[] = [];
  let number = 0;
  try {
    for (const variant of wishes.variants) {
      await addExtras(engine, variant);
      await wait(calmFirst);
      // Long ones first: the end of a run does not wait for one that began late.
      const queue = wishes.scenarios.toSorted((a, b) => lengthOf(b) - lengthOf(a));
      await eachLimited(queue, wishes.atOnce, async scenario => {
        number++;
        const keep =
          wishes.keep &&
          ((stage: Stage, fault: number) => wishes.keep?.({ scenario, variant, stage, watcher, fault }) ?? Promise.resolve());
        const episode = await playEpisode(scenario, variant, number, theatre, watcher, keep).catch(error =>
          broken(scenario, variant, error),
        );
        episodes.push(episode);
        wishes.tell?.(episode);
      });
    }
    return { episodes, mutating: await watcher.mutating(), extrasAlarmed: [...extrasAlarmed] };
  } finally {
    listening.dispose();
    await watcher.stop();
    theatre.stop();
    // Bridges of networks outlive their engine, and hold on to its addresses.
    await engine.docker('network', 'prune', '-f').catch(() => undefined);
    await engine.stop();
  }
}

const lengthOf = ({ steps, calm = 0 }: Scenario): number => calm + steps.reduce((sum, step) => sum + ('wait' in step ? step.wait : 0), 0);

/** Healthy services of a project of their own, brought up to the variant's number. */
async function addExtras(engine: LiveEngine, { extras, noise, index }: Variant): Promise<void> {
  const have = (await engine.docker('ps', '-q', '--filter', 'label=com.docker.compose.project=rest'))
    .split('\n')
    .filter(id => id !== '').length;
  const loop = noise === 0 ? 'sleep 100000' : `while :; do echo "INFO served $i"; i=$((i+1)); sleep ${(1 / noise).toFixed(2)}; done`;
  await eachLimited(
    Array.from({ length: Math.max(0, extras - have) }, (_, i) => i),
    4,
    async i => {
      const name = `svc-${index}${i}`;
      await engine.docker(
        'run',
        '-d',
        '--network',
        'none',
        '--stop-timeout',
        '1',
        ...composed('rest', name),
        engine.image,
        'sh',
        '-c',
        `i=0; ${loop}`,
      );
    },
  );
}

/** A scenario that could not be played counts as failed, with the reason. */
const broken = ({ id, title, truth }: Scenario, { index }: Variant, error: unknown): Episode => ({
  scenario: id,
  title,
  variant: index,
  judged: truth.map(() => ({ root: false, category: false, band: false, order: false, detected: false })),
  partition: 0,
  falseAlarms: [],
  claims: [],
  failures: [`could not be played: ${error instanceof Error ? error.message : String(error)}`],
  said: [],
  took: 0,
});
