import { redact } from '../base/redact.ts';
import { stripAnsi } from '../base/safeText.ts';
import type { Stream } from './frames.ts';
import { stampMs } from './stamps.ts';

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

/**
 * Bytes of one stream -> lines. With `stamped`, each entry begins with the engine's stamp, which is taken off; an entry that goes on
 * without a newline is the same line, and its repeated stamp is dropped.
 */
export class LineDecoder {
  private parts: Buffer[] = [];
  private size = 0;
  private stamp = '';
  private cut = false;
  private readonly stream: Stream;
  private readonly decoder = new TextDecoder('utf-8', { fatal: false });

  constructor(stream: Stream) {
    this.stream = stream;
  }

  /** `entry`: these bytes are one whole entry of the log and not just a piece of the stream. */
  push(bytes: Buffer, entry: boolean, emit: (line: Line) => void): void {
    let from = entry && this.size > 0 ? stampLength(bytes) : 0;
    for (let at = bytes.indexOf(newline, from); at >= 0; at = bytes.indexOf(newline, from)) {
      this.take(bytes.subarray(from, at));
      this.finish(emit);
      from = at + 1;
    }
    this.take(bytes.subarray(from));
  }

  /** The stream is over: what is left without a newline is a line, too. */
  end(emit: (line: Line) => void): void {
    if (this.size > 0) this.finish(emit);
  }

  private take(part: Buffer): void {
    if (part.length === 0) return;
    const room = longest + stampRoom - this.size;
    if (part.length > room) this.cut = true;
    if (room <= 0) return;
    const kept = part.length > room ? part.subarray(0, room) : part;
    this.parts.push(kept);
    this.size += kept.length;
  }

  private finish(emit: (line: Line) => void): void {
    const bytes = Buffer.concat(this.parts);
    const taken = stampLength(bytes);
    const stamp = taken === 0 ? '' : bytes.toString('latin1', 0, taken - 1);
    const body = bytes.subarray(taken, taken + longest);
    const cut = this.cut || bytes.length - taken > longest;
    // With `stream` set a character that the cut has split is left out and not shown as a broken one.
    const text = this.decoder.decode(body, { stream: cut });
    if (cut) this.decoder.decode();
    this.stamp = stamp || this.stamp;
    this.parts = [];
    this.size = 0;
    this.cut = false;
    emit({
      at: stampMs(this.stamp),
      stamp: this.stamp,
      stream: this.stream,
      text: cleanText(text),
      ...(cut ? { cut: true as const } : {}),
    });
  }
}

/** Length of the stamp and its space at the head of an entry; 0 when there is none. */
function stampLength(bytes: Buffer): number {
  const head = stampForm.exec(bytes.toString('latin1', 0, stampRoom));
  return head === null ? 0 : head[0].length;
}
