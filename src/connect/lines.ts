import { redact } from '../base/redact.ts';
import { stripAnsi } from '../base/safeText.ts';
import { plainEnd } from '../base/secretHints.ts';
import type { Stream } from './frames.ts';
import { stampMs, stampMsAt, usualLength } from './stamps.ts';

/** One log line; the same shape as the nouns' `LogLine`. */
export interface Line {
  readonly at: number;
  readonly stamp: string;
  readonly stream: Stream;
  readonly text: string;
  readonly cut?: true;
}

const newline = 0x0a;
/** Bytes of a line that are kept; Docker itself cuts at this length into entries that each get a stamp. */
const longest = 16 * 1024;
/** A stamp needs at most 36 bytes, and the space after it. */
const stampRoom = 40;

const stampForm = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})) /;
// Colours stay; every other terminal sequence and control character goes. A bare return becomes a space: what it overwrote stays readable.
const otherSequences =
  /\u001b\[(?![0-9;:]*m)[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]{0,4096}(?:\u0007|\u001b\\)?|\u001b[@-Z\\^_](?!\[)|\u009b[0-?]*[ -/]*[@-~]/g;
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001a\u001c-\u001f\u007f-\u009f]|\u001b(?!\[[0-9;:]*m)/g;

/** Text of a log line made harmless and free of secrets; colours survive unless a secret stood among them. */
export function cleanText(raw: string): string {
  const visible = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/.test(raw)
    ? raw
        .replace(otherSequences, '')
        .replace(/\r+$/, '')
        .replace(/[\r\n]+/g, ' ')
        .replace(controls, '')
    : raw;
  if (!visible.includes('\u001b')) return redact(visible);
  // Colour codes between a key and its value would hide a secret from the patterns.
  const plain = stripAnsi(visible);
  const safe = redact(plain);
  return safe === plain ? visible : safe;
}

/** What a decoder holds of a line that has not ended; plain data, so that another thread can go on with it. */
export interface OpenLine {
  readonly kept: Uint8Array;
  readonly size: number;
  readonly head: string;
  readonly stamp: string;
  readonly cut: boolean;
  readonly lost: boolean;
}

/**
 * Bytes of one stream -> lines. With `stamped`, each entry begins with the engine's stamp, which is taken off; an entry that goes on
 * without a newline is the same line, and its repeated stamp is dropped. Lines may be passed over: they are counted and not read.
 */
export class LineDecoder {
  private parts: Buffer[] = [];
  private kept = 0;
  /** All bytes of the open line, also those that are not kept. */
  private size = 0;
  private head: Buffer | undefined;
  private stamp = '';
  private cut = false;
  /** A part of the open line was passed over, so it can no longer be read. */
  private lost = false;
  private readonly stream: Stream;
  private readonly letGo: (bytes: number, stamp: () => string) => void;
  private readonly decoder = new TextDecoder('utf-8', { fatal: false });

  /** `letGo` is told of each line that is passed over: its bytes, newline and stamp included, and how to learn its stamp. */
  constructor(stream: Stream, letGo: (bytes: number, stamp: () => string) => void = () => undefined, open?: OpenLine) {
    this.stream = stream;
    this.letGo = letGo;
    if (open !== undefined) this.resume(open);
  }

  /** `entry`: these bytes are one whole entry of the log and not just a piece of the stream. */
  push(bytes: Buffer, entry: boolean, emit: (line: Line, size: number) => void): void {
    this.extendHead(bytes);
    let from = 0;
    let text = entry && this.kept > 0 ? stampLength(bytes) : 0;
    for (;;) {
      if (this.size === 0) from = text = this.takePlain(bytes, from, emit);
      if (from === bytes.length) return;
      const at = bytes.indexOf(newline, text);
      if (at < 0) break;
      this.size += at + 1 - from;
      this.take(bytes.subarray(text, at));
      this.finish(emit);
      from = text = at + 1;
    }
    this.size += bytes.length - from;
    // What stays until the next chunk is copied: the memory of this one may be used again.
    if (text < bytes.length) this.take(Buffer.from(bytes.subarray(text)));
  }

  /** Most lines are whole and stamped, and nothing in them must be changed: taken in one pass. Gives where the first other one begins. */
  private takePlain(bytes: Buffer, start: number, emit: (line: Line, size: number) => void): number {
    let from = start;
    for (;;) {
      const at = stampMsAt(bytes, from);
      if (at === undefined) return from;
      const body = from + usualLength + 1;
      const end = plainEnd(bytes, body, longest);
      if (end < 0) return from;
      this.stamp = bytes.toString('latin1', from, body - 1);
      emit({ at, stamp: this.stamp, stream: this.stream, text: bytes.toString('latin1', body, end) }, end + 1 - from);
      from = end + 1;
    }
  }

  /** Counts lines instead of reading them. */
  passOver(bytes: Buffer): void {
    this.extendHead(bytes);
    let from = 0;
    for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, from)) {
      if (this.size === 0) this.head = bytes.subarray(from, from + stampRoom);
      this.size += at + 1 - from;
      this.drop();
      from = at + 1;
    }
    if (from === bytes.length) return;
    if (this.size === 0) this.head = Buffer.from(bytes.subarray(from, from + stampRoom));
    this.size += bytes.length - from;
    this.lost = true;
  }

  /** The stream is over: what is left without a newline is a line, too. */
  end(emit: (line: Line, size: number) => void): void {
    if (this.size > 0) this.finish(emit);
  }

  /** The line that has not ended, for the constructor of another decoder. */
  get open(): OpenLine {
    const { size, stamp, cut, lost } = this;
    return { kept: Buffer.concat(this.parts), size, head: this.head?.toString('latin1') ?? '', stamp, cut, lost };
  }

  private resume(open: OpenLine): void {
    if (open.kept.length > 0) this.take(Buffer.from(open.kept));
    if (open.head !== '') this.head = Buffer.from(open.head, 'latin1');
    this.size = open.size;
    this.stamp = open.stamp;
    this.cut = open.cut;
    this.lost = open.lost;
  }

  /** The stamp of a line that is passed over may be split, too. */
  private extendHead(bytes: Buffer): void {
    const { head } = this;
    if (head !== undefined && head.length < stampRoom) this.head = Buffer.concat([head, bytes.subarray(0, stampRoom - head.length)]);
  }

  private take(part: Buffer): void {
    if (part.length === 0) return;
    const room = longest + stampRoom - this.kept;
    if (part.length > room) this.cut = true;
    if (room <= 0) return;
    const kept = part.length > room ? part.subarray(0, room) : part;
    this.parts.push(kept);
    this.kept += kept.length;
  }

  private drop(): void {
    const { head, parts } = this;
    this.letGo(this.size, () => stampIn(head ?? Buffer.concat(parts)));
    this.close();
  }

  private close(): void {
    this.parts = [];
    this.head = undefined;
    this.kept = this.size = 0;
    this.cut = this.lost = false;
  }

  private finish(emit: (line: Line, size: number) => void): void {
    if (this.lost) return this.drop();
    const bytes = Buffer.concat(this.parts);
    const taken = stampLength(bytes);
    const stamp = taken === 0 ? '' : bytes.toString('latin1', 0, taken - 1);
    const body = bytes.subarray(taken, taken + longest);
    const cut = this.cut || bytes.length - taken > longest;
    // With `stream` set a character that the cut has split is left out and not shown as a broken one.
    const text = this.decoder.decode(body, { stream: cut });
    if (cut) this.decoder.decode();
    this.stamp = stamp || this.stamp;
    const { size } = this;
    this.close();
    const line = { at: stampMs(this.stamp), stamp: this.stamp, stream: this.stream, text: cleanText(text) };
    emit(cut ? { ...line, cut: true } : line, size);
  }
}

/** Length of the stamp and its space at the head of an entry; 0 when there is none. */
function stampLength(bytes: Buffer): number {
  const head = stampForm.exec(bytes.toString('latin1', 0, stampRoom));
  return head === null ? 0 : head[0].length;
}

const stampIn = (bytes: Buffer): string => bytes.toString('latin1', 0, Math.max(0, stampLength(bytes) - 1));
