import { assess } from '../../src/diagnose/assess.ts';
import { createLogReader, type LinePattern, type LogReader } from '../../src/diagnose/logReader.ts';
import { see } from '../../src/diagnose/see.ts';
import type { ServiceView, World } from '../../src/diagnose/world.ts';
import type { Issue } from '../../src/model/issue.ts';
import type { LogDigest, LogLine } from '../../src/model/logs.ts';
import type { Observation } from '../../src/model/observation.ts';
import type { LogPatterns } from '../../src/model/pattern.ts';
import { type Facts, serviceId } from '../../src/model/service.ts';
import { aService, event, inspected, instanceOf, inventory, someFacts, worldOf } from '../fakes/make.ts';

export const second = 1000;
export const minute = 60_000;
export const hour = 60 * minute;

const id = serviceId('local', 'a', 'shop');

/** Lines that come every `every` ms. */
export interface Voice {
  readonly from: number;
  readonly to: number;
  readonly every: number;
  readonly text: string | ((i: number) => string);
}

/** One service, its log and a clock of its own: what it says is read in stretches of five seconds, as a follower does. */
export class Play {
  now: number;
  world: World;
  private instance = instanceOf('a');
  private reader: LogReader;
  private readonly pattern: LinePattern | undefined;
  private readonly voices: Voice[] = [];
  /** Lines up to here are told. */
  private told: number;

  constructor(start: number, pattern?: LinePattern, facts: Partial<Facts> = {}) {
    this.now = start;
    this.told = start;
    this.pattern = pattern;
    this.reader = this.newReader();
    this.world = worldOf(
      inventory(start, aService('a', { since: start })),
      inspected(start, id, this.facts({ startedAt: start, ...facts })),
    );
  }

  private newReader = (): LogReader => createLogReader(this.pattern === undefined ? {} : { pattern: this.pattern });

  facts(over: Partial<Facts> = {}): Facts {
    return someFacts('a', { instance: this.instance, createdAt: this.now, startedAt: this.now, ...over });
  }

  get view(): ServiceView {
    const view = this.world.services.get(id);
    if (view === undefined) throw new Error('the service is gone');
    return view;
  }

  get patterns(): LogPatterns {
    const { patterns } = this.view;
    if (patterns === undefined) throw new Error('no log was read');
    return patterns;
  }

  see(...seen: Observation[]): this {
    this.world = see(this.world, seen).world;
    return this;
  }

  says(text: Voice['text'], every: number, lasts = 365 * 24 * hour): this {
    this.voices.push({ from: this.now, to: this.now + lasts, every, text });
    return this;
  }

  once(...texts: string[]): this {
    return this.tell(texts.map(text => this.lineAt(this.now, text)));
  }

  private lineAt = (at: number, text: string): LogLine => ({ at, stamp: '', stream: 'err', text });

  tell(lines: readonly LogLine[], more: Partial<LogDigest> = {}): this {
    return this.see(this.observed({ ...this.reader.read(lines), ...more }));
  }

  private observed = (digest: LogDigest): Observation => ({
    at: this.now,
    plusMinus: 0,
    server: 'local',
    how: 'live',
    kind: 'logs',
    service: id,
    instance: this.instance,
    digest,
  });

  /** Time goes on; what was said in it is read. */
  pass(length: number): this {
    const end = this.now + length;
    while (this.now < end) {
      this.now = Math.min(end, this.now + 5 * second);
      const lines = this.voices.flatMap(voice => this.said(voice)).sort((a, b) => a.at - b.at);
      this.told = this.now;
      if (lines.length > 0) this.tell(lines);
    }
    return this;
  }

  private said({ from, to, every, text }: Voice): LogLine[] {
    const lines: LogLine[] = [];
    const first = Math.max(0, Math.ceil((this.told - from) / every));
    for (let i = first; from + i * every < Math.min(to, this.now); i++) {
      lines.push(this.lineAt(from + i * every, typeof text === 'string' ? text : text(i)));
    }
    return lines;
  }

  silence(): this {
    this.voices.length = 0;
    return this;
  }

  /** The same container starts anew. */
  restart(): this {
    const seen = [
      event(this.now - 200, 'a', 'die', { exit: 0, instance: this.instance }),
      event(this.now, 'a', 'start', { instance: this.instance }),
    ];
    return this.see(...seen, inspected(this.now, id, this.facts()));
  }

  /** Another container takes its place. */
  recreate(name: string): this {
    this.instance = instanceOf(name);
    this.reader = this.newReader();
    const service = aService('a', { instance: this.instance, since: this.now });
    return this.see(inventory(this.now, service), inspected(this.now, id, this.facts()));
  }

  /** As after a reload: what is known of its log is `stored`, and all else is new. */
  reload(stored: LogPatterns, startedAt: number): this {
    this.reader = this.newReader();
    this.world = worldOf(inventory(this.now, aService('a', { since: startedAt })), inspected(this.now, id, this.facts({ startedAt })));
    this.world = { ...this.world, services: new Map([[id, { ...this.view, patterns: stored }]]) };
    return this;
  }

  get issues(): readonly Issue[] {
    return assess(this.view, undefined, this.now);
  }

  get brief(): string {
    return this.issues.map(each => `${each.category} ${each.severity} ${each.band}`).join(', ');
  }

  get kinds(): readonly string[] {
    return this.issues[0]?.evidence.map(each => each.kind) ?? [];
  }
}
