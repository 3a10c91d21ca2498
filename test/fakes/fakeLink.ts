import type { LogWant, ServerLink, Target } from '../../src/engine/port.ts';
import type { Action, Outcome } from '../../src/model/action.ts';
import type { LogLine } from '../../src/model/logs.ts';
import type { Observation } from '../../src/model/observation.ts';
import type { Server } from '../../src/model/service.ts';
import { aServer } from './make.ts';

/** A server in the hands of a test: it says what the test emits and writes down what it is asked. */
export class FakeLink implements ServerLink {
  readonly server: Server;
  /** What was asked, in order: "refresh", "look inspect local/shop/web", "perform restart local/shop/web", … */
  readonly asked: string[] = [];
  readonly performed: Action[] = [];
  disposed = false;
  /** How often the watch began. */
  watches = 0;
  /** What the next questions answer; a test replaces them. */
  onRefresh: (signal: AbortSignal) => Promise<void> = async () => undefined;
  onLook: (target: Target) => Promise<readonly Observation[]> = async () => [];
  onPerform: (action: Action) => Promise<Outcome> = async () => ({ ok: true, took: 5, text: 'done' });
  lines: readonly LogLine[] = [];
  private say: ((seen: Observation) => void) | undefined;
  private fail: ((error: unknown) => void) | undefined;

  constructor(over: Partial<Server> = {}) {
    this.server = { ...aServer, ...over };
  }

  readonly watch = (emit: (seen: Observation) => void, signal: AbortSignal): Promise<void> => {
    this.watches++;
    this.say = emit;
    return new Promise((resolve, reject) => {
      this.fail = reject;
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  };

  /** Says what was seen, as if it came from this server. */
  emit(...seen: readonly Observation[]): void {
    for (const each of seen) this.say?.({ ...each, server: this.server.id });
  }

  /** Ends the watch with an error. */
  break(error: unknown = new Error('broken')): void {
    this.fail?.(error);
  }

  async refresh(signal: AbortSignal): Promise<void> {
    this.asked.push('refresh');
    await this.onRefresh(signal);
  }

  async look(target: Target, at: 'inspect' | 'logs'): Promise<readonly Observation[]> {
    this.asked.push(`look ${at} ${target.service}`);
    return this.onLook(target);
  }

  async *readLogs(target: Target, want: LogWant): AsyncGenerator<LogLine> {
    this.asked.push(`logs ${target.service} ${target.instance.slice(0, 8)} ${want.tail}`);
    yield* this.lines;
  }

  async inspect(target: Target): Promise<unknown> {
    this.asked.push(`inspect ${target.service} ${target.instance.slice(0, 8)}`);
    return { id: target.instance };
  }

  async perform(action: Action): Promise<Outcome> {
    this.asked.push(`perform ${action.verb} ${action.service}`);
    this.performed.push(action);
    return this.onPerform(action);
  }

  retryNow(): void {
    this.asked.push('retryNow');
  }

  dispose(): void {
    this.disposed = true;
  }
}
