import type { Clock } from '../base/time.ts';
import type { Memory } from '../remember/memory.ts';
import { BaselineKeeper } from './baselines.ts';
import { DeathKeeper } from './deaths.ts';
import { FlapKeeper } from './flaps.ts';
import type { Keeper } from './keeper.ts';
import { MakeKeeper } from './makes.ts';
import { RunLogKeeper } from './runLogs.ts';

/** All that is kept of services over a reload; each adds its part to a service when it is first seen. */
export const keepersOf = (memory: Memory, clock: Clock): readonly Keeper[] => [
  new DeathKeeper(memory, clock),
  new BaselineKeeper(memory, clock),
  new FlapKeeper(memory, clock),
  new MakeKeeper(memory, clock),
  new RunLogKeeper(memory, clock),
];
