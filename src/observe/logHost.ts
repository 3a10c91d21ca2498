import type { Disposable } from '../base/emitter.ts';
import { type Log, reasonOf } from '../base/log.ts';
import { emptyDigest } from './joinDigests.ts';
import type { LogCore, Order, Reply } from './logOrders.ts';
import { SlotPool } from './slotPool.ts';

/** Where logs are read. Orders are carried out one after the other. */
export interface LogHost extends Disposable {
  /** Undefined when it was lost: the thread ended before it replied. Never rejects. */
  send(order: Order): Promise<Reply | undefined>;
  /** Memory for bytes under way; all of it is bounded, and what is taken is given back. */
  readonly slots: SlotPool;
  /** Goes up when all that was kept there is lost. */
  readonly life: number;
  /** It cannot be made to work. */
  readonly broken: boolean;
  /** Bytes a second of one log that are read; more is counted and not read. */
  readonly readRate: number;
  /** Bytes of one log that are read at once. */
  readonly readBurst: number;
}

const inlineSlots = 4;
const inlineRate = 256 * 1024;
/** The end of a log, 200 lines of the longest, is read whole. */
const inlineBurst = 4 * 1024 * 1024;

/** Takes everything and reads nothing. */
const deaf: LogCore = { take: () => ({ digest: emptyDigest }) };

/** Reads on the event loop, a slice at a time: for a program that looks once, and where no thread can be started. */
export function inlineHost(newCore: () => Promise<LogCore>, log: Log): LogHost {
  const slots = new SlotPool(inlineSlots);
  let core: Promise<LogCore> | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let ended = false;

  const load = (): Promise<LogCore> =>
    newCore().catch(error => {
      log.error(`logs are not read: ${reasonOf(error)}. Install Dozor again.`);
      return deaf;
    });
  const carryOut = async (order: Order): Promise<Reply | undefined> => {
    try {
      core ??= load();
      const ready = await core;
      // Others have their turn between two slices of work.
      await new Promise(resolve => setImmediate(resolve));
      return ended ? undefined : ready.take(order);
    } catch (error) {
      log.error(`a log could not be read: ${reasonOf(error)}`);
      return undefined;
    }
  };

  return {
    slots,
    life: 0,
    broken: false,
    readRate: inlineRate,
    readBurst: inlineBurst,
    send(order) {
      const reply = turn.then(() => carryOut(order));
      turn = reply;
      return reply;
    },
    dispose() {
      ended = true;
      slots.close();
    },
  };
}
