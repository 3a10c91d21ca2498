import { serviceLabel } from '../act/statusLine.ts';
import type { Disposable } from '../base/emitter.ts';
import { displaySafe } from '../base/safeText.ts';
import type { Clock } from '../base/time.ts';
import type { Engine } from '../engine/port.ts';
import type { ServiceId } from '../model/service.ts';
import { followLog } from './logFollow.ts';
import { type LogFilter, type LogRow, LogView, logText } from './logView.ts';

/** Between two looks at the log, ms; more where making the text takes long. */
const calm = 250;

/** One followed log behind a document. Lines are gathered as they come and shown at a calm pace, so a flood blocks nothing. */
export class LogSession implements Disposable {
  private readonly engine: Engine;
  private readonly clock: Clock;
  private readonly service: ServiceId;
  private readonly show: () => void;
  private readonly view: LogView;
  private readonly ending = new AbortController();
  private waiting: Disposable | undefined;
  private state = 'connecting';
  private cost = 0;
  /** The text while paused. */
  private frozen: string | undefined;
  /** Lines as they were last shown. */
  rows: readonly LogRow[] = [];
  /** The cursor is at the end, so the end is followed. */
  atEnd = true;

  constructor(engine: Engine, clock: Clock, service: ServiceId, cap: number, show: () => void) {
    this.engine = engine;
    this.clock = clock;
    this.service = service;
    this.show = show;
    this.view = new LogView(cap);
    const sink = {
      line: (line: Parameters<LogView['push']>[0]) => this.gather(() => this.view.push(line)),
      mark: (text: string) => this.gather(() => this.view.mark(displaySafe(text, 300))),
      state: (text: string) => this.gather(() => this.say(text)),
    };
    followLog(engine, clock, service, cap, sink, this.ending.signal).catch((error: unknown) => sink.mark(`stopped: ${String(error)}`));
  }

  get paused(): boolean {
    return this.frozen !== undefined;
  }

  get filter(): LogFilter {
    return this.view.filtered;
  }

  setFilter(filter: LogFilter): void {
    this.view.setFilter(filter);
    this.frozen = undefined;
    this.show();
  }

  setPaused(paused: boolean): void {
    this.frozen = paused ? this.draw('paused') : undefined;
    this.show();
  }

  /** The document as it stands. */
  text(): string {
    return this.frozen ?? this.draw(this.state);
  }

  private draw(state: string): string {
    const began = this.clock.steady();
    this.rows = this.view.visible();
    const view = this.engine.beliefs().world.services.get(this.service);
    const title =
      view === undefined ? `${displaySafe(this.service, 120)} (not known yet)` : `${serviceLabel(view.service)} on ${view.service.server}`;
    const text = logText(this.view, { title, state }, this.rows);
    this.cost = this.clock.steady() - began;
    return text;
  }

  private say(text: string): void {
    this.state = text;
  }

  private gather(change: () => void): void {
    change();
    if (this.waiting !== undefined || this.frozen !== undefined) return;
    this.waiting = this.clock.after(Math.max(calm, this.cost * 20), () => {
      this.waiting = undefined;
      if (this.frozen === undefined) this.show();
    });
  }

  dispose(): void {
    this.ending.abort();
    this.waiting?.dispose();
  }
}
