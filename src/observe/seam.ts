import type { Line } from '../connect/lines.ts';
import { compareStamps, sinceStamp } from '../connect/stamps.ts';

/** Where a log was left, as plain data. */
export interface SeamMark {
  readonly newest: string;
  /** Lines with exactly that stamp, counted; absent where they are not known. */
  readonly atNewest?: readonly (readonly [line: string, count: number])[];
}

/** Beyond it the lines of one moment are not kept; some engines stamp whole seconds only. */
const momentCap = 1000;

const keyOf = (line: Line): string => `${line.stream} ${line.text}`;

/** The query's `since` for going on from the newest stamp. */
export const sinceOf = (newest: string): string | undefined => (newest === '' ? undefined : sinceStamp(newest));

/** Where a log was left: what comes again at the seam is told from what is new. */
export class Seam {
  /** Stamp of the newest line taken. */
  newest: string;
  /** Lines with exactly that stamp: the engine repeats them. Undefined when they are not all known: then all of them are repeats. */
  private atNewest: Map<string, number> | undefined;
  /** The one line at the newest stamp, as long as there is no other: most stamps have one line only, which then needs no key. */
  private alone: Line | undefined;
  private resumeAt = '';
  private repeats: Map<string, number> | undefined;

  constructor(mark: SeamMark = { newest: '', atNewest: [] }) {
    this.newest = mark.newest;
    this.atNewest = mark.atNewest && new Map(mark.atNewest);
  }

  get mark(): SeamMark {
    const counts = this.counted();
    return { newest: this.newest, ...(counts && { atNewest: [...counts] }) };
  }

  /** Whether what comes may have been taken before. */
  get resuming(): boolean {
    return this.resumeAt !== '';
  }

  /** The log is read anew, from the newest stamp on or from before it. */
  resume(): void {
    this.resumeAt = this.newest;
    const counts = this.counted();
    this.repeats = counts && new Map(counts);
  }

  /** Whether a line is new; remembers it when it is. */
  admit(line: Line): boolean {
    if (this.resuming && this.isRepeat(line)) return false;
    const order = compareStamps(line.stamp, this.newest);
    if (order > 0) {
      this.newest = line.stamp;
      this.alone = line;
    } else if (order === 0) this.count(keyOf(line));
    return true;
  }

  /** The same for a line of which only the stamp was read. */
  pass(stamp: string): boolean {
    if (this.resuming && !this.isPast(stamp)) return false;
    if (compareStamps(stamp, this.newest) < 0) return true;
    this.newest = stamp;
    this.alone = this.atNewest = undefined;
    return true;
  }

  private counted(): Map<string, number> | undefined {
    if (this.alone !== undefined) this.atNewest = new Map([[keyOf(this.alone), 1]]);
    this.alone = undefined;
    return this.atNewest;
  }

  private count(key: string): void {
    const counts = this.counted();
    if (counts === undefined) return;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    if (counts.size > momentCap) this.atNewest = undefined;
  }

  private isRepeat(line: Line): boolean {
    if (this.isPast(line.stamp)) return false;
    if (this.repeats === undefined || compareStamps(line.stamp, this.resumeAt) < 0) return true;
    const key = keyOf(line);
    const left = this.repeats.get(key) ?? 0;
    this.repeats.set(key, left - 1);
    return left > 0;
  }

  /** From the first newer line on everything is new; the streams of a container are not strictly in order among themselves. */
  private isPast(stamp: string): boolean {
    if (compareStamps(stamp, this.resumeAt) <= 0) return false;
    this.resumeAt = '';
    return true;
  }
}
