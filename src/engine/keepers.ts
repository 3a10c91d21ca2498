import type { Clock } from '../base/time.ts';
import type { Memory } from '../remember/memory.ts';
import { baselinePart } from './baselines.ts';
import { deathPart } from './deaths.ts';
import { FlapKeeper } from './flaps.ts';
import type { Keeper } from './keeper.ts';
import { MakeKeeper } from './makes.ts';
import { PartKeeper } from './partKeeper.ts';
import { runLogPart } from './runLogs.ts';

/** All that is kept of services over a reload; each adds its part to a service when it is first seen. */
export const keepersOf = (memory: Memory, clock: Clock): readonly Keeper[] => [
  new PartKeeper(deathPart, memory, clock),
  new PartKeeper(baselinePart, memory, clock),
  new FlapKeeper(memory, clock),
  new MakeKeeper(memory, clock),
  new PartKeeper(runLogPart, memory, clock),
];
