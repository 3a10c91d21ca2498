import { LruMap } from '../base/bounded.ts';
import type { ByteStream } from '../connect/dockerApi.ts';
import { type JsonLine, JsonLines } from '../connect/ndjson.ts';
import { nanoMs } from '../connect/stamps.ts';
import type { LifecycleEvent } from '../model/observation.ts';
import type { InstanceId, ServiceId } from '../model/service.ts';
import type { News } from './dockerLook.ts';
import type { Labels } from './labels.ts';
import { type Fields, fields, text } from './readers.ts';

/** What an event may be believed in: what happened, to which container, when. */
export interface EngineEvent {
  readonly instance: InstanceId;
  readonly event: LifecycleEvent;
  /** The engine's `timeNano`, digit for digit. */
  readonly nano: string;
  /** ms since the epoch, on the engine's clock. */
  readonly at: number;
  /** `kill`: the signal's number; `die`: the exit code. Claims, since labels can overwrite them. */
  readonly signal?: number;
  readonly exit?: number;
}

const events: Readonly<Record<string, LifecycleEvent>> = {
  create: 'create',
  start: 'start',
  restart: 'restart',
  kill: 'kill',
  stop: 'stop',
  die: 'die',
  died: 'die',
  oom: 'oom',
  health_status: 'health',
  pause: 'pause',
  unpause: 'unpause',
  rename: 'rename',
  update: 'update',
  destroy: 'destroy',
  remove: 'destroy',
};

const claim = (attributes: Fields, key: string): number | undefined => {
  const value = attributes[key];
  return typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : undefined;
};

/** JSON numbers lose the last digits of nanoseconds, so they are read from the line; a label's text cannot stand in, it is quoted. */
function nanoOf(event: Fields, line: string): string | undefined {
  const rounded = event['timeNano'];
  for (const [, digits = ''] of line.matchAll(/"timeNano":\s*(\d{1,19})\b/g)) if (Number(digits) === rounded) return digits;
  return undefined;
}

/** One line of the event stream; undefined for what is no container event of interest. */
function readEvent({ value, text: line }: JsonLine): EngineEvent | undefined {
  const event = fields(value);
  if (text(event['Type']) !== 'container') return undefined;
  // `health_status: healthy`: the verdict is left to inspect.
  const action = text(event['Action']).split(':', 1)[0] ?? '';
  const known = Object.hasOwn(events, action) ? events[action] : undefined;
  const actor = fields(event['Actor']);
  const instance = text(actor['ID']);
  const nano = nanoOf(event, line);
  if (known === undefined || nano === undefined || !/^[0-9a-f]{64}$/.test(instance)) return undefined;
  const attributes = fields(actor['Attributes']);
  const signal = known === 'kill' ? claim(attributes, 'signal') : undefined;
  const exit = known === 'die' ? claim(attributes, 'exitCode') : undefined;
  return {
    instance,
    event: known,
    nano,
    at: nanoMs(nano),
    ...(signal === undefined ? {} : { signal }),
    ...(exit === undefined ? {} : { exit }),
  };
}

/** The container that was put into a network or taken out of it; undefined for any other event. */
function movedIn({ value, text: line }: JsonLine): { instance: InstanceId; nano: string } | undefined {
  const event = fields(value);
  const action = text(event['Action']);
  if (text(event['Type']) !== 'network' || (action !== 'connect' && action !== 'disconnect')) return undefined;
  const instance = text(fields(fields(event['Actor'])['Attributes'])['container']);
  const nano = nanoOf(event, line);
  return nano === undefined || !/^[0-9a-f]{64}$/.test(instance) ? undefined : { instance, nano };
}

/** The event as news of its service. A label of the same key overwrites an attribute: then the claim is nobody's word. */
export function lifecycleOf(event: EngineEvent, service: ServiceId, labels: Labels): News {
  const { signal, exit, instance, nano } = event;
  const claims = {
    ...(signal === undefined || labels.has('signal') ? {} : { signal }),
    ...(exit === undefined || labels.has('exitCode') ? {} : { exit }),
  };
  return { kind: 'lifecycle', service, instance, event: event.event, nano, ...claims };
}

/** Health checks run as exec, three events each, many times a minute. In a label these quotes would be escaped. */
const isExec = (line: string): boolean => line.includes('"Action":"exec_');

/** Bytes of event streams, one after another -> events, each once: a stream that resumes repeats what came at its `since`. */
export class EventReader {
  private lines = new JsonLines(isExec);
  private readonly known = new LruMap<string, true>(4096);
  /** Newest `timeNano`, for the next stream's `since`. */
  newest: string | undefined;

  /** A new stream begins; half a line of the old one is dropped. */
  reopen(): void {
    this.lines = new JsonLines(isExec);
  }

  /** `moved` is told of containers that were put into a network or taken out of it. */
  push(chunk: Buffer, emit: (event: EngineEvent) => void, moved: (instance: InstanceId) => void = () => undefined): void {
    this.lines.push(chunk, line => {
      const event = readEvent(line);
      const move = event === undefined ? movedIn(line) : undefined;
      if (event !== undefined && this.isNew(event)) emit(event);
      if (move !== undefined && this.isNew({ ...move, event: 'network' })) moved(move.instance);
    });
  }

  private isNew({ instance, event, nano }: { readonly instance: InstanceId; readonly event: string; readonly nano: string }): boolean {
    const key = `${instance} ${event} ${nano}`;
    if (this.known.has(key)) return false;
    this.known.set(key, true);
    const { newest } = this;
    if (newest === undefined || nano.length > newest.length || (nano.length === newest.length && nano > newest)) this.newest = nano;
    return true;
  }
}

/** Hands on what a stream says; `ended` is told once, though a stream both ends and closes. */
export function readStream(
  stream: ByteStream,
  reader: EventReader,
  to: { readonly event: (event: EngineEvent) => void; readonly moved: (instance: InstanceId) => void; readonly ended: () => void },
): void {
  let over = false;
  const ended = (): void => {
    if (over) return;
    over = true;
    to.ended();
  };
  stream.on('data', (chunk: Buffer) => reader.push(chunk, to.event, to.moved));
  stream.on('close', ended);
  stream.on('end', ended);
}
