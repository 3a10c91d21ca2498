import type { Disposable } from '../base/emitter.ts';
import type { Log } from '../base/log.ts';
import { type Clock, pause, seconds } from '../base/time.ts';
import type { LogDigest, LogLine } from '../model/logs.ts';
import type { ServiceId } from '../model/service.ts';
import { Bucket } from './bucket.ts';
import { emptyDigest } from './joinDigests.ts';
import { inlineHost, type LogHost } from './logHost.ts';
import type { LogCore } from './logOrders.ts';
import { type Mill, MillStream } from './millStream.ts';
import { WorkerHost } from './workerHost.ts';

export interface MillDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** File of the worker thread; absent: logs are read on the event loop, which is cheaper for one look. */
  readonly worker?: string | undefined;
  /** What reads them on the event loop, also where no thread can be started. */
  readonly core: () => Promise<LogCore>;
  /** For tests. */
  readonly hangMs?: number;
}

/** All logs of a window together, in bytes a second; more waits in its socket. */
const intakeRate = 40e6;
const intakePause = 4;
/** A thread that was behind so often, or that has so many slots under way, gets a second one beside it. */
const behindCap = 50;
const busySlots = 16;
/** ms after which it counts anew. */
const behindFor = seconds(10);

const halfOf = (service: ServiceId): number => {
  let hash = 0;
  for (let i = 0; i < service.length; i++) hash = (hash * 31 + service.charCodeAt(i)) | 0;
  return (hash ^ (hash >>> 15)) & 1;
};

/**
 * Reads logs beside the event loop: lines or bytes in, digests out, in order for each service. What comes faster than it can be read is
 * counted, to the line and the byte, and told as `dropped`; what comes faster than it can be counted waits where it comes from.
 */
export class LogMill implements Disposable {
  private readonly hosts: LogHost[] = [];
  private inline: LogHost | undefined;
  private readonly intake: Bucket;
  private streams = 0;
  private late = 0;
  private lastLate = 0;
  private readonly deps: MillDeps;
  private readonly mill: Mill = {
    hostOf: service => this.hostOf(service),
    room: bytes => this.room(bytes),
    behind: () => this.behind(),
    steady: () => this.deps.clock.steady(),
  };

  constructor(deps: MillDeps) {
    this.deps = deps;
    this.intake = new Bucket(intakeRate, deps.clock.steady());
  }

  /** A log of which the bytes will come. */
  stream(service: ServiceId): MillStream {
    return new MillStream(this.mill, `${++this.streams}`, service);
  }

  /** A digest of lines that were cut elsewhere. Never rejects. */
  async digest(service: ServiceId, lines: readonly LogLine[], pattern?: string): Promise<LogDigest> {
    if (lines.length === 0) return emptyDigest;
    const reply = await this.hostOf(service).send({ kind: 'lines', service, pattern, lines });
    if (reply?.digest !== undefined) return reply.digest;
    const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line.text), 0);
    return { ...emptyDigest, dropped: { lines: lines.length, bytes } };
  }

  dispose(): void {
    for (const host of this.hosts) host.dispose();
    this.inline?.dispose();
  }

  private hostOf(service: ServiceId): LogHost {
    if (this.hosts.length === 0) this.addWorker();
    const host = this.hosts[halfOf(service) % Math.max(1, this.hosts.length)];
    return host === undefined || host.broken ? this.inlined() : host;
  }

  private addWorker(): void {
    const { worker: file, clock, log, hangMs } = this.deps;
    if (file === undefined) return;
    this.hosts.push(new WorkerHost({ file, clock, log, ...(hangMs === undefined ? {} : { hangMs }) }));
  }

  private inlined(): LogHost {
    const { deps } = this;
    if (this.inline === undefined && deps.worker !== undefined) {
      deps.log.warn('logs are read on the event loop, since no thread can be started; of a fast log less is read');
    }
    this.inline ??= inlineHost(deps.core, deps.log);
    return this.inline;
  }

  private async room(bytes: number): Promise<void> {
    const { clock } = this.deps;
    const [first] = this.hosts;
    if (first !== undefined && first.slots.taken >= busySlots) this.behind();
    while (!this.intake.take(bytes, clock.steady())) await pause(clock, intakePause);
  }

  private behind(): void {
    if (this.hosts.length !== 1) return;
    const now = this.deps.clock.steady();
    this.late = now - this.lastLate > behindFor ? 1 : this.late + 1;
    this.lastLate = now;
    if (this.late >= behindCap) this.addWorker();
  }
}
