import { Worker } from 'node:worker_threads';
import type { Disposable } from '../base/emitter.ts';
import { type Log, reasonOf } from '../base/log.ts';
import { redactKey } from '../base/redact.ts';
import { type Backoff, backoff, type Clock, seconds } from '../base/time.ts';
import type { LogHost } from './logHost.ts';
import type { Order, Reply } from './logOrders.ts';
import { SlotPool } from './slotPool.ts';

export interface WorkerDeps {
  /** Path of the worker's file. */
  readonly file: string;
  readonly clock: Clock;
  readonly log: Log;
  /** ms without a reply after which a thread that has started is taken for hung. */
  readonly hangMs?: number;
}

const slotCount = 32;
const bytesPerSecond = 10e6;
const hangMs = seconds(10);
const startMs = seconds(30);
/** So many ends before it ever came up: it cannot be started here. */
const hopeless = 2;
const resourceLimits = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 8, stackSizeMb: 4 };

const firstWait = (): Backoff => backoff(250, seconds(30));

/** A thread that reads logs; started with its first order, and again after it died or hung. */
export class WorkerHost implements LogHost {
  readonly slots = new SlotPool(slotCount);
  readonly readRate = bytesPerSecond;
  readonly readBurst = bytesPerSecond;
  life = 0;
  private worker: Worker | undefined;
  private readonly waiting: ((reply: Reply | undefined) => void)[] = [];
  private replies = 0;
  /** The thread has come up; and one ever did. */
  private up = false;
  private everUp = false;
  private ends = 0;
  private ended = false;
  private wait = firstWait();
  private notBefore = 0;
  private watchdog: Disposable | undefined;
  private readonly deps: WorkerDeps;

  constructor(deps: WorkerDeps) {
    this.deps = deps;
  }

  get broken(): boolean {
    return !this.everUp && this.ends >= hopeless;
  }

  send(order: Order): Promise<Reply | undefined> {
    const worker = this.worker ?? this.start();
    if (worker === undefined) return Promise.resolve(undefined);
    return new Promise(resolve => {
      this.waiting.push(resolve);
      worker.postMessage(order);
      this.watch();
    });
  }

  dispose(): void {
    this.ended = true;
    this.slots.close();
    this.letGo();
  }

  private start(): Worker | undefined {
    if (this.ended || this.broken || this.deps.clock.steady() < this.notBefore) return undefined;
    const options = { workerData: { redactKey: redactKey() }, env: {}, execArgv: [], resourceLimits, name: 'dozor-logs' };
    const worker = new Worker(this.deps.file, options);
    worker.unref();
    worker.on('message', (message: Reply | 'ready') => (message === 'ready' ? this.begin() : this.heard(message)));
    worker.on('error', error => this.lost(worker, reasonOf(error)));
    worker.on('exit', code => this.lost(worker, `exit ${code}`));
    this.worker = worker;
    this.watchdog = this.deps.clock.after(startMs, () => this.lost(worker, 'it did not start'));
    return worker;
  }

  private begin(): void {
    this.up = this.everUp = true;
    this.unwatch();
    if (this.waiting.length > 0) this.watch();
  }

  private heard(reply: Reply): void {
    this.replies++;
    this.waiting.shift()?.(reply);
    if (this.waiting.length === 0) this.unwatch();
  }

  private lost(worker: Worker, why: string): void {
    if (this.worker !== worker || this.ended) return;
    this.ends++;
    this.notBefore = this.deps.clock.steady() + this.wait.wait;
    this.wait = this.wait.next();
    this.deps.log.warn(`the thread that reads logs ended (${why}); ${this.broken ? 'it cannot be started here' : 'another is started'}`);
    this.letGo();
  }

  /** All that it knew is gone with it. */
  private letGo(): void {
    const { worker } = this;
    this.worker = undefined;
    this.up = false;
    this.life++;
    this.unwatch();
    void worker?.terminate();
    for (const resolve of this.waiting.splice(0)) resolve(undefined);
  }

  // ---- the watchdog: two looks at the same oldest order, so that a machine that slept is no reason

  private watch(): void {
    if (this.watchdog !== undefined || !this.up) return;
    const seen = this.replies;
    this.watchdog = this.deps.clock.after((this.deps.hangMs ?? hangMs) / 2, () => this.lookAgain(seen));
  }

  private lookAgain(seen: number): void {
    this.watchdog = undefined;
    if (this.replies !== seen) {
      this.wait = firstWait();
      return this.watch();
    }
    this.watchdog = this.deps.clock.after((this.deps.hangMs ?? hangMs) / 2, () => {
      this.watchdog = undefined;
      if (this.replies !== seen) this.watch();
      else if (this.worker !== undefined) this.lost(this.worker, 'no answer');
    });
  }

  private unwatch(): void {
    this.watchdog?.dispose();
    this.watchdog = undefined;
  }
}
